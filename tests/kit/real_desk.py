"""A trader's lanes and runner on a real chain and a paper exchange, recording in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from domain.desk import DeskCard
from journal.records import OpportunityFound
from live.aio.clock import WallClock
from live.chain.calldata import call_data
from live.chain.rpc import ChainClient
from live.chain.signer import LocalSigner
from live.execution.calls import agent_of
from live.execution.chain_lane import ChainLane
from live.execution.exchange import KrakenVenue
from live.execution.finality import FinalityWatch
from live.execution.herald import Herald
from live.execution.legs import execution_id
from live.execution.machine import Event
from live.execution.order_lane import OrderLane
from live.execution.run import Run
from live.execution.runner import Runner
from live.execution.scribe import Scribe, Trail
from live.execution.tuning import Tuning
from rehearsal.chain.deploy import address_of
from rehearsal.chain.keys import maker_key
from tests.kit.chain import TestChain
from tests.kit.edges import PATIENT, card_on
from tests.kit.eventually import eventually
from tests.kit.exchange import KEY, SECRET, WHOLE, PaperExchange, paper_exchange
from tests.kit.scripted import WatchedRecorder


class Desk:
    """Lanes and runner on a real chain and a real exchange, with a recorder in memory."""

    def __init__(
        self,
        card: DeskCard,
        client: ChainClient,
        chain: TestChain,
        venue: KrakenVenue,
        tuning: Tuning,
    ) -> None:
        self.card, self.client, self.venue, self.clock = card, client, venue, WallClock()
        self.happenings: list[str] = []
        self.recorder = WatchedRecorder(self.happenings)
        self.scribe = Scribe(self.recorder, self.clock)
        self.lane = ChainLane(client, chain.desk, card, tuning)
        orders = OrderLane(venue, card, self.clock, tuning)
        self.runner = Runner(
            self.lane,
            orders,
            self.scribe,
            card,
            self.clock,
            tuning,
            asyncio.Event(),
            herald=Herald(card, self.clock),
        )
        self.watch = FinalityWatch(client, self.lane, self.runner, self.scribe)

    async def play(self, opportunity: OpportunityFound) -> Run:
        oid = opportunity.opportunity_id
        agent = agent_of(opportunity.strategy)
        run = Run(execution_id(oid), agent, opportunity, Trail(oid))
        await self.runner.drive(run, Event.APPROVED)
        self.watch.watch(run)
        return run

    async def sent_hash(self) -> str:
        """Wait until the node has the transaction, and name it."""
        await eventually(lambda: self.recorder.of("transaction.intended"))
        (intended,) = self.recorder.of("transaction.intended")
        await eventually(lambda: self.client.transaction(intended.tx_hash))
        return intended.tx_hash

    def statuses(self, kind: str) -> list[str]:
        return [fact.status for fact in self.recorder.of(kind)]


@asynccontextmanager
async def desk_on(
    chain: TestChain, paper: PaperExchange, tuning: Tuning = PATIENT, node_url: str = ""
) -> AsyncIterator[Desk]:
    card = card_on(chain, paper)
    venue = KrakenVenue(card, KEY, SECRET)
    try:
        await venue.open()
        async with ChainClient(node_url) if node_url else chain.client() as client:
            desk = Desk(card, client, chain, venue, tuning)
            await desk.lane.open()
            yield desk
    finally:
        await venue.close()


def at_work(
    chain: TestChain,
    folder: Path,
    story: Callable[[Desk, PaperExchange], Awaitable[None]],
    tuning: Tuning = PATIENT,
) -> None:
    async def run() -> None:
        async with paper_exchange(folder) as paper:
            paper.quote(300_000, lots=100 * WHOLE)
            async with desk_on(chain, paper, tuning) as desk:
                await story(desk, paper)

    asyncio.run(run())


def sell_into(chain: TestChain, venue: str, base_units: int, tip_wei: int) -> None:
    """Sell base into a pool as its maker, paying enough to be first in the next block."""
    maker = LocalSigner.from_key(maker_key(venue))
    data = call_data(
        "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)",
        base_units,
        0,
        [chain.weth, chain.usdc],
        maker.address,
        2**255,
    )
    router = address_of(f"router-{venue[-1]}")
    signed = chain.sign(maker, router, data, max_priority_fee_per_gas_wei=tip_wei)
    chain.rpc("eth_sendRawTransaction", "0x" + signed.raw.hex())
