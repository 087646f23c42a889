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
from domain.desk import DeskCard
from journal.records import MarkObserved, OpportunityFound
from live.detection.facts import mark_fact, opportunity_fact
from live.detection.market import (
    Heard,
    Market,
    hear_defi,
    hear_market,
    without_chain,
    without_market_data,
)
from live.detection.memory import Memory
from live.detection.registry import strategies_for
from live.detection.rules import Rules
from live.detection.strategies import Look, Strategy


@dataclass(frozen=True, slots=True)
class Finding:
    """A new opportunity and the mark it was decided on."""

    mark: MarkObserved
    opportunity: OpportunityFound


@dataclass(frozen=True, slots=True)
class Detector:
    """What the detector knows between batches."""

    market: Market
    rules: Rules = field(default_factory=Rules)
    memory: Memory = field(default_factory=Memory)
    strategies: tuple[Strategy, ...] = ()
    marked_ns: int = 0

    @classmethod
    def for_desk(cls, card: DeskCard, rules: Rules) -> Detector:
        """Begin knowing nothing but the desk and the rules."""
        return cls(Market.unheard(card), rules, strategies=strategies_for(card))


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
            detector, finding = _remember(detector, look, now_ns)
            if finding:
                findings.append(finding)
            elif isinstance(look.answer, NoOpportunity):
                declined[look.strategy, look.answer.reason] += look.count
            else:
                declined[look.strategy, "seen_before"] += look.count
    findings.sort(key=lambda finding: -finding.opportunity.expected_net_usd_e24)
    return Detected(detector, tuple(findings), mark, declined)


def _remember(detector: Detector, look: Look, now_ns: int) -> tuple[Detector, Finding | None]:
    expires_ns = now_ns + detector.rules.expiry_of(look.strategy)
    memory, is_new = detector.memory.after(look, now_ns, expires_ns)
    detector = replace(detector, memory=memory)
    mark_e6 = detector.market.mark_e6(now_ns, detector.rules)
    if not is_new or isinstance(look.answer, NoOpportunity) or not mark_e6:
        return detector, None
    market = detector.market
    fact = opportunity_fact(market, look, look.answer, mark_e6, now_ns, expires_ns)
    return detector, Finding(mark_fact(market, mark_e6, now_ns), fact)


def _due_mark(detector: Detector, now_ns: int) -> MarkObserved | None:
    if now_ns - detector.marked_ns < detector.rules.mark_every_ns:
        return None
    mark_e6 = detector.market.mark_e6(now_ns, detector.rules)
    return mark_fact(detector.market, mark_e6, now_ns) if mark_e6 else None
