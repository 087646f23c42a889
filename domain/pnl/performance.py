"""Predicted against realised: by opportunity, then by strategy, with what the misses were.

Money is exact; ratios that a person looks at (Sharpe, Sortino) are floats and decide nothing. How
well probabilities were calibrated is `domain.confidence.reliability`'s.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from statistics import fmean, stdev

import msgspec

from domain.settlement.outcome import SettledExecution
from domain.settlement.types import Decision, RiskVerdict

TAKEN = "taken"
DECLINED = "declined"
UNDECIDED = "undecided"
_LEAST = 2
"""Fewer results have no spread."""


class Compared(msgspec.Struct, frozen=True):
    """One opportunity: what it promised, what came of it.

    Args:
        fate: ``taken``, ``declined`` or ``undecided``.
        status: Of its execution; empty when there was none.
        reason: Why it was missed; empty when it settled.
        realised_net_usd_e24: None while nobody knows; 0 when nothing was done.
        shortfall_usd_e24: Predicted less realised: what was lost on the way or by not going.
    """

    opportunity_id: str
    strategy: str
    found_ns: int
    fate: str
    status: str
    reason: str
    predicted_net_usd_e24: int
    realised_net_usd_e24: int | None
    shortfall_usd_e24: int | None


class Performance(msgspec.Struct, frozen=True):
    """How one strategy did; sums are over what is known, and `unknown` counts the rest.

    Args:
        success_rate: Of the taken with a known end, those that earned; exact, as ``n/d``.
        missed: Reason -> how many.
        shortfall_usd_e24: Of the taken: what predictions promised beyond what came.
        forgone_usd_e24: Promised by what was not taken.
        drawdown_usd_e24: Largest fall of the sum of results from its height; not negative.
        sharpe, sortino: Of results one by one, not by year; None with too few or no spread.
    """

    strategy: str
    found: int
    taken: int
    unknown: int
    success_rate: str
    missed: dict[str, int]
    predicted_usd_e24: int
    realised_usd_e24: int
    shortfall_usd_e24: int
    forgone_usd_e24: int
    drawdown_usd_e24: int
    sharpe: float | None
    sortino: float | None


def compare(
    decisions: Iterable[Decision],
    verdicts: Iterable[RiskVerdict],
    executions: Iterable[SettledExecution],
) -> list[Compared]:
    """Set every opportunity beside what came of it, in the order they were found."""
    refused = {one.opportunity_id: one.reason for one in verdicts if not one.is_approved}
    done = {one.opportunity_id: one for one in executions}
    ordered = sorted(decisions, key=lambda one: (one.found_ns, one.opportunity_id))
    return [_compared(one, done.get(one.opportunity_id), refused) for one in ordered]


def _compared(
    decision: Decision, done: SettledExecution | None, refused: dict[str, str]
) -> Compared:
    name, predicted = decision.opportunity_id, decision.expected_net_usd_e24
    realised: int | None = 0
    if done is not None:
        fate, status = TAKEN, done.status
        reason = "" if status == "SETTLED" else done.reason or status
        realised = done.realised.net_usd_e24 if done.realised else None
    else:
        fate, status = (DECLINED if name in refused else UNDECIDED), ""
        reason = refused.get(name, UNDECIDED)
    return Compared(
        opportunity_id=name,
        strategy=decision.strategy,
        found_ns=decision.found_ns,
        fate=fate,
        status=status,
        reason=reason,
        predicted_net_usd_e24=predicted,
        realised_net_usd_e24=realised,
        shortfall_usd_e24=None if realised is None else predicted - realised,
    )


def performance(compared: Iterable[Compared]) -> list[Performance]:
    """Sum results up by strategy, in the order of their names."""
    by_strategy: defaultdict[str, list[Compared]] = defaultdict(list)
    for one in compared:
        by_strategy[one.strategy].append(one)
    return [_performance(name, by_strategy[name]) for name in sorted(by_strategy)]


def _performance(strategy: str, all_of_it: Sequence[Compared]) -> Performance:
    taken = [one for one in all_of_it if one.fate == TAKEN]
    known = [one for one in taken if one.realised_net_usd_e24 is not None]
    results = [one.realised_net_usd_e24 or 0 for one in known]
    won = sum(result > 0 for result in results)
    predicted = sum(one.predicted_net_usd_e24 for one in known)
    missed = [one for one in all_of_it if one.fate != TAKEN]
    return Performance(
        strategy=strategy,
        found=len(all_of_it),
        taken=len(taken),
        unknown=len(taken) - len(known),
        success_rate=str(Fraction(won, len(known))) if known else "unknown",
        missed=dict(sorted(Counter(one.reason for one in all_of_it if one.reason).items())),
        predicted_usd_e24=predicted,
        realised_usd_e24=sum(results),
        shortfall_usd_e24=predicted - sum(results),
        forgone_usd_e24=sum(one.predicted_net_usd_e24 for one in missed),
        drawdown_usd_e24=drawdown(results),
        sharpe=sharpe(results),
        sortino=sortino(results),
    )


def drawdown(results: Iterable[int]) -> int:
    """Measure the largest fall of a running sum from its height, from 0 on; exact."""
    height = total = fall = 0
    for result in results:
        total += result
        height = max(height, total)
        fall = max(fall, height - total)
    return fall


def sharpe(results: Sequence[int]) -> float | None:
    """Divide the mean result by its standard deviation; None with too few or no spread."""
    if len(results) < _LEAST:
        return None
    spread = stdev(map(float, results))
    return fmean(results) / spread if spread else None


def sortino(results: Sequence[int]) -> float | None:
    """Divide the mean result by the root mean square of losses; None without a loss."""
    if len(results) < _LEAST:
        return None
    squares = fmean(min(float(result), 0.0) ** 2 for result in results)
    return fmean(results) / squares**0.5 if squares else None
