"""Orders that have their answer, asked about once more: a venue may bust, repeat or add a fill.

A definite answer is definite until the venue changes its mind. What it says then is a new fact,
somebody is told, and an execution that was settled by the fill is settled no more. Nothing is sent
here: a position that such a word leaves is booked and attributed like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.clock import SECOND_NS, Clock
from journal.records import AlertRaised, Fact
from live.execution.answers import DEFINITE_ORDER, OrderAnswer, order_fact
from live.execution.order_lane import OrderLane
from live.execution.run import Run, SentOrder
from live.execution.runner import Runner
from live.execution.scribe import Scribe

WATCHED_NS = 300 * SECOND_NS
"""How long after its end an execution's orders are asked about: venues bust within minutes of a
trade; what they say later reaches the books by their statement alone."""

Tell = Callable[[AlertRaised], None]


@dataclass(frozen=True, slots=True)
class _Watched:
    run: Run
    since_ns: int


class OrderWatch:
    """Finished executions with orders, for as long as a venue may still change its mind.

    Args:
        orders: Asks the exchange.
        runner: Takes an end back that does not hold.
        scribe: The journal.
        fee_asset: What fees are paid in.
        clock: Time.
        tell: Takes alerts, once they are durable.
    """

    def __init__(
        self,
        orders: OrderLane,
        runner: Runner,
        scribe: Scribe,
        fee_asset: str,
        clock: Clock,
        tell: Tell,
    ) -> None:
        self._orders = orders
        self._runner = runner
        self._scribe = scribe
        self._fee_asset = fee_asset
        self._clock = clock
        self._tell = tell
        self._watched: dict[str, _Watched] = {}
        self._said: dict[str, set[tuple[str, int, int, int]]] = {}

    def watch(self, run: Run) -> None:
        """Take a finished execution; one without orders has nothing to be changed."""
        if run.orders and run.execution_id not in self._watched:
            self._watched[run.execution_id] = _Watched(run, self._clock.now_ns())

    async def look(self) -> None:
        """Ask about every order that is watched; a silent venue changes nothing."""
        for name, watched in list(self._watched.items()):
            if self._clock.now_ns() - watched.since_ns > WATCHED_NS:
                self._forget(name)
                continue
            for order in watched.run.orders:
                await self._look_at(watched.run, order)

    def _forget(self, name: str) -> None:
        for order in self._watched.pop(name).run.orders:
            self._said.pop(order.intent.client_order_id, None)

    async def _look_at(self, run: Run, order: SentOrder) -> None:
        if not order.is_definite:
            return
        answer, before = await self._orders.ask(order.intent), order.answer
        is_same = _words(answer)[1:] == _words(before)[1:]
        if answer.status not in DEFINITE_ORDER or is_same:
            return
        order.answer = answer
        facts: list[Fact] = [alert := self._alert(order, before)]
        if self._is_news(order, before):
            facts.insert(0, order_fact(order.intent, answer, self._fee_asset))
        await self._scribe.note(run.trail, *facts)
        self._tell(alert)
        await self._runner.amend(run)

    def _is_news(self, order: SentOrder, before: OrderAnswer) -> bool:
        """Ask whether the journal lacks this; a venue that goes back to an earlier word says none.

        A fact is known by status and amounts, so the same words again would be the same fact with
        another reason.
        """
        said = self._said.setdefault(order.intent.client_order_id, {_words(before)})
        is_news = _words(order.answer) not in said
        said.add(_words(order.answer))
        return is_news

    def _alert(self, order: SentOrder, before: OrderAnswer) -> AlertRaised:
        now = order.answer
        return AlertRaised(
            alert="fill_amended",
            severity="high",
            subject=order.intent.client_order_id,
            detail=(
                f"{order.intent.venue} says now that the order filled {now.filled_base_units} base "
                f"units for {now.filled_quote_units} and {now.fee_units}, having said "
                f"{before.filled_base_units} for {before.filled_quote_units} and "
                f"{before.fee_units} ({now.reason or now.status})"
            ),
            raised_ns=self._clock.now_ns(),
        )


def _words(answer: OrderAnswer) -> tuple[str, int, int, int]:
    """Give what a fact about an answer is known by: status, then base, quote and fee."""
    return answer.status, answer.filled_base_units, answer.filled_quote_units, answer.fee_units
