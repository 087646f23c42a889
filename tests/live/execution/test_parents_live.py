"""A large order at the real paper exchange, by the unmodified client, whatever the network does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.algorithms.parent import ParentOrder
from domain.clock import SECOND_NS
from domain.money import exact_units
from live.aio.clock import WallClock
from live.execution.exchange import KrakenVenue
from live.execution.order_lane import OrderLane
from live.execution.parent_risk import ParentRisk
from live.execution.parents import Worker
from live.execution.place import Place
from live.execution.scribe import Scribe
from live.risk.limits import Rulebook
from live.risk.session import Session
from ops.parents.live import LivePace
from rehearsal.exchange.venue import SPOT
from rehearsal.faults import Fault, FaultKind
from tests.kit.eventually import eventually
from tests.kit.exchange import KEY, SECRET, PaperExchange, paper_exchange
from tests.kit.parents import WHOLE, an_order
from tests.kit.scripted import WatchedRecorder
from tests.kit.theatre import HASTY
from tests.kit.trading import at_paper
from tests.live.execution.test_parents import ICEBERG, KINDS

Story = Callable[[PaperExchange, "Desk"], Awaitable[None]]


class Desk:
    """A worker's surroundings at a running exchange."""

    def __init__(self, paper: PaperExchange, venue: KrakenVenue) -> None:
        self.card, self.clock = at_paper(paper), WallClock()
        self.recorder = WatchedRecorder([])
        self.pace = LivePace(self.clock, settle_s=5.0)
        lane = OrderLane(venue, self.card, self.clock, HASTY)
        self.places = {"paper": Place(self.card, venue, lane, exact_units(venue.least, 8))}

    def order(self, **changes: Any) -> ParentOrder:
        start_ns = self.clock.now_ns()
        times = {"start_ns": start_ns, "end_ns": start_ns + SECOND_NS // 2}
        return an_order(**(times | changes))

    def worker(self, order: ParentOrder) -> Worker:
        risk = ParentRisk(self.card, self.clock, Session(), Rulebook())
        scribe = Scribe(self.recorder, self.clock)
        return Worker(order, self.places, risk, scribe, self.clock, self.pace)

    async def play(self, order: ParentOrder) -> Worker:
        worker = self.worker(order)
        plenty = {asset.asset: 10**20 for asset in self.card.assets}
        verdict = await worker.accept(plenty | await worker.outlook.free())
        assert verdict.is_approved, verdict.reason
        await worker.plan()
        await worker.work()
        return worker


def at_work(folder: Path, story: Story) -> None:
    async def run() -> None:
        async with paper_exchange(folder) as paper:
            paper.quote(300_000, lots=WHOLE)
            venue = KrakenVenue(at_paper(paper), KEY, SECRET)
            try:
                await venue.open()
                await story(paper, Desk(paper, venue))
            finally:
                await venue.close()

    asyncio.run(run())


async def bought(desk: Desk) -> int:
    held = await desk.places["paper"].market.balances()
    return held[desk.card.exchange.base_asset] - 50 * 10**10


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_is_worked_to_its_end(tmp_path: Path, kind: str):
    async def story(paper: PaperExchange, desk: Desk) -> None:
        worker = await desk.play(desk.order(**KINDS[kind]))
        assert (worker.outcome, await bought(desk)) == ("SETTLED", 3 * 10**10)
        assert worker.outlook.arrived is not None
        trades = await worker.outlook.trades()
        assert trades is not None
        assert sum(trade.size_e8 for trade in trades) == 3 * WHOLE

    at_work(tmp_path, story)


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.ERROR_500,
        FaultKind.ACCEPT_THEN_500,
        pytest.param(FaultKind.ACCEPT_THEN_DROP, marks=pytest.mark.slow),
        pytest.param(FaultKind.GARBAGE, marks=pytest.mark.slow),
    ],
)
def test_a_child_without_an_answer_is_asked_for_and_never_sent_again(
    tmp_path: Path, kind: FaultKind
):
    async def story(paper: PaperExchange, desk: Desk) -> None:
        await paper.fault(Fault(kind=kind, path="AddOrder"))
        worker = await desk.play(desk.order())
        assert worker.outcome in {"SETTLED", "PARTIAL"}
        told = desk.recorder.of("order.observed")
        assert told[0].status == "UNKNOWN"
        booked = sum(fact.filled_base_units for fact in told if fact.status != "UNKNOWN")
        assert booked == await bought(desk)
        ids = [order.cl_ord_id for order in paper.venue.history.orders.values()]
        assert len(ids) == len(set(ids))

    at_work(tmp_path, story)


def test_a_stop_withdraws_the_tip_that_rests(tmp_path: Path):
    async def story(paper: PaperExchange, desk: Desk) -> None:
        order = desk.order(**(ICEBERG | {"limit_e8": 2_990 * WHOLE}))
        order = msgspec.structs.replace(order, end_ns=order.end_ns + 3_600 * SECOND_NS)
        playing = asyncio.create_task(desk.play(order))
        resting = paper.venue.engine.resting
        await eventually(lambda: any(order.account == SPOT for order in resting.values()))
        desk.pace.stop()
        worker = await playing
        assert (worker.outcome, worker.reason) == ("FAILED", "stopped")
        (order_there,) = paper.venue.history.orders.values()
        assert order_there.status == "canceled"

    at_work(tmp_path, story)
