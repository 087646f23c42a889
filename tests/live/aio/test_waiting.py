"""Waiting for a condition or a span."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import Transient
from live.aio.waiting import pause, until


def test_a_condition_is_waited_for_plain_or_async():
    async def scenario() -> list[int]:
        calls: list[int] = []

        async def third_time() -> bool:
            calls.append(1)
            return len(calls) >= 3

        await until(third_time)
        await until(lambda: True)
        return calls

    assert len(asyncio.run(scenario())) == 3


def test_a_condition_that_never_holds_is_transient():
    with pytest.raises(Transient):
        asyncio.run(until(lambda: False, within_s=0.01))


def test_a_pause_ends_early_when_we_stop():
    async def scenario() -> tuple[bool, bool]:
        stopping = asyncio.Event()
        before = await pause(stopping, 0.001)
        stopping.set()
        return before, await pause(stopping, 1000)

    assert asyncio.run(scenario()) == (False, True)
