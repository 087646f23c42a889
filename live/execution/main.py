"""The trader process: risk and execution, wired to relay, recorder, chain and exchange.

Start: what the journal left unanswered is asked for first. Run: signals in, verdicts and
executions out. Stop: no new signals, then definite answers, then final blocks, within the ten
seconds a process has.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

from domain.errors import ConfigRefused
from domain.home import DeskHome
from journal.records import HaltOrdered, LimitsOrdered
from live.aio.process import Service, serve
from live.aio.waiting import pause
from live.chain.endpoints import Endpoints
from live.chain.remote_signer import opened_signer
from live.chain.rpc import ChainClient
from live.execution.exchange import KrakenVenue
from live.execution.node_ears import nodes_of
from live.execution.parts import Outside, Parts
from live.execution.recovery import recover
from live.execution.scribe import Trail
from live.execution.signals import Signals
from live.recorder.client import Door

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
            await _Desk(service, Outside(chain, [*nodes.values()], signer, venue, door)).run()
        finally:
            await venue.close()
            await door.close()


class _Desk:
    """A running trader."""

    def __init__(self, service: Service, outside: Outside) -> None:
        self._service = service
        self._outside = outside
        self._parts = parts = Parts(service, outside)
        self._signals = Signals(service, parts.risk.surroundings, parts.lane.heads, parts.desk)

    async def run(self) -> None:
        service, parts = self._service, self._parts
        ending = asyncio.create_task(self._end_in_time())
        try:
            if parts.past.unfinished:
                count = len(parts.past.unfinished)
                service.degraded(f"asking what became of executions left unfinished: {count}")
            service.spawn(parts.publisher.run(), "publisher")
            for run in parts.past.unfinished:
                parts.herald.resumed(run)
            recovered = await recover(
                parts.past, parts.lane, parts.runner, parts.watch, parts.amendments
            )
            for run in recovered:
                service.log.info("recovered", execution=run.execution_id, state=run.state.value)
            await parts.risk.count((*parts.past.unfinalised, *recovered))
            await parts.lane.open()
            await parts.desk.refresh()
            self._spawn()
            service.ready()
            await service.stopping.wait()
            await self._stop()
        finally:
            ending.cancel()

    def _spawn(self) -> None:
        spawn = self._service.spawn
        spawn(self._parts.desk.watch_for_failure(), "failures")
        for socket in self._outside.sockets:
            spawn(socket.run(), "node socket")
        spawn(self._parts.ears.pass_on(), "news of the nodes")
        spawn(self._signals.listen(), "signals")
        spawn(self._obey(), "orders")
        spawn(self._look(), "breakers")
        spawn(self._refresh(), "balances")
        spawn(self._finalise(), "finality")
        spawn(self._ask_again(), "amendments")
        spawn(self._tell(), "performance")

    async def _obey(self) -> None:
        kinds = (HaltOrdered.KIND, LimitsOrdered.KIND)
        async for record in self._outside.door.tail(kinds, after_seq=self._parts.last_seq):
            match record.fact():
                case HaltOrdered() as order:
                    await self._parts.risk.obey(order)
                case LimitsOrdered() as order:
                    await self._parts.risk.adopt(order)
                case _:
                    continue

    async def _look(self) -> None:
        while not await pause(self._parts.must_end, _LOOK_S):
            await self._parts.risk.look()

    async def _refresh(self) -> None:
        while not await pause(self._parts.must_end, _REFRESH_S):
            await self._parts.desk.refresh()
            for news in await self._parts.treasury.news():
                await self._parts.scribe.note(Trail(), news)

    async def _finalise(self) -> None:
        while not await pause(self._parts.must_end, _FINALITY_S):
            await self._parts.watch.look()

    async def _ask_again(self) -> None:
        while not await pause(self._parts.must_end, _AMENDED_S):
            await self._parts.amendments.look()

    async def _tell(self) -> None:
        while not await pause(self._parts.must_end, _TELL_S):
            self._parts.herald.tell_performance()

    async def _stop(self) -> None:
        parts = self._parts
        parts.risk.is_stopping = True
        await parts.desk.finish(parts.tuning.settle_s + parts.tuning.finalise_s)
        while not parts.watch.is_empty and not await pause(parts.must_end, _FINALITY_S):
            pass
        parts.herald.tell_performance()
        with suppress(TimeoutError):
            await asyncio.wait_for(parts.publisher.flush(), _LAST_WORDS_S)

    async def _end_in_time(self) -> None:
        await self._service.stopping.wait()
        parts = self._parts
        await asyncio.sleep(parts.tuning.settle_s + parts.tuning.finalise_s)
        parts.must_end.set()


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
