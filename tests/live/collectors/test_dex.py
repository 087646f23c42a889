"""The chain's collector on a real chain: its logs, the contracts' state and quotes all agree."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from domain.clock import SECOND_NS
from domain.desk import Pool
from domain.errors import RpcUnavailable
from domain.home import DeskHome
from journal.records import AlertRaised, GapNoticed
from live.aio.service import Service
from live.chain.calldata import call_data, decode_words
from live.chain.rpc import ChainClient
from live.collectors.dex import ChainCollector
from live.collectors.notices import Notices
from live.collectors.pool_events import PoolNow
from live.collectors.pool_reader import read_pool
from live.detection.market import Market, curve_of, hear_defi
from live.detection.rules import Rules
from live.protocol import v2
from rehearsal.chain.deploy import address_of
from rehearsal.chain.mover import Mover
from tests.kit.chain import TestChain
from tests.kit.clock import HandClock
from tests.kit.eventually import eventually
from tests.kit.facts import a_card
from tests.kit.homes import a_home
from tests.kit.ingest import Ingest, a_service, ingest_v2
from tests.kit.trading import RememberingRecorder

pytestmark = pytest.mark.chain
E6 = 10**6
_QUOTE_IN = "quoteExactInputSingle((address,address,uint256,uint24,uint160))"
_QUOTE_OUT = "quoteExactOutputSingle((address,address,uint256,uint24,uint160))"


@dataclass
class Stage:
    """A collector on a chain, with what it said and what it recorded."""

    collector: ChainCollector
    client: ChainClient
    ingest: Ingest
    recorder: RememberingRecorder
    chain: TestChain
    mover: Mover
    service: Service

    async def walk(self, random_: random.Random) -> None:
        """Let the makers move every pool somewhere else, and mine."""
        prices = {
            pool.venue: random_.randrange(2_700, 3_300) * E6 for pool in self.chain.card.pools
        }
        await self.mover.move_pools(self.client, prices, 10**10)
        await asyncio.to_thread(self.chain.mine)

    def states(self) -> dict[str, v2.PoolState]:
        """Give the last state said of each pool."""
        return {state.venue: state for state in self.ingest.of(v2.PoolState)}

    def market(self) -> Market:
        """Give the market as detection knows it from every frame so far."""
        return hear_defi(Market.unheard(self.service.card), self.ingest.messages, 0).market

    async def look(self) -> None:
        """Look until the relay has the pools at the chain's head, wherever that has got to."""
        await eventually(self._has_caught_up)

    async def _has_caught_up(self) -> bool:
        await self.collector.look()
        head = await self.client.head()
        stated = {state.block_hash for state in self.states().values()}
        return stated == {head.hash}


@asynccontextmanager
async def a_stage(chain: TestChain, folder: Path) -> AsyncIterator[Stage]:
    home: DeskHome = a_home(folder, chain=chain.card, assets=(*chain.assets, *a_card().assets[3:]))
    recorder = RememberingRecorder()
    async with (
        ingest_v2(home.sockets / "chain.sock") as ingest,
        a_service("collector-dex", home) as service,
        chain.client() as client,
    ):
        notices = Notices(recorder, service.clock)
        collector = ChainCollector(service, client, notices)
        service.spawn(collector.publisher.run(), "publisher")
        service.spawn(notices.run(service.stopping), "notices")
        await eventually(lambda: collector.publisher.is_connected)
        yield Stage(collector, client, ingest, recorder, chain, Mover(chain.card), service)


def _gaps(stage: Stage) -> list[GapNoticed]:
    return stage.recorder.of(GapNoticed.KIND)


def _alerts(stage: Stage) -> list[AlertRaised]:
    return stage.recorder.of(AlertRaised.KIND)


def test_states_followed_by_logs_equal_the_contracts_after_a_random_walk(
    chain: TestChain, tmp_path: Path
):
    async def script() -> None:
        random_ = random.Random(11)
        async with a_stage(chain, tmp_path) as stage:
            await stage.look()
            for _ in range(6):
                await stage.walk(random_)
                await stage.look()
            head = await stage.client.head()
            table = stage.collector.table
            for pool in chain.card.pools:
                read = await read_pool(stage.client, pool, head.number)
                assert table.states[pool.venue].same_as(read), pool.venue
            assert len(stage.ingest.of(v2.ChainHead)) >= 7
            assert not stage.collector.stopped
            assert not _gaps(stage)

    asyncio.run(script())


def test_quotes_equal_the_deployed_contracts_over_random_states(chain: TestChain, tmp_path: Path):
    async def script() -> None:
        random_ = random.Random(12)
        async with a_stage(chain, tmp_path) as stage:
            for _ in range(4):
                await stage.walk(random_)
                await stage.look()
                for pool in chain.card.pools:
                    curve = curve_of(pool, stage.states()[pool.venue])
                    for _ in range(6):
                        is_zero_in, is_exact_in = random_.random() < 0.5, random_.random() < 0.5
                        paid = pool.token0 if is_zero_in else pool.token1
                        is_base = (paid == chain.card.base_token) == is_exact_in
                        most = 40 * 10**18 if is_base else 120_000 * E6
                        units = random_.randrange(1, most)
                        ask = curve.exact_in if is_exact_in else curve.exact_out
                        ours = ask(zero_for_one=is_zero_in, units=units)
                        theirs = await _contract_quote(
                            stage.client, pool, is_zero_in, is_exact_in, units
                        )
                        assert ours == theirs, (pool.venue, is_zero_in, is_exact_in, units)

    asyncio.run(script())


