"""Where the chain takes back, skips or contradicts itself, the collector says so and stops."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import RpcUnavailable
from live.collectors.pool_events import PoolNow
from live.detection.rules import Rules
from live.protocol import v2
from tests.kit.chain import TestChain
from tests.kit.chain_stage import a_stage
from tests.kit.eventually import eventually

pytestmark = pytest.mark.chain


@pytest.mark.parametrize("depth", [1, 3])
def test_a_reorg_is_noticed_named_by_its_hashes_and_read_again_from_the_contracts(
    chain: TestChain, tmp_path: Path, depth: int
):
    async def script() -> None:
        async with a_stage(chain, tmp_path) as stage:
            await stage.look()
            hashes: dict[int, str] = {}
            for _ in range(3):
                await stage.walk(random.Random(13))
                await stage.look()
                head = await stage.client.head()
                hashes[head.number] = head.hash
            ours = {head.number: head.hash for head in stage.ingest.of(v2.ChainHead)}
            await asyncio.to_thread(chain.reorg, depth)
            await stage.look()
            await eventually(stage.alerts)
            gone = sorted(ours)[-depth:]
            (gap,) = stage.gaps()
            assert (gap.source, gap.noticed) == ("chain", "reorg")
            assert (gap.expected, gap.got) == (gone[0], gone[-1] + 1)
            (alert,) = stage.alerts()
            assert (alert.alert, alert.subject) == ("chain_reorg", "chain")
            assert f"took back {depth} blocks" in alert.detail
            assert all(ours[number] in alert.detail for number in gone)
            assert [notice.source for notice in stage.ingest.of(v2.GapNotice)] == ["chain"]
            await stage.hold_to_contracts()

    asyncio.run(script())


def test_a_node_put_back_to_an_earlier_block_is_a_reorg_too(chain: TestChain, tmp_path: Path):
    async def script() -> None:
        async with a_stage(chain, tmp_path) as stage:
            await stage.look()
            kept = chain.rpc("evm_snapshot")
            for seed in (14, 15):
                await stage.walk(random.Random(seed))
                await stage.look()
            last = max(head.number for head in stage.ingest.of(v2.ChainHead))
            assert chain.rpc("evm_revert", kept)
            await stage.look()
            await eventually(stage.alerts)
            assert "is no block" in stage.alerts()[0].detail
            assert stage.gaps()[0].got == last + 1
            await stage.hold_to_contracts()
            await stage.walk(random.Random(16))
            await stage.look()
            await stage.hold_to_contracts()
            assert len(stage.gaps()) == 1

    asyncio.run(script())


def test_blocks_too_many_to_replay_are_a_gap_and_the_contracts_are_asked(
    chain: TestChain, tmp_path: Path
):
    async def script() -> None:
        async with a_stage(chain, tmp_path) as stage:
            await stage.look()
            last = await stage.client.head()
            await stage.walk(random.Random(18))
            await asyncio.to_thread(chain.mine, 60)
            await stage.look()
            await eventually(stage.gaps)
            head = await stage.client.head()
            (gap,) = stage.gaps()
            assert (gap.source, gap.noticed) == ("chain", "gap")
            assert (gap.expected, gap.got) == (last.number + 1, head.number)
            assert not stage.alerts()
            await stage.hold_to_contracts()

    asyncio.run(script())


def test_nothing_is_said_of_any_pool_between_a_reorg_and_the_contracts_answer(
    chain: TestChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def unread(*_: object) -> PoolNow:
        raise RpcUnavailable("the node is restarting")

    async def script() -> None:
        async with a_stage(chain, tmp_path) as stage:
            await stage.walk(random.Random(17))
            await stage.look()
            await asyncio.to_thread(chain.reorg, 1)
            with monkeypatch.context() as patch:
                patch.setattr("live.collectors.dex.read_pool", unread)
                for _ in range(3):
                    await stage.collector.look()
                await eventually(lambda: stage.ingest.of(v2.GapNotice))
                assert isinstance(stage.ingest.messages[-1], v2.GapNotice)
                assert stage.collector.greeting() == []
                assert stage.service.health().state == "degraded"
                assert not stage.market().pools
            await stage.look()
            await eventually(stage.gaps)
            assert len(stage.gaps()) == len(stage.ingest.of(v2.GapNotice)) == 1
            assert len(stage.market().pools) == 3

    asyncio.run(script())


_V2_RESERVES, _V3_LIQUIDITY = 8, 4


@pytest.mark.parametrize(
    ("venue", "slot", "word"),
    [("univ2-a", _V2_RESERVES, 7 | 9 << 112 | 1 << 224), ("univ3", _V3_LIQUIDITY, 10**18)],
)
def test_a_contract_that_says_something_else_than_its_logs_is_stopped_named_and_not_traded_on(
    chain: TestChain, tmp_path: Path, venue: str, slot: int, word: int
):
    async def script() -> None:
        async with a_stage(chain, tmp_path) as stage:
            await stage.look()
            (pool,) = (pool for pool in chain.card.pools if pool.venue == venue)
            places = (f"0x{number:064x}" for number in (slot, word))
            chain.rpc("anvil_setStorageAt", pool.address, *places)
            await asyncio.to_thread(chain.mine, 11)
            await stage.collector.look()
            await eventually(stage.alerts)
            (alert,) = stage.alerts()
            assert (alert.alert, alert.severity) == ("pool_stopped", "critical")
            assert alert.subject == f"pool:{venue}"
            assert "the contract" in alert.detail
            assert venue in stage.service.health().reason
            await asyncio.to_thread(chain.mine)
            head = await stage.client.head()
            await stage.collector.look()
            await eventually(lambda: stage.ingest.of(v2.ChainHead)[-1].hash == head.hash)
            others = {pool.venue for pool in chain.card.pools} - {venue}
            market = stage.market()
            await eventually(lambda: set(stage.market().pools) == others)
            assert market.current_pool(venue, 0, Rules()) is None
            await asyncio.to_thread(chain.reorg, 1)
            await stage.collector.look()
            await eventually(lambda: len(stage.gaps()) == 2)
            assert [entry.venue for entry in stage.collector.stopped] == [venue]
            assert venue not in stage.collector.table.states

    asyncio.run(script())


def test_a_contract_that_is_gone_stops_its_pool_alone(chain: TestChain, tmp_path: Path):
    async def script() -> None:
        async with a_stage(chain, tmp_path) as stage:
            (pool,) = (pool for pool in chain.card.pools if pool.venue == "univ2-b")
            chain.rpc("anvil_setCode", pool.address, "0x")
            await stage.collector.look()
            await eventually(stage.alerts)
            assert stage.alerts()[0].subject == "pool:univ2-b"
            await eventually(lambda: set(stage.states()) == {"univ2-a", "univ3"})

    asyncio.run(script())


def test_a_pool_that_disagrees_with_its_contract_is_stopped_and_named(
    chain: TestChain, tmp_path: Path
):
    async def script() -> None:
        async with a_stage(chain, tmp_path) as stage:
            await stage.look()
            table = stage.collector.table
            wrong = replace(table.states["univ2-a"], reserve0=1)
            stage.collector.table = replace(table, states={**table.states, "univ2-a": wrong})
            await asyncio.to_thread(chain.mine, 11)
            await stage.collector.look()
            await eventually(lambda: stage.ingest.of(v2.GapNotice) and stage.gaps())
            assert [entry.venue for entry in stage.collector.stopped] == ["univ2-a"]
            assert stage.gaps()[0].source == "pool:univ2-a"
            said = len(stage.ingest.messages)
            await asyncio.to_thread(chain.mine)
            await stage.collector.look()
            await eventually(lambda: len(stage.ingest.messages) >= said + 3)
            later = stage.ingest.messages[said:]
            assert {m.venue for m in later if isinstance(m, v2.PoolState)} == {"univ2-b", "univ3"}

    asyncio.run(script())
