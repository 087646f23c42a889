"""A fill that the exchange busts, repeats or reports late becomes a fact, an alert and an end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from live.aio.clock import WallClock
from live.execution.answers import OrderAnswer
from live.execution.calls import agent_of
from live.execution.exchange import KrakenVenue
from live.execution.legs import client_order_id, execution_id
from live.execution.machine import State
from live.execution.order_lane import OrderLane
from live.execution.order_watch import WATCHED_NS, OrderWatch
from live.execution.run import Run, SentOrder
from live.execution.scribe import Trail
from rehearsal.faults import Fault, FaultKind
from tests.kit.eventually import eventually
from tests.kit.exchange import KEY, SECRET, paper_exchange
from tests.kit.facts import PAPER_USDC, a_card
from tests.kit.theatre import HASTY, Theatre
from tests.kit.trading import a_two_leg, at_paper


def watched(theatre: Theatre) -> OrderWatch:
    lane = OrderLane(theatre.venue, a_card(), theatre.clock, HASTY)
    tell = theatre.herald.alerted
    return OrderWatch(lane, theatre.runner, theatre.scribe, PAPER_USDC, theatre.clock, tell)


def amended(*changes: OrderAnswer) -> tuple[Run, Theatre]:
    """Settle a two-leg trade, let the exchange change its fill again and again, and look."""

    async def story() -> tuple[Run, Theatre]:
        theatre = Theatre()
        await theatre.lane.open()
        run = await theatre.play(a_two_leg("buy"))
        assert run.state is State.SETTLED
        watch = watched(theatre)
        watch.watch(run)
        await watch.look()
        for changed in changes:
            theatre.clock.wind(1)
            theatre.venue.orders[run.orders[0].intent.client_order_id] = changed
            await watch.look()
            await watch.look()
        return run, theatre

    return asyncio.run(story())


@pytest.mark.parametrize(
    "changed",
    [
        OrderAnswer("CANCELLED", "O-1", 0, 0, 0, "Trade busted"),
        OrderAnswer("FILLED", "O-1", 2 * 10**10, 6 * 10**11, 6 * 10**8, ""),
        OrderAnswer("PARTIAL", "O-1", 4 * 10**9, 12 * 10**10, 12 * 10**7, "Trade busted"),
    ],
    ids=["busted", "repeated", "partly busted"],
)
def test_a_changed_fill_is_a_fact_and_the_execution_is_settled_no_more(changed: OrderAnswer):
    run, theatre = amended(changed)
    observed = theatre.recorder.of("order.observed")
    assert [fact.filled_base_units for fact in observed] == [10**10, changed.filled_base_units]
    assert run.state is State.PARTIAL
    assert [f.outcome for f in theatre.recorder.of("execution.finished")] == ["SETTLED", "PARTIAL"]
    alerts = [fact.alert for fact in theatre.recorder.of("alert.raised")]
    assert alerts == ["fill_amended", "position_left"]
    assert len(theatre.venue.sent) == 1, "nothing is sent for a fill that changed"


def test_a_venue_that_forgets_a_fill_for_a_while_has_not_changed_its_mind():
    run, theatre = amended(*[OrderAnswer("ABSENT")] * 3)
    assert run.state is State.SETTLED
    assert len(theatre.recorder.of("order.observed")) == 1
    assert theatre.recorder.of("alert.raised") == []


def test_a_venue_that_goes_back_to_its_first_word_writes_no_second_fact_of_it():
    twice = OrderAnswer("FILLED", "O-1", 2 * 10**10, 6 * 10**11, 6 * 10**8, "")
    once = OrderAnswer("FILLED", "O-1", 10**10, 3 * 10**11, 3 * 10**8, "Trade busted")
    run, theatre = amended(twice, once)
    assert [f.filled_base_units for f in theatre.recorder.of("order.observed")] == [
        10**10, 2 * 10**10,
    ]  # fmt: skip
    assert run.orders[0].answer == once
    alerts = [fact.alert for fact in theatre.recorder.of("alert.raised")]
    assert alerts == ["fill_amended", "position_left", "fill_amended"]


def test_a_silent_or_unchanged_venue_changes_nothing():
    for answer in (OrderAnswer("UNKNOWN"), OrderAnswer("OPEN", "O-1", 5)):
        run, theatre = amended(answer)
        assert run.state is State.SETTLED
        assert theatre.recorder.of("alert.raised") == []


def test_an_execution_is_watched_for_a_while_and_then_left_alone():
    async def story() -> None:
        theatre = Theatre()
        await theatre.lane.open()
        run = await theatre.play(a_two_leg("buy"))
        watch = watched(theatre)
        watch.watch(run)
        theatre.clock.wind(WATCHED_NS + 1)
        theatre.venue.orders.clear()
        await watch.look()
        await watch.look()
        assert run.state is State.SETTLED

    asyncio.run(story())


@pytest.mark.parametrize(
    ("kind", "filled"),
    [
        (FaultKind.BUST_FILL, 0),
        (FaultKind.DUPLICATE_FILL, 2 * 10**10),
        (FaultKind.LATE_FILL, 10**10),
        (FaultKind.AMEND_FILL, 10**10),
    ],
)
def test_the_real_exchange_changes_its_mind_and_the_journal_says_so(
    tmp_path: Path, kind: FaultKind, filled: int
):
    async def story() -> None:
        async with paper_exchange(tmp_path) as paper:
            paper.quote(300_000)
            card, theatre = at_paper(paper), Theatre()
            venue = KrakenVenue(card, KEY, SECRET)
            try:
                await venue.open()
                lane = OrderLane(venue, card, WallClock(), HASTY)
                clock, tell = theatre.clock, theatre.herald.alerted
                watch = OrderWatch(lane, theatre.runner, theatre.scribe, PAPER_USDC, clock, tell)
                await paper.fault(Fault(kind=kind, path="AddOrder", latency_ms=300))
                run = await a_sold_run(lane)
                watch.watch(run)

                async def is_told() -> bool:
                    await watch.look()
                    return bool(theatre.recorder.of("order.observed"))

                await eventually(is_told)
            finally:
                await venue.close()
        assert run.orders[0].answer.filled_base_units == filled
        (fact,) = theatre.recorder.of("order.observed")
        assert fact.filled_base_units == filled
        assert theatre.recorder.of("alert.raised")[0].alert == "fill_amended"

    asyncio.run(story())


async def a_sold_run(lane: OrderLane) -> Run:
    """Sell one whole base at the exchange as the second leg of a trade that settled."""
    opportunity = a_two_leg("buy")
    name = execution_id(opportunity.opportunity_id)
    run = Run(name, agent_of(opportunity.strategy), opportunity, Trail(opportunity.opportunity_id))
    intent = lane.first_order(name, opportunity, 10**18)
    assert intent is not None
    intent = msgspec.structs.replace(
        intent, limit_price="2990.00", client_order_id=client_order_id(name, "leg")
    )
    run.orders.append(SentOrder(intent, await lane.send(intent)))
    run.state = State.SETTLED
    return run
