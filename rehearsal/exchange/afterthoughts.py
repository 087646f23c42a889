"""Carries out ordered revisions of fills, a while after the order was answered.

Which revisions there are stands in `rehearsal/faults.py`, what they do to money in `revisions.py`.
"""

from __future__ import annotations

import asyncio

import msgspec

from domain.errors import InvariantBroken
from rehearsal.exchange import terms
from rehearsal.exchange.commands import Amend, Bust, Order, Refusal, Repeat, Revive, Trade
from rehearsal.exchange.venue import SPOT, Venue
from rehearsal.faults import Fault, FaultBoard, FaultKind

Revision = Bust | Amend | Repeat | Revive
ONE_TICKS = 10**terms.PRICE_DECIMALS
"""One unit of the quote currency in ticks: what an amendment is worse by."""


class Afterthoughts:
    """The revisions under way at one exchange.

    Args:
        venue: The exchange.
        faults: Gets a fault back that struck an order in which there was nothing to revise.
    """

    def __init__(self, venue: Venue, faults: FaultBoard) -> None:
        self._venue = venue
        self._faults = faults
        self._tasks: set[asyncio.Task[None]] = set()

    def plan(self, fault: Fault) -> None:
        """Revise the account's newest order after the fault's delay."""
        (*_, number) = self._venue.history.orders
        task = asyncio.create_task(self._revise(fault, number))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Leave the rest undone: the exchange stops."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _revise(self, fault: Fault, number: int) -> None:
        await asyncio.sleep(fault.latency_ms / 1000)
        order = self._venue.history.orders[number]
        command = self._command(fault.kind, order) if order.account == SPOT else None
        if command is None:
            self._faults.order(msgspec.structs.replace(fault, times=1))
            return
        refusal = self._venue.execute(command)
        if isinstance(refusal, Refusal):
            raise InvariantBroken("an ordered revision was refused", error=refusal.error)

    def _command(self, kind: FaultKind, order: Order) -> Revision | None:
        if kind is FaultKind.LATE_FILL:
            return Revive(order)
        if not order.fills:
            return None
        trade = self._venue.history.trades[order.fills[-1]]
        match kind:
            case FaultKind.BUST_FILL:
                return Bust(trade, order)
            case FaultKind.AMEND_FILL:
                return Amend(trade, order, _worse(trade, order))
            case _:
                return Repeat(trade, order)


def _worse(trade: Trade, order: Order) -> int:
    """Give the price of a trade, a whole quote unit worse for the order's side."""
    return trade.price_ticks + (ONE_TICKS if order.side == "buy" else -ONE_TICKS)
