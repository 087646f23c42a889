"""The rules in the order they are asked; the first that says no is the verdict.

Cheap and decisive first (a halted desk needs no arithmetic), capital and holdings last. Every rule
is a pure function of the opportunity, the moment and the rulebook, and returns None when it has
nothing against. Hedges, unwinds and cancels are never asked about: they make a position smaller.

What belongs here: the order. What does not: the rules themselves (`moment_rules`, `trade_rules`,
`holding_rules`), shrinking a trade until it fits (the detector sizes), or remembering what was said
(the journal does).
"""

from __future__ import annotations

from collections.abc import Callable

from domain.desk import DeskCard
from journal.records import OpportunityFound
from live.risk import holding_rules, moment_rules, trade_rules
from live.risk.limits import Rulebook
from live.risk.situation import Situation
from live.risk.verdict import Verdict

Rule = Callable[[OpportunityFound, Situation, Rulebook, DeskCard], Verdict | None]


def judge(
    opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, card: DeskCard
) -> Verdict:
    """Say yes or no to an opportunity, with the limit, the numbers and the reason."""
    return judge_by(RULES, opportunity, situation, rulebook, card)


def judge_by(
    rules: tuple[Rule, ...],
    opportunity: OpportunityFound,
    situation: Situation,
    rulebook: Rulebook,
    card: DeskCard,
) -> Verdict:
    """Judge by some of the rules, in their order."""
    for rule in rules:
        verdict = rule(opportunity, situation, rulebook, card)
        if verdict is not None:
            return verdict
    return Verdict.approve()


TRADE_RULES: tuple[Rule, ...] = (
    trade_rules.net_profit,
    trade_rules.gas_share,
    trade_rules.price_gap,
    trade_rules.notional,
    trade_rules.trade_loss,
)
"""What depends on the trade alone, and can be asked again of stored history."""

LOSS_RULES: tuple[Rule, ...] = (
    moment_rules.breaker,
    moment_rules.session_loss,
    moment_rules.day_loss,
    moment_rules.drawdown,
)
"""What depends on earlier results alone, likewise."""

RULES: tuple[Rule, ...] = (
    moment_rules.halted,
    trade_rules.unsupported,
    *LOSS_RULES,
    moment_rules.expired,
    moment_rules.stale,
    moment_rules.silent,
    moment_rules.touched,
    trade_rules.gas_price,
    *TRADE_RULES,
    holding_rules.lanes,
    holding_rules.correlated,
    holding_rules.capital,
    holding_rules.holdings,
    holding_rules.value_at_risk,
)
"""Every rule, in the order it is asked."""
