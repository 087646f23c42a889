"""Another rulebook on the same history: what it saves, misses and admits adds up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from journal.records import Fact
from live.risk.counterfactual import Counterfactual, replay
from live.risk.limits import USDC_E24, Limits, Rulebook
from tests.kit.facts import a_card, fact
from tests.kit.trading import a_result, an_atomic

CARD = a_card()
TRADES = st.lists(st.tuples(st.integers(1, 40), st.integers(-30, 30)), min_size=1, max_size=20)


def a_trade(number: int, promised_usdc: int, brought_usdc: int) -> list[Fact]:
    """Give the facts of one trade that was made."""
    oid, xid = f"opp-{number}", f"exe-{number}"
    net = promised_usdc * USDC_E24
    return [
        an_atomic(opportunity_id=oid, expected_net_usd_e24=net, expected_gas_wei=0),
        fact("risk.decided", opportunity_id=oid, is_approved=True),
        fact("execution.planned", execution_id=xid, opportunity_id=oid),
        a_result(execution_id=xid, result_usd_e24=brought_usdc * USDC_E24),
    ]


def history(trades: list[tuple[int, int]]) -> list[Fact]:
    return [f for n, trade in enumerate(trades) for f in a_trade(n, *trade)]


@given(TRADES, st.integers(1, 40))
def test_a_higher_least_profit_saves_and_misses_what_the_smaller_trades_brought(
    trades: list[tuple[int, int]], least: int
):
    calm = {"breaker_loss_usd_e24": 10**40, "max_session_loss_usd_e24": 10**40}
    rulebook = Rulebook(
        desk=Limits(
            min_net_profit_usd_e24=least * USDC_E24,
            max_day_loss_usd_e24=10**40,
            max_drawdown_usd_e24=10**40,
            **calm,
        )
    )
    report = replay(history(trades), rulebook, CARD)
    kept = sum(brought for promised, brought in trades if promised >= least)
    assert report.taken == len(trades)
    assert report.result_usd_e24 == sum(brought for _, brought in trades) * USDC_E24
    assert report.other_result_usd_e24 == kept * USDC_E24
    assert sum(report.declined.values()) == sum(promised < least for promised, _ in trades)


def test_a_loss_limit_that_would_have_stopped_the_day_saves_what_came_after():
    rulebook = Rulebook(desk=Limits(max_day_loss_usd_e24=10 * USDC_E24))
    report = replay(history([(5, -10), (5, -7), (5, 3)]), rulebook, CARD)
    assert report.declined == {"max_day_loss_usd_e24": 2}
    assert (report.saved_usd_e24, report.missed_usd_e24) == (7 * USDC_E24, 3 * USDC_E24)


def test_a_trade_declined_then_and_admitted_now_counts_by_its_promise():
    found = an_atomic(expected_net_usd_e24=USDC_E24 // 4, expected_gas_wei=0)
    for limit, admitted in (("min_net_profit_usd_e24", 1), ("max_block_distance", 0)):
        decided = fact(
            "risk.decided",
            opportunity_id=found.opportunity_id,
            is_approved=False,
            limit_name=limit,
        )
        loose = Rulebook(desk=Limits(min_net_profit_usd_e24=1))
        report = replay([found, decided], loose, CARD)
        assert report.admitted == admitted
        assert report.promised_usd_e24 == admitted * USDC_E24 // 4


def test_the_rulebook_that_was_in_force_changes_nothing():
    report = replay(history([(5, 4), (6, -1)]), Rulebook(), CARD)
    assert report == Counterfactual(taken=2, result_usd_e24=3 * USDC_E24)
