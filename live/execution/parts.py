"""The parts of a running trader and who is handed whom; what they do is theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from domain.home import DeskHome
from journal.records import AlertRaised
from live.aio.service import Service
from live.chain.endpoints import Endpoints
from live.chain.signer import Signer
from live.chain.socket import NodeSocket
from live.execution.chain_lane import ChainLane
from live.execution.coordinator import Coordinator
from live.execution.exchange import KrakenVenue
from live.execution.finality import FinalityWatch
from live.execution.herald import Herald
from live.execution.history import HISTORY_KINDS, Past, fold
from live.execution.node_ears import NodeEars
from live.execution.order_lane import OrderLane
from live.execution.order_watch import OrderWatch
from live.execution.risk_desk import RiskDesk
from live.execution.run import Run
from live.execution.runner import Runner
from live.execution.scribe import Scribe, Trail
from live.execution.treasury import Treasury
from live.execution.tuning import Tuning
from live.recorder.client import Door
from live.recorder.history import past_records
from live.relay.client import Publisher
from live.relay.sockets import TRADER


class Outside(NamedTuple):
    """What a trader reaches, open already.

    Args:
        chain: The nodes, asked as one.
        sockets: The nodes' sockets, which the trader runs.
        signer: Holds the wallet's key.
        venue: The exchange.
        door: The journal's.
    """

    chain: Endpoints
    sockets: Sequence[NodeSocket]
    signer: Signer
    venue: KrakenVenue
    door: Door


class Parts:
    """A trader put together; nothing of it runs yet.

    Args:
        service: The process it is in.
        outside: What it reaches.
    """

    def __init__(self, service: Service, outside: Outside) -> None:
        self._service, self._outside = service, outside
        self.tuning = Tuning()
        self.must_end = asyncio.Event()
        card, clock = service.card, service.clock
        self.scribe = Scribe(outside.door, clock)
        self.publisher = Publisher(service.home.sockets / TRADER)
        self.herald = Herald(card, clock, self.publisher.send)
        self.past, self.last_seq = _read_past(service.home)
        self.risk = RiskDesk(card, clock, self.scribe, self.herald, self.past)
        self.lane = ChainLane(outside.chain, outside.signer, card, self.tuning)
        orders = OrderLane(outside.venue, card, clock, self.tuning, self.past.named_orders)
        self.runner = self._new_runner(orders)
        quote, tell = card.exchange.quote_asset, self.herald.alerted
        self.amendments = OrderWatch(orders, self.runner, self.scribe, quote, clock, tell)
        self.watch = FinalityWatch(outside.chain, self.lane, self.runner, self.scribe)
        self.treasury = Treasury(outside.chain, outside.venue, card, clock)
        self.ears = self._new_ears()
        self.desk = self._new_desk()

    def _new_runner(self, orders: OrderLane) -> Runner:
        return Runner(
            self.lane,
            orders,
            self.scribe,
            self._service.card,
            self._service.clock,
            self.tuning,
            self.must_end,
            herald=self.herald,
            halted=self.risk.halt_reason,
            finished=self._ended,
        )

    def _new_ears(self) -> NodeEars:
        return NodeEars(
            self._outside.sockets,
            self._service.card.chain.wallet,
            heads=self.lane.heads,
            watch=self.watch,
            tell=self._alerted,
            clock=self._service.clock,
            log=self._service.log,
        )

    def _new_desk(self) -> Coordinator:
        return Coordinator(
            self.risk,
            self._service.clock,
            self.scribe,
            self.runner,
            self.watch,
            self.treasury.balances,
            self.past,
            herald=self.herald,
        )

    def _ended(self, run: Run) -> None:
        self.amendments.watch(run)

    async def _alerted(self, alert: AlertRaised) -> None:
        await self.scribe.note(Trail(), alert)
        self.herald.alerted(alert)


def _read_past(home: DeskHome) -> tuple[Past, int]:
    records = list(past_records(home, HISTORY_KINDS))
    past = fold((record.record_id, record.fact()) for record in records)
    return past, records[-1].seq if records else 0
