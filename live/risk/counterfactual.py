"""What other limits would have saved or cost on a stored history. Pure.

The rules that can be asked again are those about the trade alone and about earlier results; what
depended on the moment (freshness, lanes, free capital) is taken as it was. A trade that was made is
judged by what it really brought; one that was declined by a rule that can be asked again, and now
would not be, only by what it promised, because nobody knows what it would have brought.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.desk import DeskCard
from journal.records import (
    ExecutionPlanned,
    Fact,
    OpportunityFound,
    ResultCounted,
    RiskDecided,
)
from live.risk.limits import Rulebook
from live.risk.rules import LOSS_RULES, TRADE_RULES, judge_by
from live.risk.session import Session
from live.risk.situation import Situation

FACT_KINDS = tuple(
    kind.KIND for kind in (OpportunityFound, RiskDecided, ExecutionPlanned, ResultCounted)
)
"""What a replay reads."""

_PROMISED_LIMITS = frozenset(
    {
        "min_net_profit_usd_e24", "max_gas_share_bps", "max_price_gap_bps", "circuit_breaker",
        "max_notional_usd_e24", "max_trade_loss_usd_e24", "max_session_loss_usd_e24",
        "max_day_loss_usd_e24", "max_drawdown_usd_e24",
    }
)  # fmt: skip


@dataclass(slots=True)
class Counterfactual:
    """The two histories beside each other; values in 10^-24 of the book currency.

    Args:
        taken: Trades that were made and have a result.
        result_usd_e24: What they brought.
        declined: Limit -> how many of them the other rulebook declines.
        saved_usd_e24: Losses it avoids.
        missed_usd_e24: Profits it misses.
        admitted: Trades declined then that it would make.
        promised_usd_e24: What those promised, net.
    """

    taken: int = 0
    result_usd_e24: int = 0
    declined: dict[str, int] = field(default_factory=dict[str, int])
    saved_usd_e24: int = 0
    missed_usd_e24: int = 0
    admitted: int = 0
    promised_usd_e24: int = 0

    @property
    def other_result_usd_e24(self) -> int:
        """What the same history brings under the other rulebook, promises left out."""
        return self.result_usd_e24 + self.saved_usd_e24 - self.missed_usd_e24


def replay(facts: Iterable[Fact], rulebook: Rulebook, card: DeskCard) -> Counterfactual:
    """Judge a history again.

    Args:
        facts: Of `FACT_KINDS`, in the journal's order.
        rulebook: The other limits.
        card: The desk they were journalled by.
    """
    replaying = _Replay(rulebook, card)
    for fact in facts:
        replaying.take(fact)
    return replaying.report


class _Replay:
    def __init__(self, rulebook: Rulebook, card: DeskCard) -> None:
        self.report = Counterfactual()
        self._rulebook = rulebook
        self._card = card
        self._session = Session()
        self._found: dict[str, OpportunityFound] = {}
        self._refusals: dict[str, str] = {}
        self._opportunity_of: dict[str, str] = {}

    def take(self, fact: Fact) -> None:
        match fact:
            case OpportunityFound():
                self._found[fact.opportunity_id] = fact
            case RiskDecided():
                self._decide(fact)
            case ExecutionPlanned():
                self._opportunity_of[fact.execution_id] = fact.opportunity_id
            case ResultCounted():
                self._count(fact)
            case _:
                return

    def _decide(self, decided: RiskDecided) -> None:
        found = self._found.pop(decided.opportunity_id, None)
        if found is None:
            return
        situation = Situation(found.found_ns, found.block_number, session=self._session)
        rules = (*LOSS_RULES, *TRADE_RULES)
        verdict = judge_by(rules, found, situation, self._rulebook, self._card)
        if decided.is_approved:
            self._refusals[found.opportunity_id] = verdict.limit_name
        elif verdict.is_approved and decided.limit_name.split()[-1] in _PROMISED_LIMITS:
            self.report.admitted += 1
            self.report.promised_usd_e24 += found.expected_net_usd_e24

    def _count(self, result: ResultCounted) -> None:
        report, brought = self.report, result.result_usd_e24
        report.taken += 1
        report.result_usd_e24 += brought
        refusal = self._refusals.get(self._opportunity_of.get(result.execution_id, ""), "")
        if not refusal:
            self._session = self._session.counted(result, self._rulebook.desk)
            return
        report.declined[refusal] = report.declined.get(refusal, 0) + 1
        report.saved_usd_e24 += max(-brought, 0)
        report.missed_usd_e24 += max(brought, 0)
