"""The books' reading of the real clock, handed to whoever needs an instant.

Only sensors need one, to notice silence; what the books compute takes its instants from facts.
"""

from __future__ import annotations

import time

from domain.clock import Ns


class BooksClock:
    """The machine's clock."""

    def now_ns(self) -> Ns:
        """Read it."""
        return Ns(time.time_ns())  # noqa: TID251 (the books' one rim; live has its own)
