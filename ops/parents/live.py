"""A large order worked at a running desk's exchange: its journal, its limits, its accounts.

The process that runs this works one order and ends. It writes through the recorder, obeys the halts
and limits of the journal as they come, and tells the result through the relay.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import msgspec

from domain.algorithms.parent import ParentOrder
from domain.clock import SECOND_NS
from domain.desk import Asset, DeskCard, ExchangeCard, read_card
from domain.errors import ConfigRefused, InputRefused
from domain.home import DeskHome
from domain.identity import venue_account, venue_asset
from domain.money import exact_units
from journal.door import Door
from journal.reader import JournalReader
from journal.records import Fact
from live.aio.clock import WallClock
from live.aio.waiting import pause
from live.chain.rpc import ChainClient
from live.execution.exchange import KrakenVenue
from live.execution.history import Past
from live.execution.order_lane import OrderLane
from live.execution.parent_facts import PARENT_KINDS, PastParent, order_of, past_parent
from live.execution.parent_risk import ORDER_KINDS, ParentRisk
from live.execution.parent_telling import parent_message
from live.execution.parents import Worker
from live.execution.place import E8, Place
from live.execution.scribe import Scribe
from live.execution.treasury import venue_balances, wallet_balances
from live.execution.tuning import Tuning
from live.protocol import v2
from live.relay.client import Publisher
from live.relay.sockets import TRADER
from ops.parents.asking import Asked, parent_id, parent_order
from ops.parents.report import Report, parent_report
from ops.risk.report import past_of

_LABEL = "orders"
"""Keys are named for the process: nonces of two would collide."""
_LAST_WORDS_S = 0.2
_ENDED = frozenset({"SETTLED", "PARTIAL", "FAILED"})


class LivePace:
    """Real time, until somebody stops the process.

    Args:
        clock: Of the desk.
        settle_s: After a stop: how long an answer may still be waited for.
    """

    def __init__(self, clock: WallClock, settle_s: float) -> None:
        self._clock = clock
        self._settle_s = settle_s
        self._stopping, self._ending = asyncio.Event(), asyncio.Event()

    def stop(self) -> None:
        """End the order soon: withdraw what rests, ask for what is open."""
        if not self._stopping.is_set():
            self._stopping.set()
            asyncio.get_running_loop().call_later(self._settle_s, self._ending.set)

    @property
    def is_stopped(self) -> bool:
        """Whether a stop was asked for."""
        return self._stopping.is_set()

    @property
    def must_end(self) -> bool:
        """Whether there is no more time for answers."""
        return self._ending.is_set()

    async def until(self, at_ns: int) -> None:
        """Wait until an instant; a stop ends every wait that began before it."""
        event = self._ending if self.is_stopped else self._stopping
        await pause(event, max(at_ns - self._clock.now_ns(), 0) / SECOND_NS)


def work_live(home: DeskHome, asked: Asked, also: Sequence[str] = ()) -> Report:
    """Work an order at a desk, or report one that has ended.

    Args:
        home: A desk whose recorder and exchange run.
        asked: As typed; an order of that name that was taken on before goes on as it was.
        also: Further exchanges, ``venue=url``.

    Raises:
        InputRefused: The order cannot be carried out, or there is no such desk.
        ConfigRefused: The exchange's key is not in the environment.
        VenueUnavailable: No exchange shows its book.
        Transient: No recorder runs.
    """
    if not home.card.exists():
        raise InputRefused("there is no desk here; name one with --home", home=home.root)
    cards = _cards(read_card(home.card.read_bytes()), also)
    return asyncio.run(_worked(home, asked, cards))


async def _worked(home: DeskHome, asked: Asked, cards: Sequence[DeskCard]) -> Report:
    clock, tuning = WallClock(), Tuning()
    pace = LivePace(clock, tuning.settle_s)
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, pace.stop)
    async with _places(cards, clock, tuning) as places:
        first = next(iter(places.values()))
        least_e8 = max(place.least_e8 for place in places.values())
        past = past_parent(parent_id(asked.name), _facts(home, parent_id(asked.name)))
        taken_on = past.order and order_of(past.order, first, least_e8)
        if taken_on and (past.outcome in _ENDED or past.is_declined):
            return await _reported(taken_on, past, places)
        risk, free = _risk(home, first.card, clock), await _free(places)
        # the time of a new order begins only now that all is read
        order = taken_on or parent_order(asked, clock.now_ns(), first.lot_e8, least_e8)
        door = Door(home.sockets / "recorder.sock")
        try:
            scribe = Scribe(door, clock)
            worker = Worker(order, places, risk, scribe, clock, pace, past.children)
            return await _carried_out(home, worker, past, free)
        finally:
            await door.close()


async def _carried_out(
    home: DeskHome, worker: Worker, past: PastParent, free: dict[str, int]
) -> Report:
    said: Report = {"mode": "live", "is_approved": True}
    if past.order is None:
        verdict = await worker.accept(free)
        if not verdict.is_approved:
            said |= {"is_approved": False, "limit_name": verdict.limit_name}
            worker.reason = verdict.reason
    else:
        worker.resume(free, past.order.mark_e6)
    if said["is_approved"]:
        await worker.plan()
        await worker.work()
        await _tell(home, worker)
    report = await parent_report(
        worker.order, worker.children, worker.places, worker.outlook, worker.mark_e6, worker.reason
    )
    return said | report


async def _reported(order: ParentOrder, past: PastParent, places: dict[str, Place]) -> Report:
    """Say how an order ended that an earlier process worked; what the market did is not kept."""
    mark_e6 = past.order.mark_e6 if past.order else 0
    report = await parent_report(order, past.children, places, None, mark_e6, past.reason)
    return {"mode": "live", "is_approved": not past.is_declined, **report}


async def _tell(home: DeskHome, worker: Worker) -> None:
    """Tell the result through the relay, if one is there; nothing waits for that."""
    clock = WallClock()
    publisher = Publisher(home.sockets / TRADER)
    running = asyncio.create_task(publisher.run())
    message = parent_message(
        worker.order, worker.children, worker.places, worker.reason, clock.now_ns()
    )
    frame = v2.encode(message, source=v2.SOURCE_PARENTS, sequence=0, sent_ns=clock.now_ns())
    publisher.send(frame)
    with suppress(TimeoutError):
        await asyncio.wait_for(publisher.flush(), _LAST_WORDS_S)
    running.cancel()


# --- what it stands on ----------------------------------------------------------------------------


def _cards(card: DeskCard, also: Iterable[str]) -> list[DeskCard]:
    """Give the desk as each of its exchanges sees it, with the assets of all."""
    exchanges = [card.exchange, *(_further(card.exchange, text) for text in also)]
    if len({exchange.venue for exchange in exchanges}) != len(exchanges):
        raise InputRefused("give every exchange a name of its own")
    assets = list(card.assets)
    for exchange in exchanges[1:]:
        for asset, like in (
            (exchange.base_asset, card.asset(card.exchange.base_asset)),
            (exchange.quote_asset, card.asset(card.exchange.quote_asset)),
        ):
            assets.append(Asset(asset, like.symbol, like.decimals, like.underlying))
    return [
        msgspec.structs.replace(card, assets=tuple(assets), exchange=exchange)
        for exchange in exchanges
    ]


def _further(like: ExchangeCard, text: str) -> ExchangeCard:
    venue, _, url = text.partition("=")
    if not venue or not url.startswith(("http://", "https://")):
        raise InputRefused("name a further exchange as venue=url", got=text)
    base, quote = (asset.partition(":")[2] for asset in (like.base_asset, like.quote_asset))
    return msgspec.structs.replace(
        like,
        venue=venue,
        rest_url=url,
        base_asset=venue_asset(venue, base),
        quote_asset=venue_asset(venue, quote),
        account=venue_account(venue, "spot"),
    )


@asynccontextmanager
async def _places(
    cards: Sequence[DeskCard], clock: WallClock, tuning: Tuning
) -> AsyncIterator[dict[str, Place]]:
    key, secret = _exchange_keys()
    async with AsyncExitStack() as stack:
        places: dict[str, Place] = {}
        for card in cards:
            venue = KrakenVenue(card, f"{key}.{_LABEL}", secret)
            stack.push_async_callback(venue.close)
            await venue.open()
            lane = OrderLane(venue, card, clock, tuning)
            places[card.exchange.venue] = Place(card, venue, lane, exact_units(venue.least, E8))
        yield places


def _exchange_keys() -> tuple[str, str]:
    try:
        return os.environ["ALPHAPULSE_EXCHANGE_KEY"], os.environ["ALPHAPULSE_EXCHANGE_SECRET"]
    except KeyError as error:
        raise ConfigRefused(
            "put the exchange's key and secret into the environment", variable=error.args[0]
        ) from error


async def _free(places: dict[str, Place]) -> dict[str, int]:
    """Read what the desk can spend anywhere; what cannot be read is left out."""
    card, free = next(iter(places.values())).card, dict[str, int]()
    async with ChainClient(card.chain.rpc_url) as chain:
        free |= await wallet_balances(chain, card)
    for place in places.values():
        free |= await venue_balances(place.market)
    return free


def _risk(home: DeskHome, card: DeskCard, clock: WallClock) -> ParentRisk:
    past: Past = past_of(home)
    seq = 0
    with JournalReader(home.journal_db) as reader:
        seq = reader.head()[0]

    def unread() -> Iterable[Fact]:
        nonlocal seq
        with JournalReader(home.journal_db) as reader:
            records = list(reader.read(seq, kinds=ORDER_KINDS))
        seq = records[-1].seq if records else seq
        return [record.fact() for record in records]

    return ParentRisk(card, clock, past.session, past.rulebook, unread)


def _facts(home: DeskHome, name: str) -> list[Fact]:
    """Read what the journal holds of one order, oldest first."""
    if not home.journal_db.exists():
        return []
    found: list[Fact] = []
    with JournalReader(home.journal_db) as reader:
        seq = 0
        while page := reader.read(seq, kinds=PARENT_KINDS):
            found += [record.fact() for record in page if record.correlation_id == name]
            seq = page[-1].seq
    return found
