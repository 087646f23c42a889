"""An order of one side is held to every limit that can bite it, as a whole and child by child."""

import msgspec
import pytest

from journal.records import HaltOrdered
from live.risk.inventory import Inventory
from live.risk.limits import USDC_E24, Caps, Limits, Rulebook
from live.risk.order_rules import CHILD_RULES, PARENT_RULES, as_trade, judge_child, judge_parent
from live.risk.rules import RULES
from live.risk.session import Session
from live.risk.situation import Situation
from tests.kit.clock import NOON_NS
from tests.kit.facts import PAPER_ETH, PAPER_USDC, a_card, a_leg
from tests.kit.trading import a_result

MARK_E6 = 3_000_000_000
PLENTY = Inventory({asset.asset: 10**22 for asset in a_card().assets})


def an_order(**changes):
    leg = a_leg(
        venue="paper", side="buy", base_asset=PAPER_ETH, quote_asset=PAPER_USDC, base_units=10**10,
        quote_units=300_000_000_000, top_price_e6=MARK_E6, quote_price_e6=MARK_E6, fee_pips=0,
    )  # fmt: skip
    return as_trade("c", "twap", (msgspec.structs.replace(leg, **changes),), MARK_E6, NOON_NS)


def a_moment(**changes):
    return Situation(NOON_NS, 0, inventory=PLENTY, **changes)


def test_within_every_limit_both_say_yes():
    for judged in (judge_parent, judge_child):
        assert judged(an_order(), a_moment(), Rulebook(), a_card()).is_approved


def test_every_rule_of_an_order_is_a_rule_of_the_desk():
    assert set(PARENT_RULES) | set(CHILD_RULES) <= set(RULES)


SMALL = Caps(max_notional_usd_e24=USDC_E24)
LOST = Session().counted(a_result(result_usd_e24=-2_000 * USDC_E24), Limits())


@pytest.mark.parametrize(
    ("limit", "rulebook", "moment", "order"),
    [
        ("max_notional_usd_e24", Rulebook(desk=Limits(max_notional_usd_e24=1)), {}, {}),
        ("strategy:twap max_notional_usd_e24", Rulebook(scopes={"strategy:twap": SMALL}), {}, {}),
        ("venue:paper max_notional_usd_e24", Rulebook(scopes={"venue:paper": SMALL}), {}, {}),
        ("asset:ETH max_notional_usd_e24", Rulebook(scopes={"asset:ETH": SMALL}), {}, {}),
        ("max_trade_loss_usd_e24", Rulebook(desk=Limits(max_trade_loss_usd_e24=1)), {}, {}),
        ("max_price_gap_bps", Rulebook(), {}, {"quote_price_e6": 4_000_000_000}),
        ("max_position_usd_e24", Rulebook(desk=Limits(max_position_usd_e24=1)), {}, {}),
        ("circuit_breaker", Rulebook(), {"session": LOST}, {}),
    ],
)
def test_a_limit_stops_a_child(limit, rulebook, moment, order):
    verdict = judge_child(an_order(**order), a_moment(**moment), rulebook, a_card())
    assert (verdict.is_approved, verdict.limit_name) == (False, limit)


def test_a_halt_stops_both():
    halted = Session().ordered(HaltOrdered(scope="strategy:twap", cause_id="c", reason="no"))
    for judged in (judge_parent, judge_child):
        verdict = judged(an_order(), a_moment(session=halted), Rulebook(), a_card())
        assert verdict.limit_name == "halted_scope"


def test_a_parent_may_be_larger_than_one_trade_but_nothing_may_than_its_money():
    rulebook = Rulebook(desk=Limits(max_notional_usd_e24=USDC_E24))
    assert judge_parent(an_order(), a_moment(), rulebook, a_card()).is_approved
    poor = Situation(NOON_NS, 0, inventory=Inventory({**PLENTY.balances, PAPER_USDC: 1}))
    for judged in (judge_parent, judge_child):
        assert judged(an_order(), poor, Rulebook(), a_card()).limit_name == "free_inventory_units"


def test_too_much_in_flight_or_at_risk_stops_a_parent():
    busy = a_moment(open_executions=9)
    assert judge_parent(an_order(), busy, Rulebook(), a_card()).limit_name == "max_open_executions"
    risky = Rulebook(desk=Limits(max_var_usd_e24=1))
    at_risk = a_moment(var_usd_e24=2)
    assert judge_parent(an_order(), at_risk, risky, a_card()).limit_name == "max_var_usd_e24"
