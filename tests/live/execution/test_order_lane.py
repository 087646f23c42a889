"""What is sent to the exchange, and when its absence there is a refusal."""

from __future__ import annotations

import asyncio

from domain.clock import DAY_NS, SECOND_NS, Ns
from journal.records import OrderIntended
from live.execution.answers import OrderAnswer
from live.execution.order_lane import OrderLane
from live.execution.tuning import Tuning
from tests.kit.clock import NOON_NS, HandClock, noon_clock
from tests.kit.facts import a_card
from tests.kit.trading import a_two_leg


class ScriptedVenue:
    """An exchange that answers from a script and counts what it was sent."""

    def __init__(self, *answers: OrderAnswer) -> None:
        self.answers = list(answers)
        self.sent: list[OrderIntended] = []

    async def submit(self, intent: OrderIntended) -> OrderAnswer:
        self.sent.append(intent)
        return self.answers.pop(0)

    async def find(self, intent: OrderIntended) -> OrderAnswer:
        return self.answers.pop(0)

    async def balances(self) -> dict[str, int]:
        return {}


def a_lane(clock: HandClock, *answers: OrderAnswer) -> tuple[OrderLane, ScriptedVenue]:
    venue = ScriptedVenue(*answers)
    return OrderLane(venue, a_card(), clock, Tuning()), venue


def an_order() -> OrderIntended:
    lane, _ = a_lane(noon_clock())
    intent = lane.first_order("exe", a_two_leg("buy"), 10**18 + 12_345)
    assert intent is not None
    return intent


def test_the_order_is_for_what_moved_on_chain_in_whole_lots_behind_a_collar():
    intent = an_order()
    assert (intent.side, intent.base_units, intent.purpose) == ("sell", 10**10, "leg")
    assert intent.limit_price == "3030.88"
    assert intent.symbol == "ETH/USDC"


def test_the_hedge_asks_for_the_rest_under_an_id_of_its_own_and_further_out():
    lane, _ = a_lane(noon_clock())
    first = an_order()
    answer = OrderAnswer("PARTIAL", filled_base_units=4 * 10**9)
    hedge = lane.second_order(first, answer, a_two_leg("buy"))
    assert hedge is not None
    assert (hedge.base_units, hedge.purpose) == (6 * 10**9, "hedge")
    assert hedge.client_order_id != first.client_order_id
    assert hedge.limit_price == "3009.60"


def test_dust_is_not_ordered():
    lane, _ = a_lane(noon_clock())
    assert lane.first_order("exe", a_two_leg("buy"), 10**10 - 1) is None
    rest = OrderAnswer("PARTIAL", filled_base_units=10**10 - 99)
    assert lane.second_order(an_order(), rest, a_two_leg("buy")) is None


def test_absence_counts_only_after_a_while_and_only_twice():
    async def story() -> list[str]:
        clock = noon_clock()
        lane, venue = a_lane(clock, OrderAnswer("UNKNOWN"), *[OrderAnswer("ABSENT")] * 4)
        intent = an_order()
        heard = [(await lane.send(intent)).status, (await lane.ask(intent)).status]
        clock.wind(2 * SECOND_NS)
        heard += [(await lane.ask(intent)).status, (await lane.ask(intent)).status]
        assert venue.sent == [intent]
        return heard

    assert asyncio.run(story()) == ["UNKNOWN", "UNKNOWN", "UNKNOWN", "REJECTED"]


def test_an_order_that_turns_up_late_is_not_refused():
    async def story() -> str:
        clock = noon_clock()
        answers = [OrderAnswer("ABSENT"), OrderAnswer("ABSENT"), OrderAnswer("FILLED", "O-1")]
        lane, _ = a_lane(clock, *answers)
        intent = an_order()
        await lane.ask(intent)
        clock.wind(2 * SECOND_NS)
        await lane.ask(intent)
        return (await lane.ask(intent)).status

    assert asyncio.run(story()) == "FILLED"


def test_an_order_the_exchange_has_named_is_never_refused_for_being_absent():
    async def story() -> list[str]:
        clock = noon_clock()
        answers = [OrderAnswer("OPEN", "O-1", 5), *[OrderAnswer("ABSENT")] * 3]
        lane, _ = a_lane(clock, *answers, OrderAnswer("PARTIAL", "O-1", 7))
        intent = an_order()
        heard = [(await lane.send(intent)).status]
        for _ in range(4):
            clock.wind(60 * SECOND_NS)
            heard.append((await lane.ask(intent)).status)
        return heard

    assert asyncio.run(story()) == ["OPEN", "UNKNOWN", "UNKNOWN", "UNKNOWN", "PARTIAL"]


class SettableClock:
    """A clock that somebody sets, backwards too."""

    def __init__(self, now_ns: int) -> None:
        self.reading_ns = now_ns

    def now_ns(self) -> Ns:
        return Ns(self.reading_ns)


def test_a_clock_set_back_by_a_day_does_not_keep_an_absent_order_open_for_a_day():
    async def story() -> list[str]:
        clock = SettableClock(NOON_NS)
        venue = ScriptedVenue(*[OrderAnswer("ABSENT")] * 4)
        lane = OrderLane(venue, a_card(), clock, Tuning())
        intent = an_order()
        heard = [(await lane.ask(intent)).status]
        clock.reading_ns -= DAY_NS
        heard.append((await lane.ask(intent)).status)
        clock.reading_ns += 2 * SECOND_NS
        return heard + [(await lane.ask(intent)).status for _ in range(2)]

    assert asyncio.run(story()) == ["UNKNOWN", "UNKNOWN", "UNKNOWN", "REJECTED"]
