"""How each strategy has done since this trader started, counted as it goes. Pure.

An execution counts once, under its latest outcome: a restart or a reorg may give it another.
Results are the trader's own, at decision marks; the books have the last word. One result that is
not known makes the sum unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from live.execution.newest import Newest
from live.protocol import v2


@dataclass(frozen=True, slots=True)
class Ended:
    """How an execution ended, as last heard.

    Args:
        outcome: SETTLED, PARTIAL, FAILED or UNKNOWN.
        expected_usd_e24: Net, as it was approved.
        realised_usd_e24: At the decision mark; None when an answer is missing.
    """

    outcome: str
    expected_usd_e24: int
    realised_usd_e24: int | None


@dataclass(slots=True)
class Score:
    """One strategy's counts."""

    heard: int = 0
    declined: int = 0
    taken: int = 0
    outcomes: dict[str, int] = field(default_factory=dict[str, int])
    expected_usd_e24: int = 0
    realised_usd_e24: int = 0
    unknown_results: int = 0

    def add(self, ended: Ended, sign: int) -> None:
        """Count an end, or take it back with a sign of -1."""
        self.outcomes[ended.outcome] = self.outcomes.get(ended.outcome, 0) + sign
        if ended.outcome == "SETTLED":
            self.expected_usd_e24 += sign * ended.expected_usd_e24
        if ended.realised_usd_e24 is None:
            self.unknown_results += sign
        else:
            self.realised_usd_e24 += sign * ended.realised_usd_e24


class Scores:
    """Every strategy's counts.

    Args:
        since_ns: When counting began.
    """

    def __init__(self, since_ns: int) -> None:
        self._since_ns = since_ns
        self._scores: dict[str, Score] = {}
        self._ended: Newest[str, Ended] = Newest()

    def decided(self, strategy: str, *, is_approved: bool) -> None:
        """Count an opportunity that risk has answered."""
        score = self._of(strategy)
        score.heard += 1
        if is_approved:
            score.taken += 1
        else:
            score.declined += 1

    def resumed(self, strategy: str) -> None:
        """Count an execution that an earlier process started."""
        self._of(strategy).taken += 1

    def finished(self, strategy: str, execution_id: str, ended: Ended) -> None:
        """Count how an execution ended, in place of what was heard of it before."""
        score = self._of(strategy)
        before = self._ended.get(execution_id)
        if before is not None:
            score.add(before, -1)
        score.add(ended, 1)
        self._ended.put(execution_id, ended)

    def messages(self, now_ns: int) -> list[v2.StrategyPerformance]:
        """State every strategy heard of."""
        return [self._message(name, score, now_ns) for name, score in self._scores.items()]

    def _of(self, strategy: str) -> Score:
        return self._scores.setdefault(strategy, Score())

    def _message(self, strategy: str, score: Score, now_ns: int) -> v2.StrategyPerformance:
        ends = score.outcomes
        return v2.StrategyPerformance(
            routing=v2.Routing(strategy),
            since_ns=self._since_ns,
            until_ns=now_ns,
            heard=score.heard,
            declined=score.declined,
            taken=score.taken,
            settled=ends.get("SETTLED", 0),
            partial=ends.get("PARTIAL", 0),
            failed=ends.get("FAILED", 0),
            unknown=ends.get("UNKNOWN", 0),
            expected_usd_e24=score.expected_usd_e24,
            realised_usd_e24=None if score.unknown_results else score.realised_usd_e24,
        )
