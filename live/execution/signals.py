"""What the relay tells a trader: heads, pools, holes, and the opportunities to decide on."""

from __future__ import annotations

from domain.errors import InputRefused, RemoteWireError
from journal.records import OpportunityFound, parse_payload
from live.aio.service import Service
from live.chain.decoding import BlockHead
from live.chain.heads import Heads
from live.execution.coordinator import Coordinator
from live.execution.surroundings import Surroundings
from live.protocol import v2
from live.relay.client import defi_frames


class Signals:
    """Hears the DeFi channels; whatever is no message of ours is logged and passed over.

    Args:
        service: The process, for its home, clock and log.
        surroundings: Told of heads, pools and holes.
        heads: Told of heads.
        desk: Decides on opportunities.
    """

    def __init__(
        self, service: Service, surroundings: Surroundings, heads: Heads, desk: Coordinator
    ) -> None:
        self._service = service
        self._surroundings = surroundings
        self._heads = heads
        self._desk = desk

    async def listen(self) -> None:
        """Hear until cancelled; an empty batch says that the relay was away."""
        async for frames in defi_frames(self._service.home):
            if not frames:
                self._surroundings.forget()
            for frame in frames:
                await self._hear(self._message(frame))

    def _message(self, frame: v2.Frame) -> object:
        try:
            return frame.message
        except RemoteWireError as error:  # a relay hands on what it does not read
            self._service.log.warning("dropped a message that is none", reason=str(error))
            return None

    async def _hear(self, message: object) -> None:
        match message:
            case v2.ChainHead():
                self._surroundings.hear_head(message, self._service.clock.now_ns())
                self._heads.hear(BlockHead(message.number, "", "", 0, message.base_fee_wei))
            case v2.GapNotice():
                self._surroundings.forget()
            case v2.PoolState():
                self._surroundings.hear_pool(message)
            case v2.ArbitrageOpportunity():
                await self._consider(message.record)
            case _:
                return

    async def _consider(self, payload: bytes) -> None:
        try:
            opportunity = parse_payload(OpportunityFound.KIND, payload)
        except InputRefused as error:
            self._service.log.warning("dropped a signal that is none", reason=str(error))
            return
        if not isinstance(opportunity, OpportunityFound):
            return
        verdict = await self._desk.consider(opportunity)
        if verdict is not None:
            self._service.log.info(
                "decided",
                opportunity=opportunity.opportunity_id,
                approved=verdict.is_approved,
                limit=verdict.limit_name,
                reason=verdict.reason,
            )
