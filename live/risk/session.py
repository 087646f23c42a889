"""What risk remembers: results and breakers by scope, and which scopes were told to stop.

Pure and immutable; each method gives the session after one more fact, so the facts of the journal
give it back after a restart: losses of the day, breakers and halts survive. Only the sum since
start begins anew with each process.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from domain.clock import DAY_NS
from journal.records import HaltOrdered, ResultCounted
from live.risk.breakers import DESK, Breaker, after_result
from live.risk.limits import Limits

ACTIVE, REDUCING, HALTED, TRIPPED = "ACTIVE", "REDUCING", "HALTED", "TRIPPED"


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Results of one scope, in book currency; risk numbers, not the books'.

    Args:
        since_start_usd_e24: Sum since this process began.
        day: UTC days since the epoch that the rest is about.
        day_usd_e24: Sum of the day.
        best_usd_e24: The highest that sum has been; the day begins at 0.
    """

    since_start_usd_e24: int = 0
    day: int = 0
    day_usd_e24: int = 0
    best_usd_e24: int = 0

    def plus(self, result_usd_e24: int, now_ns: int) -> Tally:
        """Add a result on the day it is counted."""
        today = self.on(now_ns)
        total = today.day_usd_e24 + result_usd_e24
        return Tally(
            since_start_usd_e24=self.since_start_usd_e24 + result_usd_e24,
            day=today.day,
            day_usd_e24=total,
            best_usd_e24=max(today.best_usd_e24, total),
        )

    def on(self, now_ns: int) -> Tally:
        """Give it as it stands at an instant: a new UTC day begins at 0."""
        day = now_ns // DAY_NS
        if day == self.day:
            return self
        return Tally(since_start_usd_e24=self.since_start_usd_e24, day=day)

    @property
    def drawdown_usd_e24(self) -> int:
        """How far the day's sum lies below its own best."""
        return self.best_usd_e24 - self.day_usd_e24


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """The running state that limits look at.

    Args:
        tallies: Scope -> its results.
        breakers: Scope -> its breaker; a scope that is absent is closed.
        halted: Scope -> reason, for every scope halted and not lifted.
        reducing: Likewise, for scopes that may only even out holdings.
    """

    tallies: Mapping[str, Tally] = {}
    breakers: Mapping[str, Breaker] = {}
    halted: Mapping[str, str] = {}
    reducing: Mapping[str, str] = {}

    @property
    def trading_state(self) -> str:
        """Say what the desk as a whole may do: ``ACTIVE``, ``REDUCING`` or ``HALTED``."""
        if DESK in self.halted:
            return HALTED
        return REDUCING if DESK in self.reducing else ACTIVE

    def counted(self, result: ResultCounted, limits: Limits) -> Session:
        """Take one finished execution into account, in each of its scopes."""
        tallies, breakers = dict(self.tallies), dict(self.breakers)
        for scope in result_scopes(result):
            tally = tallies.get(scope, Tally())
            tallies[scope] = tally.plus(result.result_usd_e24, result.counted_ns)
            breaker = breakers.get(scope, Breaker()).cooled(result.counted_ns, limits)
            breakers[scope] = after_result(breaker, scope, result, limits)
        return msgspec.structs.replace(self, tallies=tallies, breakers=breakers)

    def ordered(self, order: HaltOrdered, now_ns: int = 0) -> Session:
        """Obey one order: halt a scope, let it only reduce, trip its breaker, or lift all of that.

        A breaker closes again by itself, so tripping one lifts nothing that people ordered.

        Args:
            order: The fact.
            now_ns: When the breaker's cool-down begins; an order of an earlier process has cooled.
        """
        if order.state == TRIPPED and not order.is_lifted:
            return self.tripped(order.scope, order.reason, now_ns)
        halted, reducing = dict(self.halted), dict(self.reducing)
        halted.pop(order.scope, None)
        reducing.pop(order.scope, None)
        breakers = dict(self.breakers)
        if order.is_lifted:
            breakers.pop(order.scope, None)
        elif order.state == REDUCING:
            reducing[order.scope] = order.reason
        else:
            halted[order.scope] = order.reason
        return Session(tallies=self.tallies, breakers=breakers, halted=halted, reducing=reducing)

    def tripped(self, scope: str, cause: str, now_ns: int) -> Session:
        """Open a scope's breaker for a cause that is no execution's."""
        breaker = self.breaker(scope).opened(cause, now_ns)
        return msgspec.structs.replace(self, breakers={**self.breakers, scope: breaker})

    def cooled(self, now_ns: int, limits: Limits) -> Session:
        """Make half-open what has cooled down."""
        breakers = {scope: b.cooled(now_ns, limits) for scope, b in self.breakers.items()}
        return msgspec.structs.replace(self, breakers=breakers)

    def begun(self) -> Session:
        """Begin a process: the sum since start is 0, all else stays."""
        tallies = {
            scope: msgspec.structs.replace(tally, since_start_usd_e24=0)
            for scope, tally in self.tallies.items()
        }
        return msgspec.structs.replace(self, tallies=tallies)

    def breaker(self, scope: str) -> Breaker:
        """Give a scope's breaker; one that nothing happened to is closed."""
        return self.breakers.get(scope, Breaker())

    def tally(self, scope: str, now_ns: int) -> Tally:
        """Give a scope's results as they stand at an instant."""
        return self.tallies.get(scope, Tally()).on(now_ns)


def result_scopes(result: ResultCounted) -> tuple[str, ...]:
    """Name the scopes an execution's result counts in, widest first."""
    venues = tuple(f"venue:{venue}" for venue in dict.fromkeys(result.venues))
    return (DESK, f"strategy:{result.strategy}", *venues)
