"""The relay's process: sockets, sessions and channels put together.

======================  =========  =========================================
socket                  direction  frames
======================  =========  =========================================
``paper.sock``          in         v1, market data of the exchange
``chain.sock``          in         v2, what the chain did
``signals.sock``        in         v2, opportunities
``relay.sock``          out        v1, types 1 to 10 only
``defi.sock``           out        v2
======================  =========  =========================================
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from domain.clock import Clock
from domain.errors import RemoteWireError
from domain.home import DeskHome
from live.aio.process import Service, serve
from live.protocol import v2
from live.relay.fanout import OUTBOX_BYTES, Fanout
from live.relay.ingest import Ingest
from live.relay.memory import DefiMemory, MarketMemory
from live.relay.outbox import no_notice
from live.relay.sessions import DefiSession, MarketSession, gap_frame
from live.relay.sockets import CHAIN, DEFI, MARKET, PAPER, SIGNALS

NAME = "relay"
OnBroken = Callable[[str, RemoteWireError], None]


class Relay:
    """Both channels and their ingest sockets.

    Args:
        clock: Stamps trades and notices.
        on_broken: Told which socket's producer was cut off, and why.
        outbox_bytes: Bound of what waits for one slow subscriber.
    """

    def __init__(
        self, clock: Clock, on_broken: OnBroken, *, outbox_bytes: int = OUTBOX_BYTES
    ) -> None:
        market_memory, defi_memory = MarketMemory(), DefiMemory()
        tracker = v2.SequenceTracker()
        self.market = Fanout("market", market_memory, no_notice, outbox_bytes=outbox_bytes)
        self.defi = Fanout(
            "defi", defi_memory, lambda n: _missed(n, clock), outbox_bytes=outbox_bytes
        )
        self._ingests = {
            PAPER: Ingest(
                PAPER, lambda: MarketSession(clock, market_memory, self.market.publish), on_broken
            ),
            **{
                name: Ingest(
                    name,
                    lambda: DefiSession(clock, defi_memory, tracker, self.defi.publish),
                    on_broken,
                )
                for name in (CHAIN, SIGNALS)
            },
        }

    async def listen(self, folder: Path) -> None:
        """Open all five sockets, the outgoing ones first so that nobody misses the first frame.

        Raises:
            ConfigRefused: A living relay already serves this folder.
        """
        await self.market.listen(folder / MARKET)
        await self.defi.listen(folder / DEFI)
        for name, ingest in self._ingests.items():
            await ingest.listen(folder / name)

    async def close(self) -> None:
        """Stop listening to producers, write what is pending, hang up."""
        for ingest in self._ingests.values():
            await ingest.close()
        await self.market.close()
        await self.defi.close()


def main(home: DeskHome) -> None:
    """Run the relay until it is asked to stop."""
    serve(NAME, home, body)


async def body(service: Service) -> None:
    """Do the work of the process, as :func:`live.aio.process.serve` runs it."""

    def on_broken(socket: str, error: RemoteWireError) -> None:
        service.log.warning("cut a producer off", socket=socket, error=str(error))

    relay = Relay(service.clock, on_broken)
    try:
        await relay.listen(service.home.sockets)
        service.ready()
        await service.stopping.wait()
    finally:
        await relay.close()


def _missed(missing_frames: int, clock: Clock) -> bytes:
    return gap_frame(v2.GapNotice(NAME, 0, missing_frames), clock.now_ns())
