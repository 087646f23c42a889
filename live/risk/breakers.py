"""Circuit breakers as values: closed, open, half-open, and what moves one to the next. Pure.

================  =========================================  ===========
state             what happens                               next
================  =========================================  ===========
CLOSED            a row of failures or of slow executions,   OPEN
                  a loss, silence, a break in the books
OPEN              the cool-down is over                      HALF_OPEN
HALF_OPEN         the one trial settles                      CLOSED
HALF_OPEN         the trial ends in any other way            OPEN
================  =========================================  ===========

A half-open breaker admits one execution at a time, so it cannot be flooded. A result that arrives
while a breaker is open belongs to something sent before and moves nothing. Hedges, unwinds and
cancels never ask a breaker.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec

from journal.records import ResultCounted
from live.risk.limits import Limits

DESK = "desk"
DESK_PATIENCE = 2
"""The desk's breaker needs twice the row of a strategy's: it stops them all, so it comes last."""


class BreakerState(Enum):
    """Whether a breaker lets executions through."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker(msgspec.Struct, frozen=True, kw_only=True):
    """One scope's breaker; counters run from when it last closed.

    Args:
        failures: Executions in a row that ended worse than SETTLED.
        slow: Executions in a row that took too long.
        result_usd_e24: Sum of results.
        opened_ns: When it last opened.
        cause: Why, for people.
    """

    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    slow: int = 0
    result_usd_e24: int = 0
    opened_ns: int = 0
    cause: str = ""

    def opened(self, cause: str, now_ns: int) -> Breaker:
        """Open it; one that is open keeps its cause and begins its cool-down anew."""
        kept = self.cause if self.state is BreakerState.OPEN else cause
        return Breaker(state=BreakerState.OPEN, opened_ns=now_ns, cause=kept)

    def cooled(self, now_ns: int, limits: Limits) -> Breaker:
        """Let an open breaker become half-open when its cool-down is over."""
        is_due = now_ns - self.opened_ns >= limits.breaker_cooldown_ns
        if self.state is not BreakerState.OPEN or not is_due:
            return self
        return msgspec.structs.replace(self, state=BreakerState.HALF_OPEN)

    def admits(self, in_flight: int) -> bool:
        """Ask whether one more execution may start while so many are in flight in its scope."""
        if self.state is BreakerState.HALF_OPEN:
            return in_flight == 0
        return self.state is BreakerState.CLOSED


def after_result(breaker: Breaker, scope: str, counted: ResultCounted, limits: Limits) -> Breaker:
    """Give a breaker after one more execution in its scope has ended."""
    is_settled = counted.outcome == "SETTLED"
    if breaker.state is BreakerState.OPEN:
        return breaker
    if breaker.state is BreakerState.HALF_OPEN:
        if is_settled:
            return Breaker()
        return breaker.opened(f"the trial ended {counted.outcome}", counted.counted_ns)
    is_slow = counted.took_ns > limits.breaker_latency_ns
    so_far = Breaker(
        failures=0 if is_settled else breaker.failures + 1,
        slow=breaker.slow + 1 if is_slow else 0,
        result_usd_e24=breaker.result_usd_e24 + counted.result_usd_e24,
    )
    cause = _trouble(so_far, scope, limits)
    return so_far.opened(cause, counted.counted_ns) if cause else so_far


def _trouble(breaker: Breaker, scope: str, limits: Limits) -> str:
    patience = DESK_PATIENCE if scope == DESK else 1
    if breaker.failures >= limits.max_consecutive_failures * patience:
        return f"{breaker.failures} executions in a row failed"
    if breaker.slow >= limits.max_consecutive_slow * patience:
        return f"{breaker.slow} executions in a row were slow"
    if -breaker.result_usd_e24 >= limits.breaker_loss_usd_e24 * patience:
        return f"{-breaker.result_usd_e24} of 10^-24 in book currency were lost"
    return ""


def changed(
    before: Mapping[str, Breaker], after: Mapping[str, Breaker]
) -> list[tuple[str, Breaker]]:
    """Give the scopes whose breaker has another state now, with the breaker as it stands."""
    closed = Breaker()
    return [
        (scope, breaker)
        for scope, breaker in after.items()
        if before.get(scope, closed).state is not breaker.state
    ]
