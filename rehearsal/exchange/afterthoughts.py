"""Carries out ordered revisions of fills, a while after the order was answered.

Which revisions there are stands in `rehearsal/faults.py`, what they do to money in `revisions.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from domain.errors import InvariantBroken
from rehearsal.exchange.commands import Bust, Order, Refusal, Repeat, Revive
from rehearsal.exchange.venue import SPOT, Venue
from rehearsal.faults import Fault, FaultBoard, FaultKind

Revision = Bust | Repeat | Revive


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
        revise: Callable[..., Revision] = Bust if kind is FaultKind.BUST_FILL else Repeat
        return revise(self._venue.history.trades[order.fills[-1]], order)
