"""The chain's collector on a real chain: its logs, the contracts' state and quotes all agree."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from domain.clock import SECOND_NS
from domain.desk import Pool
from live.chain.calldata import call_data, decode_words
from live.chain.rpc import ChainClient
from live.collectors.dex import ChainCollector
from live.collectors.notices import Notices
from live.collectors.pool_reader import read_pool
from live.detection.market import curve_of
from live.protocol import v2
from rehearsal.chain.deploy import address_of
from tests.kit.chain import TestChain
from tests.kit.chain_stage import a_stage
from tests.kit.clock import HandClock
from tests.kit.eventually import eventually
from tests.kit.homes import a_home
from tests.kit.ingest import a_service
from tests.kit.trading import RememberingRecorder

pytestmark = pytest.mark.chain
E6 = 10**6
_QUOTE_IN = "quoteExactInputSingle((address,address,uint256,uint24,uint160))"
_QUOTE_OUT = "quoteExactOutputSingle((address,address,uint256,uint24,uint160))"


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
            assert not stage.gaps()

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
            await eventually(stage.gaps)
            assert [gap.noticed for gap in stage.gaps()] == ["silence"]

    asyncio.run(script())
