"""The market shows one walk to all venues, outlives the silence of any, and stops when asked."""

import asyncio
import os
import signal
import sys

import aiohttp
import msgspec
import pytest
import structlog

from domain.clock import HandClock
from domain.errors import RpcUnavailable, VenueUnavailable
from live.aio.clock import WallClock
from live.aio.service import Service
from rehearsal.market import Market, pool_targets, quote
from rehearsal.walk import STEP_NS, Walk
from tests.kit.eventually import eventually
from tests.kit.exchange import paper_exchange
from tests.kit.facts import a_card
from tests.kit.homes import a_home

RUN = "import sys; from pathlib import Path; from domain.home import DeskHome; \
from rehearsal.market import main; main(DeskHome(Path(sys.argv[1])))"


def a_service(folder, steps_old):
    card = a_card()
    clock = HandClock(card.opened_ns + steps_old * STEP_NS)
    return Service("market", a_home(folder), card, clock, structlog.get_logger())


def test_where_the_walk_stands_follows_from_the_desks_age(tmp_path):
    async def scenario():
        service, shown = a_service(tmp_path, steps_old=41), []

        async def show(step):
            shown.append(step)
            service.stopping.set()

        await Market(service).follow("exchange", STEP_NS, show)
        assert shown == [Walk(service.card.seed).at(41)]

    asyncio.run(scenario())


def test_a_venue_that_is_silent_is_tried_again_and_shows_in_health(tmp_path):
    async def scenario():
        service, health = a_service(tmp_path, steps_old=1), []
        market = Market(service)

        async def silent(step):
            raise VenueUnavailable("gone")

        async def shown(step):
            return None

        for venue, show in (("exchange", silent), ("pools", shown), ("exchange", shown)):
            await market._show(venue, Walk(1).at(0), show)
            health.append(service.health().is_ready)
        assert health == [False, False, True]

    asyncio.run(scenario())


def test_the_exchange_takes_a_step_as_quotes(tmp_path):
    async def scenario():
        async with paper_exchange(tmp_path) as desk, aiohttp.ClientSession() as session:
            step = Walk(5).at(30)
            await quote(session, desk.rest_url, step, 5)
            book = desk.venue.engine.book
            bid, ask = book.bids.levels(1)[0][0], book.asks.levels(1)[0][0]
            assert bid * 10_000 < step.targets_e6["paper"] < ask * 10_000

    asyncio.run(scenario())


def test_an_exchange_that_is_gone_is_a_venue_that_does_not_answer():
    async def scenario():
        async with aiohttp.ClientSession() as session:
            with pytest.raises(VenueUnavailable):
                await quote(session, "http://127.0.0.1:9", Walk(5).at(0), 5)

    asyncio.run(scenario())


def test_pools_get_targets_and_the_exchange_does_not():
    assert pool_targets(Walk(1).at(3)).keys() == {"univ2-a", "univ2-b", "univ3"}


@pytest.mark.chain
def test_the_process_moves_the_exchange_and_the_pools_and_stops_when_asked(tmp_path, chain):
    async def scenario():
        async with paper_exchange(tmp_path) as desk, chain.client() as client:
            exchange = msgspec.structs.replace(a_card().exchange, rest_url=desk.rest_url)
            card = msgspec.structs.replace(chain.card, rpc_url=chain.rpc_url)
            opened_ns = WallClock().now_ns()
            home = a_home(tmp_path, chain=card, exchange=exchange, opened_ns=opened_ns)
            before = (await client.head()).number

            async def has_moved():
                return (await client.head()).number > before

            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", RUN, str(home.root), env=os.environ
            )
            try:
                await eventually(lambda: desk.venue.engine.book.bids.levels(1), within_s=30)
                await eventually(has_moved, within_s=30)
                process.send_signal(signal.SIGINT)
                assert await asyncio.wait_for(process.wait(), 20) == 0
            finally:
                if process.returncode is None:
                    process.kill()

    asyncio.run(scenario())


def test_a_chain_that_is_gone_does_not_stop_the_exchange(tmp_path):
    async def scenario():
        service = a_service(tmp_path, steps_old=1)
        market, quoted = Market(service), asyncio.Event()

        async def gone(step):
            raise RpcUnavailable("gone")

        async def show(step):
            quoted.set()

        tasks = [
            asyncio.create_task(market.follow("pools", STEP_NS, gone)),
            asyncio.create_task(market.follow("exchange", STEP_NS, show)),
        ]
        await asyncio.wait_for(quoted.wait(), 5)
        service.stopping.set()
        await asyncio.gather(*tasks)

    asyncio.run(scenario())
