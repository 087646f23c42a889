"""v1 frames dressed for v2 readers."""

from __future__ import annotations

import msgspec
import pytest

from live.protocol import v1, v2
from live.relay.market_memory import MarketMemory
from live.relay.wrapping import Wrapper, venue_and_pair
from tests.live.relay.makers import beats

ETH = v1.mapping("paper:ETH-USDC")


def a_wrapper(*known: v1.SymbolMapping) -> Wrapper:
    memory = MarketMemory()
    for found in known:
        memory.keep(8, v1.encode(found, 0))
    return Wrapper(memory)


@pytest.mark.parametrize("message", [ETH, v1.Trade(1, 2, 3, 4, ETH.symbol_hash, 1)])
def test_the_frame_is_inside_byte_for_byte_and_can_be_chosen_by_venue_and_pair(message):
    raw = v1.encode(message, 7)
    found = a_wrapper(ETH).wrap(raw, 5, 1, "paper.sock")
    [frame] = v2.Decoder().feed(found.raw)
    assert msgspec.structs.replace(v2.route_of(frame), sequence=0) == found.route
    assert (found.route.venues, found.route.pairs) == (("paper",), ("ETH-USDC",))
    assert (frame.source, frame.sequence) == (v2.SOURCE_RELAY, 5)
    assert (frame.message.raw, found.v1, found.origin) == (raw, raw, "paper.sock")


def test_a_frame_about_no_known_symbol_has_no_labels():
    for raw in (beats(1, 1)[0], v1.encode(v1.Trade(1, 2, 3, 4, 5, 1), 1)):
        assert a_wrapper().wrap(raw, 1, 1).route.venues == ()


def test_a_symbol_told_later_is_known_from_then_on():
    memory = MarketMemory()
    wrapper = Wrapper(memory)
    trade = v1.encode(v1.Trade(1, 2, 3, 4, ETH.symbol_hash, 1), 1)
    assert wrapper.wrap(trade, 1, 1).route.pairs == ()
    memory.keep(8, v1.encode(ETH, 0))
    assert wrapper.wrap(trade, 2, 1).route.pairs == ("ETH-USDC",)


def test_a_text_too_long_for_a_label_is_cut():
    long = v1.SymbolMapping(5, "é" * 300 + ":" + "x-" * 300)
    route = a_wrapper(long).wrap(v1.encode(long, 1), 1, 1).route
    assert (len(route.venues[0].encode()), len(route.pairs[0])) == (254, 255)


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("coinbase:BTC-USD", ("coinbase", "BTC-USD")),
        ("alpaca:AAPL", ("alpaca", "AAPL")),
        ("deribit:BTC:20251226:100000.00:C", ("deribit", "BTC")),
        ("polygon:0x45dda9cb7c25131df268515131f647d726f50608:WETH/USDC", ("polygon", "WETH-USDC")),
        ("WETH", ("WETH", "")),
        ("", ("", "")),
    ],
)
def test_a_symbols_text_names_its_venue_and_pair(symbol, expected):
    assert venue_and_pair(symbol) == expected
