"""The `collector-cex` process: exchanges' books and trades, as frames on the relay's ingest.

It listens to the desk's own exchange and to those the desk watches, each on a connection of its own
(:mod:`live.collectors.exchange_collector`). Once a second every book that is known is stated again,
so that whoever lost a frame is right again within a second; a heartbeat goes with it while the
desk's own exchange is heard. Readers of v2 are told the same books in their own digits, on a socket
of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from domain.desk import DeskCard, ExchangeCard
from domain.errors import ConfigRefused
from domain.home import DeskHome
from live.aio.process import Service, serve
from live.aio.waiting import pause
from live.collectors.exchange_collector import ExchangeCollector, symbol_of
from live.collectors.notices import Notices
from live.collectors.outlet import Outlet
from live.protocol import v1, v2
from live.recorder.client import Door

NAME = "collector-cex"
_BEAT_S = 1.0


def main(home: DeskHome, venues: Sequence[str] = ()) -> None:
    """Run the process until it is told to stop; `venues` leaves all others of the card out."""
    serve(NAME, home, partial(run, venues=venues))


async def run(service: Service, venues: Sequence[str] = ()) -> None:
    """Wire the collectors to journal and relay, and keep them connected."""
    door = Door(service.home.sockets / "recorder.sock")
    notices = Notices(door, service.clock)
    service.spawn(notices.run(service.stopping), "notices")
    exchanges = Exchanges(service, notices, venues)
    try:
        await exchanges.beat()
    finally:
        await door.close()


class Exchanges:
    """What the process holds between messages: one collector an exchange, one outlet for all.

    Args:
        service: The process.
        notices: Where gaps are reported.
        venues: Exchanges of the card to listen to; none named is all.

    Raises:
        ConfigRefused: The card has none of that name, or two that readers could not tell apart.
    """

    def __init__(self, service: Service, notices: Notices, venues: Sequence[str] = ()) -> None:
        self._service = service
        self.collectors = {
            card.venue: ExchangeCollector(
                service, card, lambda: self.outlet, notices, partial(self._stood, card.venue)
            )
            for card in chosen(service.card, venues)
        }
        self.outlet = Outlet(service, self.greeting, self.stating)
        for venue, collector in self.collectors.items():
            service.spawn(collector.keep_connected(), f"connection to {venue}")

    def greeting(self) -> Sequence[v1.Message]:
        """Give what a reader of v1 has to know first."""
        return [said for collector in self.collectors.values() for said in collector.greeting()]

    def stating(self) -> Sequence[v2.OrderBookState]:
        """Give every book as v2 readers know it."""
        return [collector.stating() for collector in self.collectors.values()]

    async def beat(self) -> None:
        """Once a second: look after each connection, then state again what is known."""
        own = self._service.card.exchange.venue
        while not await pause(self._service.stopping, _BEAT_S):
            for collector in self.collectors.values():
                collector.look()
            if any(collector.is_known for collector in self.collectors.values()):
                ours = self.collectors.get(own)
                self.outlet.beat(is_alive=ours is not None and ours.is_known)

    def _stood(self, venue: str, reason: str) -> None:
        """Say on the health page how the exchange stands that the desk trades on.

        The others are looked at alone; of them the log tells, and the metric of what is known.
        """
        is_ours = venue == self._service.card.exchange.venue
        if is_ours or len(self.collectors) == 1:
            if reason:
                self._service.degraded(f"the book of {venue} is unknown: {reason}")
            else:
                self._service.ready()
        elif reason:
            self._service.log.warning("a watched book is unknown", venue=venue, why=reason)
        else:
            self._service.log.info("a watched book is known", venue=venue)


def chosen(card: DeskCard, venues: Sequence[str] = ()) -> list[ExchangeCard]:
    """Give the exchanges of a desk that are to be listened to.

    Raises:
        ConfigRefused: There is none of a name, or two have one name, which readers could not tell
            apart.
    """
    exchanges = [card.exchange, *card.watched]
    names = [exchange.venue for exchange in exchanges]
    symbols = [symbol_of(exchange) for exchange in exchanges]
    for told in (names, symbols, [v1.symbol_hash(symbol) for symbol in symbols]):
        if len(set(told)) != len(told):
            raise ConfigRefused(
                "give each exchange of the desk card a name of its own; two read alike", got=told
            )
    if unknown := set(venues) - set(names):
        raise ConfigRefused(
            f"name an exchange of this desk: {', '.join(names)}", got=", ".join(sorted(unknown))
        )
    return [exchange for exchange in exchanges if not venues or exchange.venue in venues]