async def _contract_quote(
    client: ChainClient, pool: Pool, is_zero_in: bool, is_exact_in: bool, units: int
) -> int:
    tokens = [asset.rpartition(":")[2] for asset in (pool.token0, pool.token1)]
    path = tokens if is_zero_in else tokens[::-1]
    if pool.kind == "v3":
        signature = _QUOTE_IN if is_exact_in else _QUOTE_OUT
        data = call_data(signature, (*path, units, pool.fee_pips, 0))
        answer = await client.call(address_of("v3-quoter"), data)
        return decode_words("uint256,uint160,uint32,uint256", answer)[0]
    name = "getAmountsOut" if is_exact_in else "getAmountsIn"
    data = call_data(f"{name}(uint256,address[])", units, path)
    router = "router-" + pool.venue[-1]
    (amounts,) = decode_words("uint256[]", await client.call(address_of(router), data))
    return amounts[-1] if is_exact_in else amounts[0]


def test_several_blocks_since_the_last_look_are_all_published_in_order(
    chain: TestChain, tmp_path: Path
):
    async def script() -> None:
        async with a_stage(chain, tmp_path) as stage:
            await stage.look()
            await asyncio.to_thread(chain.mine, 5)
            await stage.look()
            numbers = [head.number for head in stage.ingest.of(v2.ChainHead)]
            assert numbers == list(range(numbers[0], numbers[0] + 6))

    asyncio.run(script())


async def _hold_to_contracts(stage: Stage) -> None:
    head = await stage.client.head()
    for pool in stage.collector.table.pools:
        read = await read_pool(stage.client, pool, head.number)
        assert stage.collector.table.states[pool.venue].same_as(read), pool.venue


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
            await eventually(lambda: _alerts(stage))
            gone = sorted(ours)[-depth:]
            (gap,) = _gaps(stage)
            assert (gap.source, gap.noticed) == ("chain", "reorg")
            assert (gap.expected, gap.got) == (gone[0], gone[-1] + 1)
            (alert,) = _alerts(stage)
            assert (alert.alert, alert.subject) == ("chain_reorg", "chain")
            assert f"took back {depth} blocks" in alert.detail
            assert all(ours[number] in alert.detail for number in gone)
            assert [notice.source for notice in stage.ingest.of(v2.GapNotice)] == ["chain"]
            await _hold_to_contracts(stage)

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
            await eventually(lambda: _alerts(stage))
            assert "is no block" in _alerts(stage)[0].detail
            assert _gaps(stage)[0].got == last + 1
            await _hold_to_contracts(stage)
            await stage.walk(random.Random(16))
            await stage.look()
            await _hold_to_contracts(stage)
            assert len(_gaps(stage)) == 1

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
            await eventually(lambda: _gaps(stage))
            head = await stage.client.head()
            (gap,) = _gaps(stage)
            assert (gap.source, gap.noticed) == ("chain", "gap")
            assert (gap.expected, gap.got) == (last.number + 1, head.number)
            assert not _alerts(stage)
            await _hold_to_contracts(stage)

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
            await eventually(lambda: _gaps(stage))
            assert len(_gaps(stage)) == len(stage.ingest.of(v2.GapNotice)) == 1
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
            await eventually(lambda: _alerts(stage))
            (alert,) = _alerts(stage)
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
            await eventually(lambda: len(_gaps(stage)) == 2)
            assert [entry.venue for entry in stage.collector.stopped] == [venue]
            assert venue not in stage.collector.table.states

    asyncio.run(script())


def test_a_contract_that_is_gone_stops_its_pool_alone(chain: TestChain, tmp_path: Path):
    async def script() -> None:
        async with a_stage(chain, tmp_path) as stage:
            (pool,) = (pool for pool in chain.card.pools if pool.venue == "univ2-b")
            chain.rpc("anvil_setCode", pool.address, "0x")
            await stage.collector.look()
            await eventually(lambda: _alerts(stage))
            assert _alerts(stage)[0].subject == "pool:univ2-b"
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
            await eventually(lambda: stage.ingest.of(v2.GapNotice) and _gaps(stage))
            assert [entry.venue for entry in stage.collector.stopped] == ["univ2-a"]
            assert _gaps(stage)[0].source == "pool:univ2-a"
            said = len(stage.ingest.messages)
            await asyncio.to_thread(chain.mine)
            await stage.collector.look()
            await eventually(lambda: len(stage.ingest.messages) >= said + 3)
            later = stage.ingest.messages[said:]
            assert {m.venue for m in later if isinstance(m, v2.PoolState)} == {"univ2-b", "univ3"}

    asyncio.run(script())


def test_a_dead_node_is_a_state_and_no_crash(tmp_path: Path):
    async def script() -> None:
        home = a_home(tmp_path)
        async with (
            a_service("collector-dex", home) as service,
            ChainClient("http://127.0.0.1:1") as client,
        ):
            notices = Notices(RememberingRecorder(), service.clock)
            await ChainCollector(service, client, notices).look()
            assert service.health().state == "degraded"

    asyncio.run(script())


def test_a_chain_that_stands_still_is_recorded_once(chain: TestChain, tmp_path: Path):
    async def script() -> None:
        async with a_stage(chain, tmp_path) as stage:
            clock = HandClock(stage.service.clock.now_ns())
            stage.service.clock = clock
            await stage.look()
            clock.wind(11 * SECOND_NS)
            await stage.collector.look()
            await stage.collector.look()
            assert stage.service.health().state == "degraded"
            await asyncio.to_thread(chain.mine)
            await stage.look()
            assert stage.service.health().state == "ready"
            await eventually(lambda: _gaps(stage))
            assert [gap.noticed for gap in _gaps(stage)] == ["silence"]

    asyncio.run(script())
