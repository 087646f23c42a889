"""Statements are bounded, paged and filtered as Kraken documents it."""

import pytest

from domain.clock import HandClock
from rehearsal.exchange import terms
from rehearsal.exchange.commands import Place, Quote, Refusal, Withdraw
from rehearsal.exchange.kraken_ask import EapiRefused
from rehearsal.exchange.kraken_caller import PAGE, Caller
from rehearsal.exchange.kraken_private import PRIVATE
from rehearsal.exchange.venue import MAKER, SPOT, Venue

START_S = 1_700_000_000
CALLER = Caller("key", 1)
LOTS = 10_000


@pytest.fixture
def venue(tmp_path):
    """An exchange on which the desk bought 60 times, once a second from START_S + 1."""
    clock = HandClock(START_S * 10**9)
    venue = Venue(tmp_path / "e.sqlite", clock)
    venue.execute(Quote(MAKER, (), ((300_000, 100 * LOTS),)))
    for _ in range(60):
        clock.wind(10**9)
        venue.execute(Place(SPOT, "buy", "limit", LOTS, 300_000, "IOC"))
    yield venue
    venue.close()


def ask(venue, method, **form):
    return PRIVATE[method](venue, {key: str(value) for key, value in form.items()}, CALLER)


@pytest.mark.parametrize(
    ("method", "rows", "count"),
    [("TradesHistory", "trades", 60), ("ClosedOrders", "closed", 60), ("Ledgers", "ledger", 122)],
)
def test_pages_together_hold_everything_once(venue, method, rows, count):
    found, pages = {}, 0
    while page := ask(venue, method, ofs=len(found))[rows]:
        assert not page.keys() & found.keys()
        assert len(page) <= PAGE
        found |= page
        pages += 1
    assert (len(found), pages) == (count, -(-count // PAGE))
    assert ask(venue, method)["count"] == count


@pytest.mark.parametrize(
    ("method", "rows"), [("TradesHistory", "trades"), ("ClosedOrders", "closed")]
)
def test_start_is_exclusive_and_end_inclusive(venue, method, rows):
    bounded = ask(venue, method, start=START_S + 10, end=START_S + 20)
    assert (len(bounded[rows]), bounded["count"]) == (10, 10)


def test_a_ledger_is_filtered_by_asset_and_type(venue):
    assert ask(venue, "Ledgers", asset="XETH")["count"] == 61
    assert ask(venue, "Ledgers", asset="ETH,USDC")["count"] == 122
    assert ask(venue, "Ledgers", type="deposit")["count"] == 2
    with pytest.raises(EapiRefused, match="Unknown asset"):
        ask(venue, "Ledgers", asset="XXBT")


def test_the_last_line_of_an_asset_is_its_balance(venue):
    newest = next(iter(ask(venue, "Ledgers", asset="USDC")["ledger"].values()))
    assert newest["balance"] == ask(venue, "Balance")["USDC"]


def test_lines_and_trades_are_found_by_id(venue):
    line_id, line = next(iter(ask(venue, "Ledgers")["ledger"].items()))
    assert ask(venue, "QueryLedgers", id=line_id) == {line_id: line}
    trade = ask(venue, "QueryTrades", txid=line["refid"])[line["refid"]]
    orders = ask(venue, "QueryOrders", txid=trade["ordertxid"], trades="true")
    assert orders[trade["ordertxid"]]["trades"] == [line["refid"]]
    assert ask(venue, "QueryOrders", txid="OQCLML-BW3P3-BUCMWZ") == {}


def test_a_withdrawal_is_told_with_where_it_went_and_by_what(venue):
    venue.execute(Withdraw(SPOT, terms.BASE, 10**10, 5 * 10**7, "0x11", "0xaa"))
    (told,) = ask(venue, "WithdrawStatus")
    assert (told["amount"], told["fee"]) == ("1.0000000000", "0.0050000000")
    assert (told["txid"], told["info"]) == ("0x11", "0xaa")
    line = next(iter(ask(venue, "Ledgers", type="withdrawal")["ledger"].values()))
    assert (line["refid"], line["amount"]) == (told["refid"], "-1.0000000000")
    assert venue.engine.accounts.total_units(terms.BASE) == 0


def test_more_than_is_free_does_not_leave(venue):
    free = venue.engine.accounts.available_units(SPOT, terms.BASE)
    for units, fee in ((free, 1), (0, 0), (1, -1)):
        asked = Withdraw(SPOT, terms.BASE, units, fee, "0x11", "0xaa")
        assert isinstance(venue.execute(asked), Refusal)
    assert ask(venue, "WithdrawStatus") == []


def test_every_deposit_is_told(venue):
    assert ask(venue, "WithdrawStatus") == []
    assert {row["asset"]: row["amount"] for row in ask(venue, "DepositStatus")} == {
        "XETH": "50.0000000000",
        "USDC": "150000.00000000",
    }


def test_cancelling_nothing_counts_nothing(venue):
    assert ask(venue, "CancelAll") == {"count": 0}
    with pytest.raises(EapiRefused, match="Unknown order"):
        ask(venue, "CancelOrder", cl_ord_id="nobody")


def test_an_order_is_cancelled_by_its_user_reference(venue):
    placed = {"pair": "ETHUSDC", "type": "buy", "ordertype": "limit", "volume": 1, "price": 2000}
    ask(venue, "AddOrder", **placed, userref=77)
    assert ask(venue, "CancelOrder", txid=77) == {"count": 1}
    assert ask(venue, "OpenOrders")["open"] == {}
