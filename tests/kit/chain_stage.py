"""The chain's collector on a local chain, with what it said and what it recorded."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.home import DeskHome
from journal.records import AlertRaised, GapNoticed
from live.aio.service import Service
from live.chain.rpc import ChainClient
from live.collectors.dex import ChainCollector
from live.collectors.notices import Notices
from live.collectors.pool_reader import read_pool
from live.detection.market import Market, hear_defi
from live.protocol import v2
from rehearsal.chain.mover import Mover
from tests.kit.chain import TestChain
from tests.kit.eventually import eventually
from tests.kit.facts import a_card
from tests.kit.homes import a_home
from tests.kit.ingest import Ingest, a_service, ingest_v2
from tests.kit.trading import RememberingRecorder


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
            pool.venue: random_.randrange(2_700, 3_300) * 10**6 for pool in self.chain.card.pools
        }
        await self.mover.move_pools(self.client, prices, 10**10)
        await asyncio.to_thread(self.chain.mine)

    def gaps(self) -> list[GapNoticed]:
        """Give the gaps it recorded."""
        return self.recorder.of(GapNoticed.KIND)

    def alerts(self) -> list[AlertRaised]:
        """Give the alerts it raised."""
        return self.recorder.of(AlertRaised.KIND)

    async def hold_to_contracts(self) -> None:
        """Insist that every pool it follows is as its contract says it is."""
        head = await self.client.head()
        for pool in self.collector.table.pools:
            read = await read_pool(self.client, pool, head.number)
            assert self.collector.table.states[pool.venue].same_as(read), pool.venue

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
    """Start a collector on a chain, with a relay that hears it, in a fresh home."""
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
