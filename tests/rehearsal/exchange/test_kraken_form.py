"""Numbers, instants and records as Kraken writes them."""

import pytest

from rehearsal.exchange import kraken_form as form
from rehearsal.exchange.commands import Entry, Order, Trade

ORDER = Order(
    1, "spot", "buy", "limit", 150_000_000, 300_020, "IOC", False, "mine", 0, 1_700_000_000_123_456
)
TRADE = Trade(
    9,
    1_700_000_000_123_456,
    "buy",
    "market",
    300_010,
    50_000_000,
    150_005_000_000,
    1,
    2,
    "spot",
    "maker",
    150_005_000,
    90_003_000,
)


def test_an_instant_keeps_its_microseconds():
    assert form.seconds(1_700_000_000_123_456) == 1_700_000_000.123456
    assert form.rfc3339(1_700_000_000_000_006) == "2023-11-14T22:13:20.000006Z"


@pytest.mark.parametrize("at_us", [1_700_000_000_000_001, 4_000_000_000_999_999])
def test_an_instant_survives_the_double_it_travels_in(at_us):
    assert round(form.seconds(at_us) * 1_000_000) == at_us


def test_an_open_order_says_what_it_wants():
    written = form.order_json(ORDER)
    assert written["descr"]["order"] == "buy 1.50000000 ETHUSDC @ limit 3000.20"
    assert (written["vol"], written["vol_exec"], written["cl_ord_id"]) == (
        "1.50000000",
        "0.00000000",
        "mine",
    )
    assert not {"closetm", "reason", "trades"} & written.keys()


def test_a_trade_is_told_to_each_party_from_its_side():
    taker, maker = (form.trade_json(TRADE, who, 5) for who in ("spot", "maker"))
    assert (taker["type"], taker["ordertype"], taker["fee"], taker["maker"]) == (
        "buy",
        "market",
        "1.50005000",
        False,
    )
    assert (maker["type"], maker["ordertype"], maker["fee"], maker["maker"]) == (
        "sell",
        "limit",
        "0.90003000",
        True,
    )
    assert (taker["cost"], taker["vol"], taker["trade_id"]) == ("1500.05000000", "0.50000000", 9)
    assert form.trade_id(TRADE, "spot", 5) != form.trade_id(TRADE, "maker", 5)


def test_a_ledger_line_of_a_trade_refers_to_the_owners_side_of_it():
    entry = Entry(3, 0, "spot", "trade", 9, "USDC", -150_005_000_000, 150_005_000, 7)
    written = form.entry_json(entry, TRADE, 5)
    assert written["refid"] == form.trade_id(TRADE, "spot", 5)
    assert (written["amount"], written["fee"], written["balance"]) == (
        "-1500.05000000",
        "1.50005000",
        "0.00000007",
    )


def test_every_asset_and_the_pair_state_their_decimals():
    assert form.asset_json("XETH")["decimals"] == 10
    assert form.asset_json("XETH")["altname"] == "ETH"
    pair = form.pair_json()
    assert (pair["fees"], pair["fees_maker"]) == ([[0, 0.1]], [[0, 0.06]])
    assert (pair["tick_size"], pair["ordermin"]) == ("0.01", "0.00010000")


def test_the_checksum_hashes_asks_before_bids():
    bids, asks = ((299_990, 10**8),), ((300_010, 2 * 10**8),)
    assert form.checksum(bids, asks) != form.checksum(asks, bids)
