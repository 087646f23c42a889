"""Waiting for a condition with a deadline: what tests do instead of sleeping."""

from __future__ import annotations

import select
import time
from collections.abc import Callable

from live.aio.waiting import until

_POLL_S = 0.01
_PATIENCE = 6
"""A deadline tells a hang from an answer, never fast from slow: a loaded machine gets more time."""


async def eventually(condition: Callable[[], object], within_s: float = 5.0) -> None:
    """Wait until a plain or async condition holds.

    Raises:
        Transient: It still does not after `within_s`.
    """
    await until(condition, within_s=within_s * _PATIENCE)


def eventually_sync(condition: Callable[[], object], within_s: float = 5.0) -> None:
    """Wait until a condition holds, in a test that has no event loop.

    Raises:
        AssertionError: It still does not after `within_s`.
    """
    deadline_s = time.monotonic() + within_s * _PATIENCE
    while not condition():
        if time.monotonic() > deadline_s:
            raise AssertionError(f"still not so after {within_s * _PATIENCE} s")
        select.select([], [], [], _POLL_S)
