"""The unmodified ccxt client against the real paper exchange: every digit, and no double order."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.errors import VenueUnavailable
from journal.records import OrderIntended
from live.execution.exchange import KrakenVenue
from live.execution.legs import client_order_id
from rehearsal.exchange.commands import Quote
from rehearsal.exchange.venue import MAKER
from rehearsal.faults import Fault, FaultKind
from tests.kit.exchange import KEY, SECRET, WHOLE, PaperExchange, paper_exchange
from tests.kit.facts import PAPER_ETH, PAPER_USDC, fact
from tests.kit.trading import at_paper

_COUNT = itertools.count()


def an_order(**changes: Any) -> OrderIntended:
    intent = fact("order.intended", client_order_id=client_order_id(f"e{next(_COUNT)}", "leg"))
    assert isinstance(intent, OrderIntended)
    return msgspec.structs.replace(intent, **changes)


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[tuple[PaperExchange, KrakenVenue]]:
    async with paper_exchange(folder) as paper:
        venue = KrakenVenue(at_paper(paper), KEY, SECRET)
        try:
            await venue.open()
            yield paper, venue
        finally:
            await venue.close()


def against_paper(
    folder: Path, story: Callable[[PaperExchange, KrakenVenue], Awaitable[None]]
) -> None:
    async def run() -> None:
        async with connected(folder) as (paper, venue):
            await story(paper, venue)

    asyncio.run(run())


def test_an_order_that_crosses_is_filled_and_read_to_the_last_digit(tmp_path: Path):
    async def story(paper: PaperExchange, venue: KrakenVenue) -> None:
        paper.quote(300_010, lots=100 * WHOLE)
        intent = an_order(base_units=12_345_678_900, limit_price="2990.00")
        answer = await venue.submit(intent)
        assert answer.status == "FILLED"
        assert answer.filled_base_units == 12_345_678_900
        assert answer.filled_quote_units == 123_456_789 * 3_000
        assert answer.fee_units == answer.filled_quote_units // 1_000
        assert await venue.find(intent) == answer

    against_paper(tmp_path, story)


def test_what_the_book_cannot_fill_is_cancelled_at_once(tmp_path: Path):
    async def story(paper: PaperExchange, venue: KrakenVenue) -> None:
        paper.venue.execute(Quote(MAKER, ((300_000, WHOLE // 2),), ((300_100, WHOLE),)))
        partial = await venue.submit(an_order(limit_price="2999.00"))
        assert (partial.status, partial.filled_base_units) == ("PARTIAL", 10**10 // 2)
        none = await venue.submit(an_order(limit_price="3100.00"))
        assert (none.status, none.filled_base_units) == ("CANCELLED", 0)

    against_paper(tmp_path, story)


def test_a_refusal_is_proved_by_the_exchange(tmp_path: Path):
    async def story(paper: PaperExchange, venue: KrakenVenue) -> None:
        paper.quote(300_010, lots=100 * WHOLE)
        answer = await venue.submit(an_order(base_units=10**13, limit_price="2990.00"))
        assert answer.status == "REJECTED"
        assert "Insufficient funds" in answer.reason

    against_paper(tmp_path, story)


@pytest.mark.parametrize("fault", ["accept_then_drop", "accept_then_500"])
def test_an_order_accepted_without_an_answer_is_unknown_then_found_by_its_client_id(
    tmp_path: Path, fault: str
):
    async def story(paper: PaperExchange, venue: KrakenVenue) -> None:
        paper.quote(300_010, lots=100 * WHOLE)
        await paper.fault(Fault(kind=FaultKind(fault), path="AddOrder"))
        intent = an_order(limit_price="2990.00")
        assert (await venue.submit(intent)).status == "UNKNOWN"
        assert (await venue.find(intent)).status == "FILLED"
        balances = await venue.balances()
        assert balances[PAPER_ETH] == 49 * 10**10

    against_paper(tmp_path, story)


@pytest.mark.parametrize("fault", ["error_500", "garbage"])
def test_an_order_that_never_arrived_is_unknown_then_absent(tmp_path: Path, fault: str):
    async def story(paper: PaperExchange, venue: KrakenVenue) -> None:
        paper.quote(300_010, lots=100 * WHOLE)
        await paper.fault(Fault(kind=FaultKind(fault), path="AddOrder"))
        intent = an_order(limit_price="2990.00")
        assert (await venue.submit(intent)).status == "UNKNOWN"
        assert (await venue.find(intent)).status == "ABSENT"

    against_paper(tmp_path, story)


@pytest.mark.parametrize("fault", ["error_500", "garbage"])
def test_a_question_without_an_answer_is_unknown_not_absent(tmp_path: Path, fault: str):
    async def story(paper: PaperExchange, venue: KrakenVenue) -> None:
        await paper.fault(Fault(kind=FaultKind(fault), path="ClosedOrders"))
        assert (await venue.find(an_order())).status == "UNKNOWN"

    against_paper(tmp_path, story)


def test_balances_are_exact_and_a_failed_reading_is_not_zero(tmp_path: Path):
    async def story(paper: PaperExchange, venue: KrakenVenue) -> None:
        assert await venue.balances() == {PAPER_ETH: 50 * 10**10, PAPER_USDC: 150_000 * 10**8}
        for kind in (FaultKind.ERROR_500, FaultKind.GARBAGE):
            await paper.fault(Fault(kind=kind))
            with pytest.raises(VenueUnavailable):
                await venue.balances()

    against_paper(tmp_path, story)
