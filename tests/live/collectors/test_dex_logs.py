"""A node's answer about a block's logs, held to the header: what is missing is asked for again."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from domain.chain.types import Log
from live.protocol import v2
from tests.kit.chain import TestChain
from tests.kit.chain_stage import a_stage
from tests.kit.eventually import eventually

pytestmark = pytest.mark.chain


@pytest.mark.parametrize("is_empty", [pytest.param(True, marks=pytest.mark.slow), False])
def test_logs_answered_incompletely_are_noticed_at_once_and_asked_for_again(
    chain: TestChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_empty: bool
):
    async def script() -> None:
        async with a_stage(chain, tmp_path) as stage:
            await stage.look()
            await stage.walk(random.Random(19))
            told = stage.client.logs

            async def forgetful(*asked: object) -> list[Log]:
                logs = await told(*asked)
                return [] if is_empty else [log for log in logs if log.address != silent]

            silent = chain.card.pools[0].address
            with monkeypatch.context() as patch:
                patch.setattr(stage.client, "logs", forgetful)
                for _ in range(3):
                    await stage.collector.look()
                assert "not those its header names" in stage.service.health().reason
                head = await stage.client.head()
                assert max(said.number for said in stage.ingest.of(v2.ChainHead)) < head.number
            await eventually(stage.gaps)
            await stage.look()
            await stage.hold_to_contracts()
            assert len({(gap.source, gap.expected) for gap in stage.gaps()}) == len(stage.gaps())
            assert not stage.collector.stopped

    asyncio.run(script())


@pytest.mark.slow
def test_a_seeming_hole_in_the_logs_is_settled_by_all_of_them(
    chain: TestChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def script() -> None:
        async with a_stage(chain, tmp_path) as stage:
            await stage.look()
            await stage.walk(random.Random(20))
            monkeypatch.setattr("live.collectors.dex.is_doubtful", lambda *_: True)
            await stage.look()
            await stage.hold_to_contracts()
            assert not stage.gaps()

    asyncio.run(script())
