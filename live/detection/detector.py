"""The whole decision of the detector, from messages to findings, without a socket. Pure.

:func:`after_market` and :func:`after_defi` take a detector and a batch of messages and give the
next detector with what was found. The process (:mod:`live.detection.main`) only carries bytes in
and facts out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from domain.arbitrage.edge import NoOpportunity
from domain.confidence.model import Model
from domain.desk import DeskCard
from journal.records import MarkObserved, OpportunityFound
from live.detection.facts import mark_fact, opportunity_fact
from live.detection.holding import fault_now
from live.detection.market import (
    Heard,
    Market,
    hear_defi,
    hear_market,
    without_chain,
    without_market_data,
)
from live.detection.memory import Memory
from live.detection.promise import weighed
from live.detection.registry import strategies_for
from live.detection.rules import Rules
from live.detection.strategies import NO_MARK, Look, Strategy

SEEN_BEFORE = "seen_before"
"""Why a find is none: the same states were looked at already."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A new opportunity and the mark it was decided on."""

    mark: MarkObserved
    opportunity: OpportunityFound


@dataclass(frozen=True, slots=True)
class Detector:
    """What the detector knows between batches.

    Args:
        model: What states confidence; ``None`` for the prior rule.
    """

    market: Market
    rules: Rules = field(default_factory=Rules)
    memory: Memory = field(default_factory=Memory)
    strategies: tuple[Strategy, ...] = ()
    marked_ns: int = 0
    model: Model | None = None

    @classmethod
    def for_desk(cls, card: DeskCard, rules: Rules, model: Model | None = None) -> Detector:
        """Begin knowing nothing but the desk, the rules and what states confidence."""
        return cls(Market.unheard(card), rules, strategies=strategies_for(card), model=model)


@dataclass(frozen=True, slots=True)
class Detected:
    """What a batch led to.

    Args:
        findings: New opportunities, best first: whoever takes one may have to leave another.
        mark: The regular mark, when one was due.
        declined: (strategy, reason) to how many trades were looked at for nothing.
    """

    detector: Detector
    findings: tuple[Finding, ...] = ()
    mark: MarkObserved | None = None
    declined: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])


def after_market(detector: Detector, messages: Sequence[Any], now_ns: int) -> Detected:
    """Take in a batch of v1 messages; an empty one means the relay was away."""
    if not messages:
        return Detected(replace(detector, market=without_market_data(detector.market)))
    return _after(detector, hear_market(detector.market, messages, now_ns), now_ns)


def after_defi(detector: Detector, messages: Sequence[Any], now_ns: int) -> Detected:
    """Take in a batch of v2 messages; an empty one means the relay was away."""
    if not messages:
        return Detected(replace(detector, market=without_chain(detector.market)))
    return _after(detector, hear_defi(detector.market, messages, now_ns), now_ns)


def _after(detector: Detector, heard: Heard, now_ns: int) -> Detected:
    detector = replace(detector, market=heard.market)
    mark = _due_mark(detector, now_ns)
    if mark:
        detector = replace(detector, marked_ns=now_ns)
    findings = list[Finding]()
    declined = Counter[tuple[str, str]]()
    for strategy in detector.strategies if heard.changed else ():
        for look in strategy.look(detector.market, heard.changed, detector.rules, now_ns):
            detector, answer = _remember(detector, look, now_ns)
            if isinstance(answer, Finding):
                findings.append(answer)
            else:
                declined[look.strategy, answer] += look.count
    findings.sort(key=lambda finding: -finding.opportunity.expected_net_usd_e24)
    return Detected(detector, tuple(findings), mark, declined)


def _remember(detector: Detector, look: Look, now_ns: int) -> tuple[Detector, Finding | str]:
    """Give the finding, or why there is none."""
    expires_ns = now_ns + detector.rules.expiry_of(look.strategy)
    memory, is_new = detector.memory.after(look, now_ns, expires_ns)
    detector, market = replace(detector, memory=memory), detector.market
    if isinstance(look.answer, NoOpportunity):
        return detector, look.answer.reason
    mark_e6 = market.mark_e6(now_ns, detector.rules)
    if not is_new or not mark_e6:
        return detector, SEEN_BEFORE if mark_e6 else NO_MARK.reason
    fact = opportunity_fact(market, look, look.answer, mark_e6, now_ns, expires_ns)
    fact = weighed(market.card, fact, detector.model)
    fault = fault_now(market, fact, detector.rules, now_ns)
    if fault is not None:
        return detector, fault.value
    return detector, Finding(mark_fact(market, mark_e6, now_ns), fact)


def _due_mark(detector: Detector, now_ns: int) -> MarkObserved | None:
    if now_ns - detector.marked_ns < detector.rules.mark_every_ns:
        return None
    mark_e6 = detector.market.mark_e6(now_ns, detector.rules)
    return mark_fact(detector.market, mark_e6, now_ns) if mark_e6 else None
