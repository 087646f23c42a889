"""Frames as browsers read them: the deployed bridge's tags, and numbers that are exact beside."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RemoteWireError
from live.protocol import v1, v2
from live.relay.bridge.json_form import exact_e8, told_of
from live.relay.market_memory import MarketMemory
from live.relay.parcels import Parcel
from live.relay.wrapping import Wrapper
from tests.kit.wire import a_pool_state
from tests.live.relay.makers import parcel

HASH = 16842681295735137662
NOW_NS = 5_000_000
LEVEL = v1.Level(29_000_000, 2**64 - 1)
TOLD_LEVEL = {
    "price": 0.29,
    "price_exact": "0.29",
    "size": 184467440737.09551615,
    "size_exact": "184467440737.09551615",
}


def told(message: v1.Message, text: str | None = "coinbase:BTC-USD"):
    wrapped = Wrapper(MarketMemory()).wrap(v1.encode(message, 1, arbitrage="A"), 1, 1)
    return json.loads(told_of(wrapped, lambda _hash: text, NOW_NS))


def test_a_trade_has_the_deployed_names_and_exact_numbers_beside_them():
    trade = v1.Trade(
        1_700_000_000_123_456_789, 1_000_000, 460523000000, 1, HASH, v1.SELL, 3_000_000
    )
    assert told(trade) == {
        "msg_type": "trade",
        "symbol_hash": str(HASH),
        "symbol": "coinbase:BTC-USD",
        "timestamp": 1_700_000_000_123,
        "timestamp_ns": "1700000000123456789",
        "price": 4605.23,
        "price_exact": "4605.23",
        "volume": 1e-8,
        "volume_exact": "0.00000001",
        "side": "sell",
        "latency_collector_to_relay_us": 2_000,
        "latency_relay_to_bridge_us": 2_000,
        "latency_bridge_to_frontend_us": None,
        "latency_total_us": 4_000,
    }


def test_clocks_that_disagree_give_no_latency():
    trade = told(v1.Trade(1, 9_000_000, 1, 1, HASH, v1.BUY, 8_000_000))
    assert trade["latency_collector_to_relay_us"] is None
    assert trade["latency_total_us"] is None


def test_books_and_their_changes_have_the_deployed_names():
    book = told(v1.OrderBook(7_000_000, HASH, (LEVEL,), ()))
    assert book["msg_type"] == "orderbook"
    assert book["data"] == {"bids": [TOLD_LEVEL], "asks": [], "timestamp": 7}
    snapshot = told(v1.L2Snapshot(7_000_000, HASH, 2**60, (), (LEVEL,)), None)
    assert (snapshot["msg_type"], snapshot["symbol"]) == ("l2_snapshot", None)
    assert (snapshot["sequence"], snapshot["asks"]) == (str(2**60), [TOLD_LEVEL])
    delta = told(v1.L2Delta(7_000_000, HASH, 4, (v1.L2Update(v1.ASK, 29_000_000, 0, v1.DELETE),)))
    assert (delta["msg_type"], delta["sequence"]) == ("l2_delta", 4)
    assert delta["updates"] == [
        {
            "side": "ask",
            "price": 0.29,
            "price_exact": "0.29",
            "size": 0.0,
            "size_exact": "0",
            "action": "delete",
        }
    ]


def test_the_other_types_of_a_market_channel_are_told_too():
    assert told(v1.SymbolMapping(HASH, "coinbase:BTC-USD")) == {
        "msg_type": "symbol_mapping",
        "symbol_hash": str(HASH),
        "symbol": "coinbase:BTC-USD",
    }
    assert told(v1.L2Reset(HASH, 2))["msg_type"] == "l2_reset"
    assert told(v1.Heartbeat(1, 2))["msg_type"] == "heartbeat"
    assert told(v1.Metrics(b"\1"))["msg_type"] == "metrics"
    found = v1.ArbitrageOpportunity(
        3_000_000, 1, 2, 3, 4, 5, 6, 7, 8, "p", "a", "b", "x", "y", "rx", "ry"
    )
    arbitrage = told(found)
    assert (arbitrage["msg_type"], arbitrage["gas_estimate"]) == ("arbitrage_opportunity", 8)
    assert (arbitrage["estimated_profit_exact"], arbitrage["detected_at"]) == ("0.00000003", 3)


def test_a_v2_message_carries_its_schemas_name_and_large_numbers_as_strings():
    state = a_pool_state(reserve0=2**200)
    message = json.loads(told_of(parcel(state, 5), lambda _hash: None, NOW_NS))
    assert (message["msg_type"], message["sequence"]) == ("PoolState", 5)
    assert message["fields"]["reserve0"] == str(2**200)
    assert message["fields"]["venue"] == "univ2-a"


def test_a_payload_that_is_not_of_its_type_is_said():
    short = Parcel(b"", parcel(a_pool_state()).route, 1, v1=v1.push_frame(1, b"short", 1))
    with pytest.raises(RemoteWireError):
        told_of(short, lambda _hash: None, NOW_NS)


def test_a_schema_of_the_future_is_told_as_unknown():
    raw = v2.push_frame(60_000, b"\1\2", source=1, sequence=1, sent_ns=1)
    future = Parcel(raw, parcel(a_pool_state()).route, 1)
    message = json.loads(told_of(future, lambda _hash: None, NOW_NS))
    assert (message["msg_type"], message["schema"]) == ("Unknown", 60_000)


@given(st.integers(0, 2**64 - 1))
def test_an_exact_number_is_exact(value):
    assert Fraction(exact_e8(value)) * 10**8 == value
