"""From facts alone, each unfinished execution stands where its last durable fact left it."""

from __future__ import annotations

from typing import Any

import pytest

from journal.records import Fact, OpportunityFound
from live.execution.history import HISTORY_KINDS, Past, fold
from live.execution.machine import State
from live.risk.breakers import BreakerState
from tests.kit.clock import NOON_NS
from tests.kit.facts import fact
from tests.kit.trading import a_two_leg, an_atomic


def opening(opportunity: OpportunityFound) -> list[Fact]:
    oid = opportunity.opportunity_id
    agent = "atomic" if opportunity.strategy == "dex_dex" else "two_leg"
    verdict = fact("risk.decided", opportunity_id=oid, is_approved=True)
    planned = fact(
        "execution.planned", execution_id="exe-1", opportunity_id=oid, agent=agent,
        strategy=opportunity.strategy,
    )  # fmt: skip
    return [opportunity, verdict, planned]


def folded(*facts: Fact) -> Past:
    return fold((one.record_id(), one) for one in facts)


TX = fact("transaction.intended")
INCLUDED = fact("transaction.observed")
ORDER = fact("order.intended", execution_id="exe-1")
HEDGE = fact("order.intended", execution_id="exe-1", client_order_id="cl-2", purpose="hedge")


def answered(status: str, filled: int = 0, **changes: Any) -> Fact:
    return fact(
        "order.observed", execution_id="exe-1", status=status, filled_base_units=filled, **changes
    )


def finished(outcome: str) -> Fact:
    return fact("execution.finished", outcome=outcome)


@pytest.mark.parametrize(
    ("opportunity", "facts", "state"),
    [
        (an_atomic(), [], State.PLANNED),
        (an_atomic(), [TX], State.TX_INTENDED),
        (an_atomic(), [TX, INCLUDED], State.TX_INTENDED),
        (an_atomic(), [TX, finished("UNKNOWN")], State.TX_INTENDED),
        (a_two_leg(), [TX], State.TX_INTENDED),
        (a_two_leg(), [TX, INCLUDED], State.OPENED),
        (a_two_leg(), [TX, INCLUDED, ORDER], State.ORDER_INTENDED),
        (a_two_leg(), [TX, INCLUDED, ORDER, answered("UNKNOWN")], State.ORDER_INTENDED),
        (a_two_leg(), [TX, INCLUDED, ORDER, answered("FILLED", 10**10)], State.ORDER_INTENDED),
        (a_two_leg(), [TX, INCLUDED, ORDER, answered("PARTIAL", 5)], State.SHORT),
        (a_two_leg(), [TX, INCLUDED, ORDER, answered("REJECTED")], State.SHORT),
        (a_two_leg(), [TX, INCLUDED, ORDER, answered("CANCELLED"), HEDGE], State.HEDGE_INTENDED),
    ],
)
def test_an_unfinished_execution_stands_where_its_facts_end(
    opportunity: OpportunityFound, facts: list[Fact], state: State
):
    past = folded(*opening(opportunity), *facts)
    (run,) = past.unfinished
    assert run.state is state
    assert not past.unfinalised
    assert run.trail.correlation_id == opportunity.opportunity_id


@pytest.mark.parametrize("outcome", ["SETTLED", "PARTIAL", "FAILED"])
def test_a_finished_execution_waits_for_its_blocks_alone(outcome: str):
    past = folded(*opening(an_atomic()), TX, INCLUDED, finished("UNKNOWN"), finished(outcome))
    assert not past.unfinished
    (run,) = past.unfinalised
    assert run.state.value == outcome.lower()


def test_a_finalised_execution_is_over():
    past = folded(
        *opening(an_atomic()), TX, INCLUDED, finished("SETTLED"), fact("execution.finalised")
    )
    assert past.unfinished == past.unfinalised == ()


def test_what_risk_has_answered_is_not_answered_again():
    declined = fact("risk.decided", opportunity_id="opp-9")
    past = folded(an_atomic(opportunity_id="opp-9"), declined, *opening(an_atomic()))
    assert past.answered == {"opp-9", "opp-1"}


def test_halts_are_in_force_after_a_restart_and_lifted_ones_are_not():
    past = folded(
        fact("order.halt", scope="desk"),
        fact("order.halt", scope="venue:paper"),
        fact("order.halt", scope="desk", cause_id="b", is_lifted=True),
    )
    assert set(past.session.halted) == {"venue:paper"}


def test_every_kind_the_fold_understands_is_read():
    assert {"opportunity.found", "transaction.intended", "order.halt"} <= set(HISTORY_KINDS)
    assert len(HISTORY_KINDS) == 12


def test_losses_breakers_and_limits_survive_a_restart_and_the_sum_since_start_does_not():
    lost = fact("risk.result", result_usd_e24=-(10**30), outcome="FAILED")
    past = folded(
        lost,
        fact("order.limits", version=4, rulebook='{"version": 4}'),
        fact("order.limits", version=3, rulebook='{"version": 3}'),
        fact("order.halt", scope="desk", state="REDUCING"),
    )
    tally = past.session.tally("desk", NOON_NS)
    assert (tally.day_usd_e24, tally.since_start_usd_e24) == (-(10**30), 0)
    assert past.session.breaker("strategy:dex_dex").state is BreakerState.OPEN
    assert past.session.trading_state == "REDUCING"
    assert past.rulebook.version == 4
    assert past.counted == {"exe-1"}
