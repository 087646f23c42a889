"""One exchange as it is listened to: connect, hear, doubt, begin again.

The connection is ccxt's; what is believed is ours. Each connection is an attempt of its own: a
broken proof, a silence, a book that does not come or a cut ends it, the book is declared unknown
to every reader, the journal hears why, and the next attempt begins with a fresh subscription and,
where the exchange is asked for it, a fresh snapshot. Attempts that fail one after the other wait
ever longer, because exchanges bar whoever knocks too often.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from domain.clock import SECOND_NS
from domain.desk import ExchangeCard
from domain.errors import ConfigRefused, SchemaDrift
from domain.market.dialect import pair_of
from domain.market.reason import Reason
from domain.market.word import Unread, Word
from live.aio.backoff import Backoff
from live.aio.service import Service
from live.aio.waiting import pause
from live.collectors.book_keeper import (
    Keeper,
    Kept,
    Trouble,
    hear_trade,
    hear_word,
    lost,
    snapshot_message,
)
from live.collectors.book_states import BookTeller
from live.collectors.book_words import Ear
from live.collectors.exchange_counters import (
    FAULTS,
    HEARD,
    IGNORED,
    KNOWN,
    OTHERS,
    SEQUENCE,
    TROUBLES,
)
from live.collectors.grid import V1_DIGITS, digits_of
from live.collectors.kraken_trades import is_about_trades, trades_of
from live.collectors.lines import line_of
from live.collectors.notices import Notices
from live.collectors.outlet import Outlet
from live.collectors.venue_client import (
    Subscription,
    ask_snapshot,
    listening_client,
    load_ccxt,
    subscriptions,
)
from live.protocol import v1, v2

PATIENCE_NS = 15 * SECOND_NS
"""A connection that gave no book for so long will not give one."""
SOUND_NS = 30 * SECOND_NS
"""A book known for so long: the attempt worked, and the next one need not wait."""
_ASK_S = 3.0
"""Between two requests for a snapshot."""
_FIRST_S, _CEILING_S = 1.0, 30.0
"""Kraken bars an address after 150 connections in ten minutes; this makes at most 25."""


class ExchangeCollector:
    """Listens to one exchange.

    Args:
        service: The process.
        card: The exchange.
        outlet: Gives where to speak; called from the first word on.
        notices: Where gaps are reported.
        stood: Hears why the book is unknown, or an empty text when it is known.

    Raises:
        ConfigRefused: The card names a dialect nobody speaks or a pair v1 cannot carry.
        InputRefused: Its symbol is none.
    """

    def __init__(
        self,
        service: Service,
        card: ExchangeCard,
        outlet: Callable[[], Outlet],
        notices: Notices,
        stood: Callable[[str], None],
    ) -> None:
        self.line = line_of(card.dialect)
        self.symbol = symbol_of(card)
        self._service = service
        self._card = card
        self._outlet = outlet
        self._notices = notices
        self._stood = stood
        self._digits = digits_of(card.price_tick, card.lot)
        if max(self._digits) > V1_DIGITS:
            raise ConfigRefused(
                "this pair has steps finer than 10^-8, which readers of v1 cannot be told",
                venue=card.venue,
                symbol=card.symbol,
            )
        self._ear = Ear(self.line, self.line.dialect.key_of(pair_of(card.symbol)), self._digits)
        self._teller = BookTeller(card, self._digits)
        self._trouble: asyncio.Future[Trouble] | None = None
        now_ns = service.clock.now_ns()
        self._heard_ns = self._began_ns = self._known_ns = now_ns
        self._keeper = Keeper.starting(v1.symbol_hash(self.symbol), self.line, now_ns)

    @property
    def is_known(self) -> bool:
        """Whether there is a book that is believed."""
        return self._keeper.book is not None

    def greeting(self) -> Sequence[v1.Message]:
        """Give what a reader has to know first: the symbol, and the book if it is known."""
        mapping = v1.SymbolMapping(self._keeper.symbol_hash, self.symbol)
        if not self.is_known:
            return [mapping]
        return [mapping, snapshot_message(self._keeper, self._service.clock.now_ns())]

    def stating(self) -> v2.OrderBookState:
        """Give the whole book as v2 readers know it, or say that it is not known."""
        return self._teller.whole(self._keeper)

    async def keep_connected(self) -> None:
        """Connect again and again until the process stops."""
        backoff = Backoff(first_s=_FIRST_S, ceiling_s=_CEILING_S)
        while not self._service.stopping.is_set():
            lasted_ns = await self.attempt()
            if lasted_ns > SOUND_NS:
                backoff.reset()
            await pause(self._service.stopping, backoff.next_s())

    async def attempt(self) -> int:
        """Connect, subscribe and listen until something is wrong with the venue or we stop.

        Returns:
            For how long the book was known at its end.
        """
        await asyncio.to_thread(load_ccxt)
        client = listening_client(self._card, self)
        self._keeper = self._keeper.connected()
        self._heard_ns = self._began_ns = self._known_ns = self._service.clock.now_ns()
        self._trouble = asyncio.get_running_loop().create_future()
        watching = [asyncio.ensure_future(_kept_up(w)) for w in subscriptions(client, self._card)]
        asking = asyncio.ensure_future(self._ask(client))
        stop = asyncio.ensure_future(self._service.stopping.wait())
        try:
            await asyncio.wait(
                {self._trouble, stop, asking, *watching}, return_when=asyncio.FIRST_COMPLETED
            )
            lasted_ns = self._service.clock.now_ns() - self._known_ns if self.is_known else 0
            self._note(self._trouble.result() if self._trouble.done() else _cut(self._keeper))
        finally:
            await _closed(client, [stop, asking, *watching])
        self._explain([asking, *watching])
        return lasted_ns

    def hear_sign(self) -> None:
        """Hear that the connection lives."""
        self._heard_ns = self._service.clock.now_ns()

    def hear_text(self, text: str) -> bool:
        """Take in one raw message; says whether it was about books or trades."""
        HEARD.labels(self._card.venue).inc()
        if self.line.has_trades and is_about_trades(text):
            self._hear_trades(text)
            return True
        words = self._ear.frame(text)
        self._hear_words(words)
        return bool(words)

    def hear_answer(self, url: str, body: str) -> None:
        """Take in the answer to a request."""
        self._hear_words(self._ear.answer(url, body))

    def look(self) -> None:
        """Give up a silent connection, and one that gives no book."""
        if not self._is_attempting():
            return
        now_ns = self._service.clock.now_ns()
        if now_ns - self._heard_ns > self.line.silence_ns:
            self._apply(lost(self._keeper, Trouble(Reason.SILENCE, self._heard_ns, now_ns)))
        elif not self.is_known and now_ns - self._began_ns > PATIENCE_NS:
            self._apply(lost(self._keeper, Trouble(Reason.NO_SNAPSHOT, self._began_ns, now_ns)))

    async def _ask(self, client: Any) -> None:  # noqa: ANN401 (ccxt is untyped)
        """Ask again for a snapshot while there is none; ccxt itself asks once a subscription."""
        while not await pause(self._service.stopping, _ASK_S):
            if self.line.dialect.is_snapshot_asked and not self.is_known:
                await ask_snapshot(client, self._card)

    def _hear_words(self, words: Sequence[Word]) -> None:
        for word in words:
            if not self._ear.is_ours(word):
                OTHERS.labels(self._card.venue).inc()
            elif self._is_attempting():
                self._apply(hear_word(self._keeper, word, self._service.clock.now_ns()))

    def _hear_trades(self, text: str) -> None:
        try:
            trades = trades_of(text, self._digits)
        except SchemaDrift as error:
            self._service.log.warning(str(error))
            self._hear_words([Unread(None, Reason.UNREADABLE)])
            return
        for trade in trades:
            if trade.symbol == self._ear.key.symbol:
                self._apply(hear_trade(self._keeper, trade, self._service.clock.now_ns()))

    def _is_attempting(self) -> bool:
        return self._trouble is not None and not self._trouble.done()

    def _apply(self, kept: Kept) -> None:
        if changed := self._teller.change(self._keeper, kept.keeper):
            self._outlet().state(changed)
        was_known, self._keeper = self.is_known, kept.keeper
        if kept.messages:
            self._outlet().tell(*kept.messages)
        if kept.ignored:
            IGNORED.labels(self._card.venue, kept.ignored).inc()
        if kept.trouble and self._trouble and not self._trouble.done():
            self._trouble.set_result(kept.trouble)
        elif self.is_known:
            self._say_known(was_known=was_known)

    def _say_known(self, *, was_known: bool) -> None:
        book, venue = self._keeper.book, self._card.venue
        if not was_known:
            self._known_ns = self._service.clock.now_ns()
            KNOWN.labels(venue).set(1)
            self._stood("")
        if book and (fault := book.fault()):
            FAULTS.labels(venue, fault).inc()
        SEQUENCE.labels(venue).set(self._keeper.sequence)

    def _note(self, trouble: Trouble) -> None:
        """Say what went wrong, once: to the journal, to readers, to whoever looks at health."""
        self._apply(lost(self._keeper, trouble))
        venue = self._card.venue
        KNOWN.labels(venue).set(0)
        if self._service.stopping.is_set():
            return
        TROUBLES.labels(venue, trouble.reason).inc()
        self._notices.gap(f"exchange:{venue}", trouble.noticed, trouble.expected, trouble.got)
        self._stood(trouble.reason.sentence)

    def _explain(self, watching: Sequence[asyncio.Future[None]]) -> None:
        """Log what ccxt failed with; anything that is not the venue's doing is a bug and goes up.

        Raises:
            BaseException: A task failed with something that is not a ccxt error.
        """
        for task in watching:
            error = None if task.cancelled() else task.exception()
            if error is None:
                continue
            if not type(error).__module__.startswith("ccxt"):
                raise error
            self._service.log.warning(
                "the exchange connection ended", venue=self._card.venue, error=repr(error)[:200]
            )


def symbol_of(card: ExchangeCard) -> str:
    """Name an exchange's pair as v1 does."""
    base, quote = card.symbol.split("/")
    return v1.pair_symbol(card.venue, base, quote)


async def _kept_up(subscribe: Subscription) -> None:
    """Keep a subscription going; what it says is heard before it returns, if it ever does."""
    while True:
        await subscribe()


async def _closed(client: Any, tasks: Sequence[asyncio.Future[Any]]) -> None:  # noqa: ANN401
    """Close to the end, even when we are cancelled meanwhile: a session left open is a leak."""
    closing = asyncio.ensure_future(_close(client, tasks))
    try:
        await asyncio.shield(closing)
    except asyncio.CancelledError:
        await closing
        raise


async def _close(client: Any, tasks: Sequence[asyncio.Future[Any]]) -> None:  # noqa: ANN401
    for task in tasks:
        task.cancel()
    await client.close()
    await asyncio.gather(*tasks, return_exceptions=True)


def _cut(keeper: Keeper) -> Trouble:
    return Trouble(Reason.SILENCE, keeper.sequence + 1, keeper.sequence)
