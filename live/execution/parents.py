"""Works one large order: does each step, writes each fact, and ends it definitely.

The same worker serves the live market and a simulated one; venues, clock and pace are handed in.
Intents are durable before anything is sent, a child that may have been sent is asked for and never
sent again, and what comes next is `domain/algorithms/progress.py`'s business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from domain.algorithms.parent import Child, ParentOrder, child_id
from domain.algorithms.progress import Ask, Done, Send, Step, Wait, Watch, Withdraw, next_step
from domain.clock import SECOND_NS, Clock
from domain.errors import VenueUnavailable
from domain.money import MARK_SCALE
from journal.records import ExecutionPlanned
from live.execution.answers import OrderAnswer, order_fact
from live.execution.outlook import Outlook, mark_e6
from live.execution.parent_ending import ending_facts, outcome_of
from live.execution.parent_facts import (
    Working,
    declined_child,
    ordered_fact,
    trade_of,
    whole_trade,
)
from live.execution.parent_risk import ParentRisk
from live.execution.place import Place
from live.execution.ports import Ladders
from live.execution.scribe import Scribe, Trail
from live.risk.verdict import Verdict

LOOK_NS = SECOND_NS
"""Between looks at the market while nothing is due: what the time-weighted benchmark rests on."""
ASK_NS = SECOND_NS // 4
"""Between questions about a child: as for any order of the trader."""


class Pace(Protocol):
    """How time passes: really, or as a simulation lets it."""

    @property
    def is_stopped(self) -> bool:
        """Whether the order shall end."""
        ...

    @property
    def must_end(self) -> bool:
        """Whether even an answer that is missing can be waited for no longer."""
        ...

    async def until(self, at_ns: int) -> None:
        """Let time pass until an instant, or less when a stop is asked for meanwhile."""
        ...


class Worker:
    """One order under way.

    Args:
        order: Checked.
        places: Where it may trade, by venue, the preferred first.
        risk: Says yes or no.
        scribe: The journal.
        clock: Time.
        pace: How it passes.
        children: What an earlier process left.
    """

    def __init__(
        self,
        order: ParentOrder,
        places: Mapping[str, Place],
        risk: ParentRisk,
        scribe: Scribe,
        clock: Clock,
        pace: Pace,
        children: Sequence[Working] = (),
    ) -> None:
        self.order = order
        self.places = places
        self.children = list(children)
        self.outlook = Outlook(order, places, clock)
        self.outcome, self.reason = "", ""
        self.mark_e6 = 0
        self._risk = risk
        self._scribe = scribe
        self._clock = clock
        self._pace = pace
        self._trail = Trail(order.parent_id)
        self._free: dict[str, int] = {}

    async def accept(self, free: Mapping[str, int]) -> Verdict:
        """Take the order on: the fact, then risk's word on the whole of it.

        Args:
            free: What the desk can spend, by asset; one that is not there is unknown.

        Raises:
            VenueUnavailable: No venue shows its book, so nothing can be said.
        """
        ladders = await self.outlook.ladders()
        if not ladders:
            raise VenueUnavailable("no venue shows a book with two sides; try again later")
        self._free, order = dict(free), self.order
        self.mark_e6 = mark = mark_e6(ladders)
        parts = self.outlook.divided(order.size_e8, ladders).parts
        whole = whole_trade(order, parts, self.places, mark, self._clock.now_ns())
        verdict = self._risk.parent(whole, self._free)
        decided = verdict.fact(order.parent_id, self._risk.rulebook.version)
        ordered = ordered_fact(order, self.places, mark)
        await self._scribe.note(self._trail, ordered, decided)
        return verdict

    def resume(self, free: Mapping[str, int], mark_e6: int) -> None:
        """Go on with an order that an earlier process took on.

        Args:
            free: As in `accept`, read anew.
            mark_e6: Middle of the market when it was taken on.
        """
        self._free, self.mark_e6 = dict(free), mark_e6

    async def plan(self) -> None:
        """Write that the order is being worked; from here on it has an execution."""
        parent_id, name = self.order.parent_id, self.order.algorithm.value
        planned = ExecutionPlanned(
            execution_id=parent_id,
            opportunity_id=parent_id,
            strategy=name,
            agent="parent",
            venues=tuple(self.places),
        )
        await self._scribe.note(self._trail, planned)

    async def work(self) -> None:
        """Work the order until nothing more is sent and every child has its answer.

        A process that must end before an answer came leaves the outcome UNKNOWN; the next one that
        is given the same order asks.
        """
        while not isinstance(step := self._next(), Done):
            if self._pace.must_end:
                break
            await self._do(step)
        self.reason = step.reason if isinstance(step, Done) else "ended before an answer came"
        self.outcome = outcome_of(self.order, self.children, self.places)
        now_ns = self._clock.now_ns()
        facts = ending_facts(self.order, self.children, self.places, self.reason, now_ns)
        await self._scribe.note(self._trail, *facts)

    def _next(self) -> Step:
        told = [one.told(self.places[one.child.venue]) for one in self.children]
        now_ns = self._clock.now_ns()
        halt = self._risk.halt_reason(whole_trade(self.order, (), self.places, 0, now_ns))
        is_stopped = self._pace.is_stopped or bool(halt)
        step = next_step(self.order, told, now_ns, is_stopped=is_stopped)
        return Done(halt) if halt and step == Done("stopped") else step

    async def _do(self, step: Step) -> None:
        match step:
            case Send():
                await self._send(step)
            case Ask():
                await asyncio.gather(*(self._ask(one.child) for one in step.told))
                if any(not one.is_definite for one in self.children):
                    await self._pace.until(self._clock.now_ns() + ASK_NS)
            case Withdraw():
                await self._withdraw(step.told.child)
            case Watch():
                await self._pace.until(min(step.until_ns, self._clock.now_ns() + ASK_NS))
                await self._ask(step.told.child)
            case Wait():
                await self._pace.until(min(step.until_ns, self._clock.now_ns() + LOOK_NS))
                await self.outlook.ladders()
            case _:
                return

    # --- one step ---------------------------------------------------------------------------------

    async def _send(self, step: Send) -> None:
        ladders = await self.outlook.ladders()
        children = self._children(step, ladders) if ladders else []
        if not children:
            self.children.append(self._missed(step))
            await self._pace.until(self._clock.now_ns() + ASK_NS)
            return
        self._free |= await self.outlook.free()
        mark = mark_e6(ladders)
        judged = [(child, self._judged(child, mark)) for child in children]
        sent = [self._working(child, verdict, mark) for child, verdict in judged]
        self.children += sent
        await self._intend(judged, sent)
        self.outlook.arrived = self.outlook.arrived or Fraction(mark, 10**MARK_SCALE)
        await asyncio.gather(*(self._submit(one) for one in sent if one.intent is not None))

    def _children(self, step: Send, ladders: Mapping[str, Ladders]) -> list[Child]:
        if step.rests:
            place = next(iter(self.places.values()))
            limit_e8 = place.limit_e8(self.order, self.order.limit_e8)
            return [Child(step.slice_number, place.venue, step.size_e8, limit_e8, rests=True)]
        return [
            Child(
                step.slice_number,
                part.venue,
                part.size_e8,
                self.places[part.venue].limit_e8(self.order, part.worst_price_e8),
            )
            for part in self.outlook.divided(step.size_e8, ladders).parts
        ]

    def _missed(self, step: Send) -> Working:
        """Count a slice that no venue could serve as sent: what it missed goes with the next."""
        child = Child(step.slice_number, next(iter(self.places)), 0, 0, rests=step.rests)
        return declined_child(child, "no venue could serve the slice")

    def _judged(self, child: Child, mark: int) -> Verdict:
        place = self.places[child.venue]
        trade = trade_of(self.order, child, place, mark, self._clock.now_ns())
        return self._risk.child(trade, self._free, place.card)

    def _working(self, child: Child, verdict: Verdict, mark: int) -> Working:
        if not verdict.is_approved:
            return declined_child(child, verdict.reason)
        intent = self.places[child.venue].intent(self.order, child)
        return Working(child, OrderAnswer("UNKNOWN"), intent, mark)

    async def _intend(
        self, judged: Sequence[tuple[Child, Verdict]], sent: Sequence[Working]
    ) -> None:
        """Make verdicts and intents durable together, before anything leaves."""
        version, order = self._risk.rulebook.version, self.order
        verdicts = [
            verdict.fact(child_id(order.parent_id, child.slice_number, child.venue), version)
            for child, verdict in judged
        ]
        intents = [one.intent for one in sent if one.intent is not None]
        await self._scribe.note(self._trail, *verdicts, *intents)

    async def _submit(self, one: Working) -> None:
        place = self.places[one.child.venue]
        if one.intent is not None:
            how = place.market.rest if one.child.rests else None
            one.answer = await place.lane.send(one.intent, how)
            if one.is_definite or one.answer.status != "OPEN":
                await self._note(one)

    async def _ask(self, child: Child) -> None:
        (one,) = (known for known in self.children if known.child == child)
        if one.intent is not None and not one.is_definite:
            one.answer = await self.places[child.venue].lane.ask(one.intent)
            if one.is_definite:
                await self._note(one)

    async def _withdraw(self, child: Child) -> None:
        (one,) = (known for known in self.children if known.child == child)
        if one.intent is not None:
            await self.places[child.venue].market.withdraw(one.intent)
        await self._ask(child)
        if not one.is_definite:
            await self._pace.until(self._clock.now_ns() + ASK_NS)

    async def _note(self, one: Working) -> None:
        if one.intent is not None:
            quote = self.places[one.child.venue].card.exchange.quote_asset
            await self._scribe.note(self._trail, order_fact(one.intent, one.answer, quote))
