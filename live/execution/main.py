"""The trader process: risk and execution, wired to relay, recorder, chain and exchange.

Start: what the journal left unanswered is asked for first. Run: signals in, verdicts and
executions out. Stop: no new signals, then definite answers, then final blocks, within the ten
seconds a process has.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress

from domain.errors import ConfigRefused, InputRefused, RemoteWireError
from domain.home import DeskHome
from journal.records import AlertRaised, HaltOrdered, LimitsOrdered, OpportunityFound, parse_payload
from live.aio.process import Service, serve
from live.aio.waiting import pause
from live.chain.decoding import BlockHead
from live.chain.endpoints import Endpoints
from live.chain.remote_signer import opened_signer
from live.chain.rpc import ChainClient
from live.chain.signer import Signer
from live.chain.socket import NodeSocket
from live.execution.chain_lane import ChainLane
from live.execution.coordinator import Coordinator
from live.execution.exchange import KrakenVenue
from live.execution.finality import FinalityWatch
from live.execution.herald import Herald
from live.execution.history import HISTORY_KINDS, Past, fold
from live.execution.node_ears import NodeEars, nodes_of
from live.execution.order_lane import OrderLane
from live.execution.order_watch import OrderWatch
from live.execution.recovery import recover
from live.execution.risk_desk import RiskDesk
from live.execution.run import Run
from live.execution.runner import Runner
from live.execution.scribe import Scribe, Trail
from live.execution.treasury import Treasury
from live.execution.tuning import Tuning
from live.protocol import v2
from live.recorder.client import Door
from live.recorder.history import past_records
from live.relay.client import Publisher, defi_frames
from live.relay.sockets import TRADER

PROCESS = "trader"
_REFRESH_S = 3.0
"""Between readings of the balances: each execution reads them when it ends; this catches the
rest."""
_LAST_WORDS_S = 0.2
"""For a relay to take the last messages: a hundred times what it needs."""
_TELL_S = 5.0
"""Between statements of how the strategies do: people look, nothing waits for it."""
_LOOK_S = 1.0
"""Between looks at breakers and silence: a tenth of a cool-down."""
_AMENDED_S = 5.0
"""Between questions whether the exchange changed a fill: a few calls, and none without orders."""
_FINALITY_S = 0.5
"""Between looks for final blocks: half a block, one call, and none when nothing waits."""


def main(home: DeskHome) -> None:
    """Run the trader of a desk until it is asked to stop.

    Raises:
        SystemExit: 2 when something is missing or refused, 1 when something failed.
    """
    serve(PROCESS, home, trade)


async def trade(service: Service) -> None:
    """Do the trader's work; the body of the process.

    Raises:
        ConfigRefused: A key is not in the environment.
        SignerUnavailable: The remote signer does not answer at start.
        RpcUnavailable: The chain does not answer at start.
        VenueUnavailable: The exchange does not answer at start.
    """
    venue = KrakenVenue(service.card, *_exchange_keys())
    door = Door(service.home.sockets / "recorder.sock")
    nodes = nodes_of(service.card, os.environ)
    chain = Endpoints([ChainClient(url, socket=socket) for url, socket in nodes.items()])
    async with chain, opened_signer(os.environ, service.card.chain.wallet) as signer:
        try:
            await venue.open()
            desk = _Desk(service, chain, [*nodes.values()], signer, venue, door)
            await desk.run()
        finally:
            await venue.close()
            await door.close()


class _Desk:
    """The parts of a running trader."""

    def __init__(
        self,
        service: Service,
        chain: Endpoints,
        sockets: Sequence[NodeSocket],
        signer: Signer,
        venue: KrakenVenue,
        door: Door,
    ) -> None:
        self._service = service
        self._door = door
        self._tuning = Tuning()
        self._must_end = asyncio.Event()
        card, clock = service.card, service.clock
        scribe = Scribe(door, clock)
        self._lane = ChainLane(chain, signer, card, self._tuning)
        orders = OrderLane(venue, card, clock, self._tuning)
        self._publisher = Publisher(service.home.sockets / TRADER)
        self._herald = Herald(card, clock, self._publisher.send)
        self._past, self._last_seq = _read_past(service.home)
        self._risk = RiskDesk(card, clock, scribe, self._herald, self._past)
        self._runner = Runner(
            self._lane,
            orders,
            scribe,
            card,
            clock,
            self._tuning,
            self._must_end,
            herald=self._herald,
            halted=self._risk.halt_reason,
            finished=self._ended,
        )
        quote, tell = card.exchange.quote_asset, self._herald.alerted
        self._amendments = OrderWatch(orders, self._runner, scribe, quote, clock, tell)
        self._watch = FinalityWatch(chain, self._lane, self._runner, scribe)
        self._scribe, self._sockets = scribe, sockets
        self._treasury = Treasury(chain, venue, card, clock)
        self._ears = NodeEars(
            sockets,
            card.chain.wallet,
            heads=self._lane.heads,
            watch=self._watch,
            tell=self._alerted,
            clock=clock,
            log=service.log,
        )
        self._desk = Coordinator(
            self._risk,
            clock,
            scribe,
            self._runner,
            self._watch,
            self._treasury.balances,
            self._past,
            herald=self._herald,
        )

    async def run(self) -> None:
        service = self._service
        ending = asyncio.create_task(self._end_in_time())
        try:
            if self._past.unfinished:
                count = len(self._past.unfinished)
                service.degraded(f"asking what became of executions left unfinished: {count}")
            service.spawn(self._publisher.run(), "publisher")
            for run in self._past.unfinished:
                self._herald.resumed(run)
            recovered = await recover(self._past, self._lane, self._runner, self._watch)
            for run in recovered:
                service.log.info("recovered", execution=run.execution_id, state=run.state.value)
            await self._risk.count((*self._past.unfinalised, *recovered))
            await self._lane.open()
            await self._desk.refresh()
            self._spawn()
            service.ready()
            await service.stopping.wait()
            await self._stop()
        finally:
            ending.cancel()

    def _spawn(self) -> None:
        spawn = self._service.spawn
        spawn(self._desk.watch_for_failure(), "failures")
        for socket in self._sockets:
            spawn(socket.run(), "node socket")
        spawn(self._ears.pass_on(), "news of the nodes")
        spawn(self._listen(), "signals")
        spawn(self._obey(), "orders")
        spawn(self._look(), "breakers")
        spawn(self._refresh(), "balances")
        spawn(self._finalise(), "finality")
        spawn(self._ask_again(), "amendments")
        spawn(self._tell(), "performance")

    async def _listen(self) -> None:
        async for frames in defi_frames(self._service.home):
            if not frames:
                self._risk.surroundings.forget()
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
                self._risk.surroundings.hear_head(message, self._service.clock.now_ns())
                self._lane.heads.hear(BlockHead(message.number, "", "", 0, message.base_fee_wei))
            case v2.GapNotice():
                self._risk.surroundings.forget()
            case v2.PoolState():
                self._risk.surroundings.hear_pool(message)
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

    async def _obey(self) -> None:
        kinds = (HaltOrdered.KIND, LimitsOrdered.KIND)
        async for record in self._door.tail(kinds, after_seq=self._last_seq):
            match record.fact():
                case HaltOrdered() as order:
                    await self._risk.obey(order)
                case LimitsOrdered() as order:
                    await self._risk.adopt(order)
                case _:
                    continue

    async def _alerted(self, alert: AlertRaised) -> None:
        await self._scribe.note(Trail(), alert)
        self._herald.alerted(alert)

    async def _look(self) -> None:
        while not await pause(self._must_end, _LOOK_S):
            await self._risk.look()

    async def _refresh(self) -> None:
        while not await pause(self._must_end, _REFRESH_S):
            await self._desk.refresh()
            news = self._treasury.news()
            if news is not None:
                await self._scribe.note(Trail(), news)

    async def _finalise(self) -> None:
        while not await pause(self._must_end, _FINALITY_S):
            await self._watch.look()

    def _ended(self, run: Run) -> None:
        self._amendments.watch(run)

    async def _ask_again(self) -> None:
        while not await pause(self._must_end, _AMENDED_S):
            await self._amendments.look()

    async def _tell(self) -> None:
        while not await pause(self._must_end, _TELL_S):
            self._herald.tell_performance()

    async def _stop(self) -> None:
        self._risk.is_stopping = True
        await self._desk.finish(self._tuning.settle_s + self._tuning.finalise_s)
        while not self._watch.is_empty and not await pause(self._must_end, _FINALITY_S):
            pass
        self._herald.tell_performance()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._publisher.flush(), _LAST_WORDS_S)

    async def _end_in_time(self) -> None:
        await self._service.stopping.wait()
        await asyncio.sleep(self._tuning.settle_s + self._tuning.finalise_s)
        self._must_end.set()


def _exchange_keys() -> tuple[str, str]:
    """Read the account's key, named for this process: nonces of two processes would collide."""
    try:
        key, secret = (
            os.environ["ALPHAPULSE_EXCHANGE_KEY"],
            os.environ["ALPHAPULSE_EXCHANGE_SECRET"],
        )
    except KeyError as error:
        raise ConfigRefused(
            "put the exchange's key and secret into the environment", variable=error.args[0]
        ) from error
    return f"{key}.{PROCESS}", secret


def _read_past(home: DeskHome) -> tuple[Past, int]:
    records = list(past_records(home, HISTORY_KINDS))
    past = fold((record.record_id, record.fact()) for record in records)
    return past, records[-1].seq if records else 0
