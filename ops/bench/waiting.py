"""Waiting for a condition, outside any event loop, with a deadline that means a hang."""

from __future__ import annotations

import time
from collections.abc import Callable

from domain.errors import Permanent

POLL_S = 0.005


def wait_until(condition: Callable[[], object], *, within_s: float = 30.0) -> None:
    """Look every few milliseconds until a condition holds.

    Raises:
        Permanent: It still does not after `within_s`.
    """
    deadline_s = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline_s:
            raise Permanent("a part of this bench never came up or stands still", after_s=within_s)
        time.sleep(POLL_S)
