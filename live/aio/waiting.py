"""Waiting without sleeping through a stop: for a condition, or for a span."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable

from domain.errors import Transient

_POLL_S = 0.005


async def until(
    condition: Callable[[], object | Awaitable[object]], *, within_s: float = 5.0
) -> None:
    """Wait until a condition holds, looking every few milliseconds.

    Args:
        condition: Plain or async; its truth is what counts.
        within_s: How long the caller is willing to wait.

    Raises:
        Transient: The condition still did not hold.
    """
    deadline_s = asyncio.get_running_loop().time() + within_s
    while not await _holds(condition):
        if asyncio.get_running_loop().time() > deadline_s:
            raise Transient("what was waited for did not happen in time", within_s=within_s)
        await asyncio.sleep(_POLL_S)


async def _holds(condition: Callable[[], object | Awaitable[object]]) -> bool:
    answer = condition()
    return bool(await answer if inspect.isawaitable(answer) else answer)


async def pause(stopping: asyncio.Event, seconds: float) -> bool:
    """Let a span pass, or less when we are asked to stop.

    Returns:
        Whether we are stopping.
    """
    try:
        await asyncio.wait_for(stopping.wait(), timeout=seconds)
    except TimeoutError:
        return False
    return True
