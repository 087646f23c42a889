"""The one reading of the real clock; everything else takes a :class:`domain.clock.Clock`."""

from __future__ import annotations

import time

from domain.clock import Ns


class WallClock:
    """The machine's clock, in nanoseconds since the epoch, UTC."""

    def now_ns(self) -> Ns:
        """Read the clock; it may step when the machine's time is corrected."""
        return Ns(time.time_ns())  # noqa: TID251 (this module is the rim the ban points to)
