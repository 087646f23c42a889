"""Rounds of the desk's venues: between two books, through three assets, up to twelve hops.

The engine (:mod:`domain.cycles`) keeps the market as arrays and is told only what is new, so what
it holds follows from the market last looked at. A venue that is stale, stopped or makes no sense is
silent there. Rounds between pools of the desk's pair, and between one and the exchange, belong to
:mod:`live.detection.strategies`, because our executor takes them leg by leg.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.amm.pool import Pool
from domain.arbitrage.edge import Expectation, NoOpportunity
from domain.cycles.graph import Graph
from domain.cycles.kinds import CEX_CEX, COMPOUND, TRIANGULAR
from domain.cycles.ladder import Ladder
from domain.cycles.paths import Budget
from domain.cycles.reason import Bad, No
from domain.cycles.roster import Roster
from domain.cycles.search import Declined, Found, Search
from domain.cycles.terms import Mark, Terms
from domain.desk import DeskCard
from domain.market.book import Book
from domain.money import BOOK_MARK_E6
from live.detection.market import Market
from live.detection.round import Round
from live.detection.round_legs import leg_of
from live.detection.rules import Rules
from live.detection.strategies import NO_MARK, Look
from live.detection.venues import Venue, pool_of, venues_of

_KINDS = (CEX_CEX, TRIANGULAR, COMPOUND)
_CYCLES, _STEPS = 20_000, 1_000_000
"""Kept and tried at most, when the desk opens: about two seconds."""


class Rounds:
    """Every cycle of the desk's venues but those of its own pair.

    Args:
        card: Says which venues there are.
    """

    name = "rounds"

    def __init__(self, card: DeskCard) -> None:
        self._card = card
        venues, self._refused = venues_of(card)
        self._venues = {venue.name: venue for venue in venues}
        self._graph, self._words = Graph(), 0
        self._told: dict[str, object] = {}
        for venue in venues:
            self._graph.add(venue.name, venue.coins, is_on_chain=venue.shape is None)
        anchors = (card.chain.quote_token, card.chain.base_token)
        self._roster = Roster(self._graph, anchors, Budget(_CYCLES, _STEPS), _KINDS)
        self._roster.take_in(range(len(venues)))

    def look(
        self, market: Market, changed: frozenset[str], rules: Rules, now_ns: int
    ) -> Iterator[Look]:
        """Answer for the best round of each kind, and count the others; see `Strategy`.

        Venues of the desk that nothing may go through are counted here for all strategies.
        """
        for reason, count in self._refused.items():
            yield _declined(self.name, reason.value, count)
        if not self._roster.table.count:
            return
        yield from self._tell(market, rules, now_ns)
        terms = self._terms(market, rules, now_ns)
        if terms is None:
            yield _declined(self.name, NO_MARK.reason, 1)
            return
        search, declined = Search(self._graph, self._roster.table, terms), Declined()
        some = list[Found]()
        for venue in sorted(changed & self._venues.keys()):
            number = self._graph.venue(venue)
            some += search.deciding(number, declined) if number is not None else ()
        for found in apart(some, declined):
            yield self._seen(market, found)
        for (kind, reason), count in declined.items():
            if count:
                yield _declined(kind, reason, count)

    def _tell(self, market: Market, rules: Rules, now_ns: int) -> Iterator[Look]:
        """Tell the engine what changed, silence what is not known, and say what makes no sense."""
        for venue in self._venues.values():
            state = self._state(market, venue, rules, now_ns)
            if state is not None and self._told.get(venue.name) == state:
                continue
            self._told[venue.name] = state
            if state is None:
                self._graph.stop(venue.name)
                continue
            self._words += 1
            answer = self._graph.hear(venue.name, state, self._words)
            if isinstance(answer, Bad):
                yield _declined(self.name, answer.value, 1)

    def _state(self, market: Market, venue: Venue, rules: Rules, now_ns: int) -> Pool | None:
        if venue.shape is None:
            heard = market.current_pool(venue.name, now_ns, rules)
            return pool_of(heard.pool.curve) if heard else None
        is_ours = venue.name == self._card.exchange.venue
        book = market.book if is_ours else market.watched_book(venue.name, now_ns, rules)
        if is_ours and now_ns - market.book_heard_ns > rules.max_book_age_ns:
            return None
        return Ladder.of(book, venue.shape) if book else None

    def _terms(self, market: Market, rules: Rules, now_ns: int) -> Terms | None:
        mark_e6, head = market.mark_e6(now_ns, rules), market.head
        if mark_e6 is None or head is None:
            return None
        chain, marks, own = self._card.chain, dict[int, Mark](), dict[int, int]()
        for token, worth_e6 in ((chain.quote_token, BOOK_MARK_E6), (chain.base_token, mark_e6)):
            number = self._graph.asset(token)
            marks[number] = Mark(self._card.asset(token).decimals, worth_e6)
            own[number] = rules.max_notional_usd_e24 // marks[number].value_usd_e24(1)
        return Terms(
            marks=marks,
            native=Mark(18, mark_e6),
            gas_price_wei=head.base_fee_wei * rules.base_fee_multiple,
            least_usd_e24=rules.min_net_usd_e24,
            own_units=own,
        )

    def _seen(self, market: Market, found: Found) -> Look:
        evidence = tuple(self._evidence(market, venue) for venue in found.venues)
        states = tuple(hop.pool for hop in found.hops)
        pools = tuple(state for state in states if not isinstance(state, Ladder))
        answer = Round(
            strategy=found.key.kind,
            legs=tuple(
                leg_of(market, self._venues[venue], found, at, evidence[at])
                for at, venue in enumerate(found.venues)
            ),
            gas_wei=found.gas_wei,
            expectation=Expectation(
                found.gross_usd_e24, 0, found.gross_usd_e24 - found.net_usd_e24
            ),
        )
        return Look(found.key.kind, found.venues, evidence, pools, states, answer)

    def _evidence(self, market: Market, venue: str) -> str:
        if self._venues[venue].shape is None:
            return f"block:{market.pools[venue].block_hash}"
        book = self._book(market, venue)
        return f"book:{book.sequence}" if book else ""

    def _book(self, market: Market, venue: str) -> Book | None:
        if venue == self._card.exchange.venue:
            return market.book
        return market.books[venue].book if venue in market.books else None


def apart(some: Sequence[Found], declined: Declined) -> Iterator[Found]:
    """Give the best of each kind and those that share no venue with a better one of it.

    Those that share one cannot be taken together: they are one opportunity, seen many times.
    """
    used = dict[str, set[str]]()
    seen = set[tuple[str, ...]]()
    for found in sorted(some, key=lambda one: -one.net_usd_e24):
        kind = found.key.kind
        if (kind, *found.venues) in seen:
            continue
        seen.add((kind, *found.venues))
        if used.setdefault(kind, set()) & set(found.venues):
            declined[kind, No.OUTRANKED.value] += 1
            continue
        used[kind] |= set(found.venues)
        yield found


def _declined(kind: str, reason: str, count: int) -> Look:
    return Look(kind, (), (), None, None, NoOpportunity(reason), count)
