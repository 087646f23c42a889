"""A runner between a scripted chain and a scripted exchange, which can be killed and born again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from journal.records import OpportunityFound
from live.execution.calls import agent_of
from live.execution.chain_lane import ChainLane
from live.execution.herald import Herald
from live.execution.legs import execution_id
from live.execution.machine import Event
from live.execution.order_lane import OrderLane
from live.execution.order_watch import OrderWatch
from live.execution.run import Run
from live.execution.runner import Runner
from live.execution.scribe import Scribe, Trail
from live.execution.tuning import Tuning
from live.protocol import v2
from tests.kit.clock import noon_clock
from tests.kit.facts import PAPER_USDC, a_card
from tests.kit.scripted import ScriptedChain, ScriptedExchange, ScriptedSigner, WatchedRecorder

HASTY = Tuning(
    receipt_s=0.02,
    poll_s=0.001,
    ask_s=0.001,
    retire_after_s=0.03,
    absent_after_s=0.01,
    order_absent_after_ns=0,
)


class Happenings(list[str]):
    """What happened, in order; from a given one on, every further happening kills the process."""

    limit: int | None = None
    killer: BaseException | None = None

    def append(self, happening: str) -> None:
        """Note what happened, then die if this was the last thing to happen."""
        super().append(happening)
        self._die()

    def __iadd__(self, happenings: Any) -> Happenings:  # type: ignore[override]  # as list's own
        super().extend(happenings)
        self._die()
        return self

    def _die(self) -> None:
        if self.killer is not None and self.limit is not None and len(self) >= self.limit:
            killer, self.killer = self.killer, None
            raise killer


class Theatre:
    """A runner between a scripted chain and a scripted exchange."""

    def __init__(self, chain: Sequence[str] = (), orders: Sequence[str] = (), **turns: Any) -> None:
        self.happenings = Happenings()
        self.recorder = WatchedRecorder(self.happenings)
        self.chain = ScriptedChain(self.happenings, chain, **turns)
        self.venue = ScriptedExchange(self.happenings, orders, **turns)
        self.clock = noon_clock()
        self.signer = ScriptedSigner()
        self._build()

    tuning = HASTY
    """How long it waits for answers."""
    halt_reason = ""
    """Why nothing new may leave; nothing when it may."""

    def _build(self) -> None:
        self.must_end = asyncio.Event()
        card = a_card()
        self.scribe = Scribe(self.recorder, self.clock)
        self.lane = ChainLane(self.chain, self.signer, card, self.tuning)
        orders_lane = OrderLane(self.venue, card, self.clock, HASTY)
        self.told: list[bytes] = []
        self.herald = Herald(card, self.clock, self.told.append)
        self.runner = Runner(
            self.lane,
            orders_lane,
            self.scribe,
            card,
            self.clock,
            self.tuning,
            self.must_end,
            herald=self.herald,
            halted=lambda _run: self.halt_reason,
        )
        self.amendments = OrderWatch(
            orders_lane, self.runner, self.scribe, PAPER_USDC, self.clock, self.herald.alerted
        )

    def heard(self) -> list[Any]:
        """Give what was told to others, decoded."""
        return [frame.message for frame in v2.Decoder().feed(b"".join(self.told))]

    def kill_after(self, happening: int, killer: BaseException) -> None:
        """Kill the process right after so many things have happened."""
        self.happenings.limit, self.happenings.killer = happening, killer

    def reborn(self) -> Theatre:
        """Give another process on the same chain, exchange and journal; memory is lost."""
        again = object.__new__(type(self))
        again.happenings, again.recorder = self.happenings, self.recorder
        again.chain, again.venue, again.clock = self.chain, self.venue, self.clock
        again.signer = ScriptedSigner()
        again._build()
        return again

    def trail(self, opportunity: OpportunityFound) -> Trail:
        """Begin the thread of an opportunity."""
        return Trail(opportunity.opportunity_id)

    async def play(self, opportunity: OpportunityFound) -> Run:
        """Walk an approved opportunity to its end."""
        run = Run(
            execution_id(opportunity.opportunity_id),
            agent_of(opportunity.strategy),
            opportunity,
            self.trail(opportunity),
        )
        await self.runner.drive(run, Event.APPROVED)
        return run
