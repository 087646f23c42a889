"""A grave break in the books opens the loop's breaker, once, through the journal alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import dagster as dg
import pytest

from domain.clock import day_bounds_ns
from domain.home import DeskHome
from domain.matching.types import Break, make_break
from journal.reader import JournalReader
from journal.records import AlertRaised, HaltOrdered
from live.execution.herald import Herald
from live.execution.history import fold
from live.execution.risk_desk import RiskDesk
from live.execution.scribe import Scribe
from live.risk.breakers import BreakerState
from live.risk.limits import Limits
from orchestration.day import MATCHED
from orchestration.jobs import alert_breaks
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Lake
from orchestration.tripping import trip_of
from tests.kit.clock import noon_clock
from tests.kit.facts import a_card
from tests.kit.homes import a_home
from tests.kit.trading import RememberingRecorder, a_two_leg, an_atomic

DAY = "2025-11-20"


def a_break(cause: str = "QTY", recon: str = "journal-exchange", **changes) -> Break:
    at_ns = day_bounds_ns(DAY)[0] + 5
    return make_break(recon, cause, "order-1", "the loop heard 1, listed 2", at_ns, **changes)


@pytest.mark.parametrize(
    ("found", "scope"),
    [
        (a_break(), "venue:paper"),
        (a_break("UNEXPLAINED", "ledger", account=a_card().exchange.account), "venue:paper"),
        (a_break("REORGED", "journal-chain"), "desk"),
        (a_break("SOURCE_FAILURE", "sources"), "desk"),
    ],
)
def test_a_grave_break_trips_the_scope_it_is_about(found: Break, scope: str):
    order = trip_of(found, a_card())
    assert order is not None
    assert (order.scope, order.cause_id, order.state) == (scope, found.break_id, "TRIPPED")


@pytest.mark.parametrize("cause", ["TIMING", "FEE_AMOUNT", "BUSTED"])
def test_a_lesser_break_trips_nothing(cause: str):
    assert trip_of(a_break(cause), a_card()) is None


@pytest.mark.parametrize("recon", ["inventory", "messages", "tolerance"])
def test_what_is_about_our_own_counting_stops_no_trade(recon: str):
    assert trip_of(a_break("UNEXPLAINED", recon), a_card()) is None


def told(home: DeskHome, found: Break) -> list[HaltOrdered]:
    """Let the books tell a break, twice, and give the orders the journal holds then."""
    Lake(home).save(MATCHED, DAY, Break, [found])
    for _ in range(2):
        with dg.DagsterInstance.ephemeral() as instance:
            done = alert_breaks.execute_in_process(
                partition_key=DAY, instance=instance, resources={"desk": Desk(root=str(home.root))}
            )
        assert done.success
    with JournalReader(home.journal_db) as reader:
        facts = [record.fact() for record in reader.read()]
    assert len([fact for fact in facts if isinstance(fact, AlertRaised)]) == 1
    return [fact for fact in facts if isinstance(fact, HaltOrdered)]


def test_the_loop_stops_at_that_venue_and_tries_again_by_itself(tmp_path: Path):
    (order,) = told(a_home(tmp_path), a_break())
    recorder, clock, card = RememberingRecorder(), noon_clock(), a_card()
    desk = RiskDesk(card, clock, Scribe(recorder, clock), Herald(card, clock), fold(()))

    async def story() -> None:
        await desk.obey(order)
        assert desk.judge(a_two_leg()).limit_name == "circuit_breaker"
        assert desk.judge(an_atomic()).limit_name != "circuit_breaker"
        clock.wind(desk.rulebook.desk.breaker_cooldown_ns)
        await desk.look()
        assert desk.session.breaker("venue:paper").state is BreakerState.HALF_OPEN

    asyncio.run(story())
    alerts = [(fact.alert, fact.subject) for fact in recorder.of("alert.raised")]
    assert alerts == [
        ("scope_tripped", "venue:paper"),
        ("breaker_open", "venue:paper"),
        ("breaker_half_open", "venue:paper"),
    ]


def test_a_trader_that_starts_later_finds_the_order_and_one_trial_left():
    order = trip_of(a_break("REORGED", "journal-chain"), a_card())
    assert order is not None
    session = fold([("a", order)]).session.cooled(noon_clock().now_ns(), Limits())
    assert session.breaker("desk").state is BreakerState.HALF_OPEN
