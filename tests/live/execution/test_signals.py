"""What the relay tells reaches who it concerns; what is no message of ours stops nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from domain.errors import RemoteWireError
from journal.records import canonical_payload
from live.chain.heads import Heads
from live.execution.signals import Signals
from live.execution.surroundings import Surroundings
from live.protocol import v2
from tests.kit.homes import a_home
from tests.kit.ingest import a_service
from tests.kit.trading import an_atomic
from tests.kit.wire import a_chain_head, a_pool_state, an_opportunity


class Desk:
    """Remembers what it was asked to decide on, and has decided on all of it before."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def consider(self, opportunity: Any) -> None:
        self.asked.append(opportunity)


class Garbage:
    """A frame whose payload is none."""

    @property
    def message(self) -> object:
        raise RemoteWireError("this payload is none")


Story = Callable[[Signals, Surroundings, Heads, Desk], Awaitable[None]]


def told(folder: Path, story: Story) -> None:
    async def run() -> None:
        async with a_service("trader", a_home(folder)) as service:
            surroundings, heads, desk = Surroundings(), Heads(), Desk()
            await story(Signals(service, surroundings, heads, desk), surroundings, heads, desk)

    asyncio.run(run())


def test_heads_pools_and_holes_change_what_is_known(tmp_path):
    async def story(signals: Signals, known: Surroundings, heads: Heads, desk: Desk) -> None:
        await signals._hear(a_chain_head(42))
        await signals._hear(a_pool_state(block=42))
        assert (known.head_block, heads.heard) == (42, 1)
        await signals._hear(v2.GapNotice("chain", 1, 3))
        assert (known.head_block, known.touched_block_by_venue) == (0, {})
        assert not desk.asked

    told(tmp_path, story)


def test_an_opportunity_is_decided_on_as_it_was_found(tmp_path):
    found = an_atomic()

    async def story(signals: Signals, _known: Surroundings, _heads: Heads, desk: Desk) -> None:
        await signals._hear(an_opportunity(record=canonical_payload(found)))
        assert desk.asked == [found]

    told(tmp_path, story)


@pytest.mark.parametrize("record", [b"", b"{", b"{}", b"[]"])
def test_a_record_that_is_none_is_passed_over(tmp_path, record):
    async def story(signals: Signals, _known: Surroundings, _heads: Heads, desk: Desk) -> None:
        await signals._hear(an_opportunity(record=record))
        await signals._hear(signals._message(Garbage()))  # type: ignore[arg-type]
        assert not desk.asked

    told(tmp_path, story)
