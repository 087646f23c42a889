"""What a large order and each of its children is held to: the same limits, for one side alone.

An order promises no profit and pays no gas, so the rules about those are not asked; a child is held
to the largest trade, an order as a whole to capital and holdings. Pure.
"""

from __future__ import annotations

from domain.desk import DeskCard
from journal.records import OpportunityFound, QuotedLeg
from live.risk import holding_rules, moment_rules, trade_rules
from live.risk.limits import Rulebook
from live.risk.rules import LOSS_RULES, Rule, judge_by
from live.risk.situation import Situation
from live.risk.verdict import Verdict

PARENT_RULES: tuple[Rule, ...] = (
    moment_rules.halted,
    *LOSS_RULES,
    trade_rules.price_gap,
    holding_rules.lanes,
    holding_rules.correlated,
    holding_rules.capital,
    holding_rules.holdings,
    holding_rules.value_at_risk,
)
"""Asked once, of the whole order."""

CHILD_RULES: tuple[Rule, ...] = (
    moment_rules.halted,
    *LOSS_RULES,
    trade_rules.price_gap,
    trade_rules.notional,
    trade_rules.trade_loss,
    holding_rules.capital,
    holding_rules.holdings,
)
"""Asked of every child, just before it would be sent."""


def as_trade(
    trade_id: str, strategy: str, legs: tuple[QuotedLeg, ...], mark_e6: int, now_ns: int
) -> OpportunityFound:
    """Write an order's legs, one for each venue, as what the rules look at; it promises nothing."""
    return OpportunityFound(
        opportunity_id=trade_id,
        strategy=strategy,
        legs=legs,
        mark_e6=mark_e6,
        block_number=0,
        block_hash="",
        expected_gross_usd_e24=0,
        expected_fee_usd_e24=0,
        expected_gas_wei=0,
        expected_net_usd_e24=0,
        found_ns=now_ns,
        expires_ns=now_ns,
    )


def judge_parent(
    whole: OpportunityFound, situation: Situation, rulebook: Rulebook, card: DeskCard
) -> Verdict:
    """Say yes or no to an order as a whole."""
    return judge_by(PARENT_RULES, whole, situation, rulebook, card)


def judge_child(
    child: OpportunityFound, situation: Situation, rulebook: Rulebook, card: DeskCard
) -> Verdict:
    """Say yes or no to one child."""
    return judge_by(CHILD_RULES, child, situation, rulebook, card)
