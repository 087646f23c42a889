"""The exchange's statements captured for real, through the unmodified client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ccxt
import msgspec
import pytest

from domain.clock import SECOND_NS, utc_day
from domain.errors import ConfigRefused, VenueUnavailable
from domain.home import DeskHome
from live.aio.clock import WallClock
from orchestration.captures import exchange
from orchestration.resources.lake import Cursor, Lake
from rehearsal.exchange.commands import Place
from rehearsal.exchange.venue import SPOT
from rehearsal.faults import Fault, FaultKind
from tests.kit.exchange import KEY, SECRET, WHOLE, PaperExchange, paper_exchange
from tests.kit.facts import a_card
from tests.kit.homes import a_home

ORDERS = 60
"""More than one page of fifty."""


def a_desk(tmp_path: Path, rest_url: str, *, seconds_ahead: int = 60) -> tuple[DeskHome, str]:
    """Open a desk at an exchange, its day anchored a little after now."""
    now_ns = WallClock().now_ns()
    home = a_home(tmp_path, opened_ns=now_ns - 3600 * SECOND_NS)
    card = msgspec.json.decode(home.card.read_bytes())
    card["exchange"]["rest_url"] = rest_url
    home.card.write_bytes(msgspec.json.encode(card))
    day = utc_day(now_ns)
    anchor(home, day, now_ns + seconds_ahead * SECOND_NS)
    return home, day


def anchor(home: DeskHome, day: str, cutoff_ns: int) -> None:
    row = {
        "chain_id": 31337, "block_number": cutoff_ns, "block_hash": f"0x{cutoff_ns:064x}",
        "timestamp_s": cutoff_ns // SECOND_NS, "cutoff_ns": cutoff_ns, "head_block": 1,
        "safe_block": 1, "final_block": 1, "reason": "latest final block",
    }  # fmt: skip
    Lake(home).replace("raw_chain__anchors", day, [row])


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_KEY", KEY)
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_SECRET", SECRET)


def rehearse(tmp_path: Path, script: Callable[[PaperExchange, Any], Any]) -> None:
    async def run() -> None:
        async with paper_exchange(tmp_path) as paper:
            paper.quote(lots=100 * WHOLE)
            await script(paper, paper.client())

    asyncio.run(run())


async def buy(client: Any, number: int) -> None:
    order = {"clientOrderId": f"order-{number}", "timeInForce": "IOC"}
    await client.create_order("ETH/USDC", "limit", "buy", 0.01, 3100, order)


async def captured(home: DeskHome, day: str) -> tuple[int, int, int]:
    def capture() -> tuple[int, int, int]:
        counts = (
            exchange.capture_fills(home, day),
            exchange.capture_ledger_lines(home, day),
            exchange.capture_public_trades(home, day),
        )
        exchange.capture_exchange_balances(home, day)
        return counts

    return await asyncio.to_thread(capture)


def test_every_page_of_the_statements_is_captured_with_our_order_ids(tmp_path: Path):
    async def script(paper: PaperExchange, client: Any) -> None:
        home, day = a_desk(tmp_path, paper.rest_url)
        for number in range(ORDERS):
            await buy(client, number)
        fills, lines, trades = await captured(home, day)
        assert fills == trades == ORDERS
        assert lines == 2 * ORDERS + 2
        ids = {row["client_order_id"] for row in Lake(home).read("raw_exchange__fills", day)}
        assert ids == {f"order-{number}" for number in range(ORDERS)}

    rehearse(tmp_path, script)


def held(home: DeskHome, day: str, table: str = "raw_exchange__balances") -> dict[str, int]:
    return {row["asset"]: int(row["units"]) for row in Lake(home).read(table, day)}


def test_what_is_held_is_what_the_exchange_answers_when_asked(tmp_path: Path):
    async def script(paper: PaperExchange, client: Any) -> None:
        home, day = a_desk(tmp_path, paper.rest_url)
        await buy(client, 1)
        await captured(home, day)
        balances = await client.fetch_balance()
        assert held(home, day)["paper:ETH"] == round(balances["ETH"]["total"] * 10**10)
        assert held(home, day)["paper:USDC"] == round(balances["USDC"]["total"] * 10**8)

    rehearse(tmp_path, script)


def test_what_was_traded_after_the_cut_off_is_taken_back(tmp_path: Path):
    async def script(paper: PaperExchange, client: Any) -> None:
        home, day = a_desk(tmp_path, paper.rest_url)
        await buy(client, 1)
        anchor(home, day, WallClock().now_ns())
        await captured(home, day)
        before = held(home, day)
        for number in range(2, 5):
            await buy(client, number)
        Lake(home).remember("raw_exchange__balances", day, Cursor())
        await captured(home, day)
        assert held(home, day) == before
        [asked] = {row["asked_units"] for row in asked_rows(home, day)}
        assert int(asked) == before["paper:ETH"] + 3 * 10**8

    rehearse(tmp_path, script)


def asked_rows(home: DeskHome, day: str) -> list[dict[str, Any]]:
    rows = Lake(home).read("raw_exchange__balances", day)
    return [row for row in rows if row["asset"] == "paper:ETH"]


def test_openings_are_what_the_statement_ran_up_to_when_the_desk_opened(tmp_path: Path):
    async def script(paper: PaperExchange, client: Any) -> None:
        home, day = a_desk(tmp_path, paper.rest_url)
        await buy(client, 1)
        await captured(home, day)
        exchange.capture_exchange_openings(home, day)
        assert set(held(home, day, "raw_exchange__openings")) == {"paper:ETH", "paper:USDC"}
        later = utc_day(WallClock().now_ns() + 86_400 * SECOND_NS)
        assert exchange.capture_exchange_openings(home, later) == 0

    rehearse(tmp_path, script)


def test_a_balance_the_statement_does_not_run_through_is_asked_for_again():
    card = a_card()
    line = {"currency": "ETH", "amount": "1", "fee": "0", "balance": "5", "booked_ns": 9}
    for now in ("4", "5"):
        [eth, _] = exchange.balances_before(card, {"ETH": now}, [line], 8)
        assert eth["units"] == str(4 * 10**10)
    with pytest.raises(VenueUnavailable, match="ask again"):
        exchange.balances_before(card, {"ETH": "6"}, [line], 8)


def test_the_next_tick_adds_only_what_is_new(tmp_path: Path):
    async def script(paper: PaperExchange, client: Any) -> None:
        home, day = a_desk(tmp_path, paper.rest_url, seconds_ahead=60)
        await buy(client, 1)
        await captured(home, day)
        assert await captured(home, day) == (0, 0, 0)
        await buy(client, 2)
        anchor(home, day, WallClock().now_ns() + 120 * SECOND_NS)
        rewind(home, day)
        assert await captured(home, day) == (1, 2, 1)

    rehearse(tmp_path, script)


def rewind(home: DeskHome, day: str) -> None:
    """Put cursors back before the second order, as if the first tick had an earlier anchor."""
    for table in ("raw_exchange__fills", "raw_exchange__ledger_lines", "raw_exchange__trades"):
        path = Lake(home).folder(table, day) / "cursor.json"
        cursor = msgspec.json.decode(path.read_bytes())
        cursor["position"] -= 90 * SECOND_NS
        path.write_bytes(msgspec.json.encode(cursor))


def test_a_dead_exchange_is_one_sentence_and_nothing_is_captured(tmp_path: Path):
    home, day = a_desk(tmp_path, "http://127.0.0.1:1")
    with pytest.raises(VenueUnavailable, match="the exchange does not answer"):
        exchange.capture_fills(home, day)
    assert not Lake(home).parts("raw_exchange__fills", day)


@pytest.mark.parametrize(
    ("path", "table", "capture"),
    [
        ("TradesHistory", "raw_exchange__fills", exchange.capture_fills),
        ("QueryOrders", "raw_exchange__fills", exchange.capture_fills),
        ("Ledgers", "raw_exchange__ledger_lines", exchange.capture_ledger_lines),
        ("Trades", "raw_exchange__trades", exchange.capture_public_trades),
        ("BalanceEx", "raw_exchange__balances", exchange.capture_exchange_balances),
    ],
)
def test_garbage_is_not_an_empty_page(tmp_path: Path, path: str, table: str, capture: Any):
    async def script(paper: PaperExchange, client: Any) -> None:
        home, day = a_desk(tmp_path, paper.rest_url)
        await buy(client, 1)
        await paper.fault(Fault(kind=FaultKind.GARBAGE, path=path))
        with pytest.raises(VenueUnavailable, match="no known shape"):
            await asyncio.to_thread(capture, home, day)
        assert not Lake(home).parts(table, day)
        assert await asyncio.to_thread(capture, home, day) > 0

    rehearse(tmp_path, script)


def test_an_answer_that_leaves_an_order_out_does_not_make_its_trades_a_strangers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    whole = ccxt.kraken.fetch_orders_by_ids

    async def script(paper: PaperExchange, client: Any) -> None:
        home, day = a_desk(tmp_path, paper.rest_url)
        for number in range(2):
            await buy(client, number)
        with monkeypatch.context() as patched:
            patched.setattr(ccxt.kraken, "fetch_orders_by_ids", lambda *ask: whole(*ask)[1:])
            with pytest.raises(VenueUnavailable, match="left out orders of its own trades"):
                await asyncio.to_thread(exchange.capture_fills, home, day)
        assert not Lake(home).parts("raw_exchange__fills", day)
        await asyncio.to_thread(exchange.capture_fills, home, day)
        names = {row["client_order_id"] for row in Lake(home).read("raw_exchange__fills", day)}
        assert names == {"order-0", "order-1"}

    rehearse(tmp_path, script)


PAGED = {
    "TradesHistory": ("raw_exchange__fills", exchange.capture_fills),
    "Ledgers": ("raw_exchange__ledger_lines", exchange.capture_ledger_lines),
    "Trades": ("raw_exchange__trades", exchange.capture_public_trades),
}
"""Statements and the tape, each read until a page says that it is the last."""


@pytest.mark.parametrize("kind", [FaultKind.ERROR_500, FaultKind.GARBAGE])
def test_a_statement_whose_second_page_fails_leaves_the_day_as_it_was(
    tmp_path: Path, kind: FaultKind
):
    """What was captured, settled and booked stays; the whole statement is read the next time."""

    async def script(paper: PaperExchange, client: Any) -> None:
        home, day = a_desk(tmp_path, paper.rest_url)
        del client
        trade_at(paper, 1)
        await captured(home, day)
        trade_at(paper, ORDERS)
        anchor(home, day, WallClock().now_ns() + 120 * SECOND_NS)
        rewind(home, day)
        for path, (table, capture) in PAGED.items():
            before = on_disk(home, day, table)
            await paper.fault(Fault(kind=kind, path=path, passing=1))
            with pytest.raises(VenueUnavailable):
                await asyncio.to_thread(capture, home, day)
            assert on_disk(home, day, table) == before
            await asyncio.to_thread(capture, home, day)
        whole = {table: Lake(home).read(table, day) for table, _ in PAGED.values()}
        assert [len(rows) for rows in whole.values()] == [ORDERS + 1, 2 * ORDERS + 4, ORDERS + 1]
        assert whole == await as_if_nothing_failed(tmp_path, paper, whole)

    rehearse(tmp_path, script)


def trade_at(paper: PaperExchange, orders: int) -> None:
    """Let our account trade at the exchange itself, which takes no time."""
    for _ in range(orders):
        paper.venue.execute(Place(SPOT, "buy", "limit", WHOLE // 100, 310_000, "IOC"))


def on_disk(home: DeskHome, day: str, table: str) -> dict[str, bytes]:
    folder = Lake(home).folder(table, day)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def as_if_nothing_failed(
    tmp_path: Path, paper: PaperExchange, whole: dict[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """Capture the same day at a desk that looks once; its rows in the order of the other's."""
    home, day = a_desk(tmp_path / "once", paper.rest_url, seconds_ahead=120)
    await captured(home, day)
    return {
        table: sorted(Lake(home).read(table, day), key=rows.index) for table, rows in whole.items()
    }


def test_a_captured_day_needs_no_exchange(tmp_path: Path):
    async def script(paper: PaperExchange, client: Any) -> None:
        home, day = a_desk(tmp_path, paper.rest_url)
        await buy(client, 1)
        await captured(home, day)
        card = msgspec.json.decode(home.card.read_bytes())
        card["exchange"]["rest_url"] = "http://127.0.0.1:1"
        home.card.write_bytes(msgspec.json.encode(card))
        assert await captured(home, day) == (0, 0, 0)

    rehearse(tmp_path, script)


def test_statements_need_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ALPHAPULSE_EXCHANGE_KEY")
    home, day = a_desk(tmp_path, "http://127.0.0.1:1")
    with pytest.raises(ConfigRefused, match="ALPHAPULSE_EXCHANGE_KEY"):
        exchange.capture_fills(home, day)
