"""Risk for a process that works one large order: what the journal says, and what it hears since.

The limits, halts and losses are the desk's; capital is what the exchange says is free, so what the
trader holds in orders is not counted twice and what it means to spend is known only to itself. An
exchange that has too little says no, and that is a definite answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from domain.clock import Clock
from domain.desk import DeskCard
from journal.records import Fact, HaltOrdered, LimitsOrdered, OpportunityFound, ResultCounted
from live.risk.inventory import Inventory
from live.risk.limits import Rulebook
from live.risk.order_rules import judge_child, judge_parent
from live.risk.rulebook import in_force
from live.risk.session import Session
from live.risk.situation import Situation, scopes_of
from live.risk.verdict import Verdict

ORDER_KINDS = (HaltOrdered.KIND, LimitsOrdered.KIND, ResultCounted.KIND)
"""What changes the answer while an order is worked."""

Unread = Callable[[], Iterable[Fact]]


def nothing_new() -> Iterable[Fact]:
    """Read nothing: for a desk that has no journal."""
    return ()


class ParentRisk:
    """Judges one order and its children.

    Args:
        card: The desk.
        clock: Time.
        session: What has happened so far.
        rulebook: The limits in force.
        unread: Gives the facts of `ORDER_KINDS` that were written since it was last asked.
    """

    def __init__(
        self,
        card: DeskCard,
        clock: Clock,
        session: Session,
        rulebook: Rulebook,
        unread: Unread = nothing_new,
    ) -> None:
        self._card = card
        self._clock = clock
        self._unread = unread
        self.session = session
        self.rulebook = rulebook

    def parent(self, whole: OpportunityFound, free: Mapping[str, int]) -> Verdict:
        """Judge the order as a whole.

        Args:
            whole: As one leg for each venue.
            free: Base units the desk can spend, by asset; one that is not there is unknown.
        """
        return judge_parent(whole, self._situation(free), self.rulebook, self._card)

    def child(self, child: OpportunityFound, free: Mapping[str, int], card: DeskCard) -> Verdict:
        """Judge one child at the exchange of a card; `free` as in `parent`."""
        return judge_child(child, self._situation(free), self.rulebook, card)

    def halt_reason(self, whole: OpportunityFound) -> str:
        """Say why nothing more may be sent, or even rest; nothing if it may."""
        self._hear()
        halted = self.session.halted
        found = (scope for scope in scopes_of(whole) if scope in halted)
        return next((f"{scope} is halted: {halted[scope]}" for scope in found), "")

    def _situation(self, free: Mapping[str, int]) -> Situation:
        self._hear()
        now_ns = self._clock.now_ns()
        session = self.session.cooled(now_ns, self.rulebook.desk)
        return Situation(now_ns, 0, inventory=Inventory(free), session=session)

    def _hear(self) -> None:
        for fact in self._unread():
            match fact:
                case HaltOrdered():
                    self.session = self.session.ordered(fact, self._clock.now_ns())
                case LimitsOrdered():
                    self.rulebook = in_force(fact, self.rulebook)
                case ResultCounted():
                    self.session = self.session.counted(fact, self.rulebook.desk)
                case _:
                    continue
