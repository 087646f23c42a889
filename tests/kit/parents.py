"""Large orders on a market in memory, with a worker that can be killed and born again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from domain.algorithms.parent import Algorithm, ParentOrder, checked
from domain.clock import SECOND_NS, HandClock
from domain.desk import DeskCard
from domain.identity import venue_asset
from live.execution.order_lane import OrderLane
from live.execution.parent_facts import past_parent
from live.execution.parent_risk import ParentRisk, Unread, nothing_new
from live.execution.parents import Worker
from live.execution.place import Place
from live.execution.scribe import Scribe
from live.risk.limits import Rulebook
from live.risk.session import Session
from rehearsal.exchange import terms
from rehearsal.exchange.simulated import Scene, SimulatedMarket, Stage
from rehearsal.tapes import generated
from tests.kit.clock import NOON_NS
from tests.kit.facts import a_card
from tests.kit.scripted import WatchedRecorder
from tests.kit.theatre import HASTY, Happenings

WHOLE = 10**8


def an_order(**changes: Any) -> ParentOrder:
    """Build an order: buy 3 whole base in three parts within a minute, at noon."""
    order = ParentOrder(
        parent_id="parent-1",
        algorithm=Algorithm.TWAP,
        side="buy",
        size_e8=3 * WHOLE,
        start_ns=NOON_NS,
        end_ns=NOON_NS + 60 * SECOND_NS,
        slices=3,
        lot_e8=1,
        least_e8=terms.MIN_ORDER_LOTS,
    )
    return checked(msgspec.structs.replace(order, **changes))


class WatchedMarket(SimulatedMarket):
    """A market that tells the shared list what was sent to it; `mute` answers are lost."""

    happenings: Happenings
    sent: list[str]
    mute = 0

    async def submit(self, intent: Any) -> Any:
        """Trade, tell, and perhaps lose the answer."""
        return self._told(intent, await super().submit(intent))

    async def rest(self, intent: Any) -> Any:
        """Likewise for an order that rests."""
        return self._told(intent, await super().rest(intent))

    def _told(self, intent: Any, answer: Any) -> Any:
        assert intent.client_order_id not in self.sent, "a second order of one client id"
        self.sent.append(intent.client_order_id)
        self.happenings.append(f"order {answer.status}")
        if self.mute:
            self.mute -= 1
            return msgspec.structs.replace(answer, status="UNKNOWN")
        return answer


class ParentStage:
    """Venues, journal and clock of one order; workers come and go.

    Args:
        venues: Their names, the preferred first.
        scenes: By venue; the rehearsal's walk where there are none.
    """

    def __init__(
        self, venues: Sequence[str] = ("paper",), scenes: dict[str, list[Scene]] | None = None
    ) -> None:
        self.clock = HandClock(NOON_NS)
        self.happenings = Happenings()
        self.recorder = WatchedRecorder(self.happenings)
        self.markets = {venue: self._market(venue) for venue in venues}
        tapes = [
            (market, iter(scenes[venue]) if scenes else generated(3, NOON_NS, number))
            for number, (venue, market) in enumerate(self.markets.items())
        ]
        self.stage = Stage(self.clock, tapes)
        self.cards = {venue: a_card_at(venue, venues) for venue in venues}
        self.rulebook = Rulebook()
        self.session = Session()
        self.unread: Unread = nothing_new

    def _market(self, venue: str) -> WatchedMarket:
        base, quote = venue_asset(venue, "ETH"), venue_asset(venue, "USDC")
        market = WatchedMarket(self.clock, base, quote, (1_000 * 10**10, 10**7 * 10**8))
        market.happenings, market.sent = self.happenings, []
        return market

    @property
    def sent(self) -> list[str]:
        """Every order that ever reached a venue, by client id."""
        return [name for market in self.markets.values() for name in market.sent]

    def worker(self, order: ParentOrder) -> Worker:
        """Give a worker that knows what the journal knows."""
        places = {
            venue: Place(
                self.cards[venue],
                market,
                OrderLane(market, self.cards[venue], self.clock, HASTY),
                terms.MIN_ORDER_LOTS,
            )
            for venue, market in self.markets.items()
        }
        facts = [entry.fact for entry in self.recorder.entries]
        past = past_parent(order.parent_id, facts)
        first = next(iter(self.cards.values()))
        risk = ParentRisk(first, self.clock, self.session, self.rulebook, self.unread)
        scribe = Scribe(self.recorder, self.clock)
        return Worker(order, places, risk, scribe, self.clock, self.stage, past.children)

    async def play(self, order: ParentOrder) -> Worker:
        """Take an order on if nobody has yet, and work it to its end."""
        await self.stage.until(self.clock.now_ns())
        worker, ended = self.worker(order), self._ended()
        if ended:
            worker.outcome = ended
            return worker
        ordered, free = self.recorder.of("parent.ordered"), await self.free(worker)
        if ordered:
            worker.resume(free, ordered[0].mark_e6)
        else:
            verdict = await worker.accept(free)
            if not verdict.is_approved:
                worker.reason = verdict.reason
                return worker
        await worker.plan()
        await worker.work()
        return worker

    def _ended(self) -> str:
        outcomes = [fact.outcome for fact in self.recorder.of("execution.finalised")]
        return outcomes[0] if outcomes else ""

    async def free(self, worker: Worker) -> dict[str, int]:
        """Give what the desk can spend: plenty of everything, and the venues' own word."""
        card = next(iter(self.cards.values()))
        plenty = {asset.asset: 10**20 for asset in card.assets}
        return plenty | await worker.outlook.free()

    def filled_e8(self) -> int:
        """Say what the account really bought, or sold, at all venues."""
        moved = 0
        for venue, market in self.markets.items():
            base = market._engine.accounts.balance_units("spot", terms.BASE)
            assert venue in self.cards
            moved += base - 1_000 * 10**10
        return abs(moved) // 100


def a_card_at(venue: str, venues: Sequence[str]) -> DeskCard:
    """Give the sample desk with one of several exchanges, and the assets of all."""
    card = a_card()
    like = card.exchange
    assets = [asset for asset in card.assets if not asset.asset.startswith(f"{like.venue}:")]
    for name in venues:
        for code, was in (("ETH", like.base_asset), ("USDC", like.quote_asset)):
            known = card.asset(was)
            assets.append(msgspec.structs.replace(known, asset=venue_asset(name, code)))
    exchange = msgspec.structs.replace(
        like,
        venue=venue,
        base_asset=venue_asset(venue, "ETH"),
        quote_asset=venue_asset(venue, "USDC"),
    )
    return msgspec.structs.replace(card, assets=tuple(assets), exchange=exchange)
