"""What takers traded at is told side by side, of our own pair, up to an instant."""

from __future__ import annotations

from orchestration.reading.marking import taken
from tests.kit.facts import a_card

TAPE = [
    {"venue": "paper", "symbol": symbol, "trade_id": number, "side": side, "price": price,
     "venue_ns": number}
    for number, (side, price, symbol) in enumerate(
        [
            ("sell", "2999.1234567", "ETH/USDC"),
            ("buy", "3001", "ETH/USDC"),
            ("sell", "1", "BTC/USDC"),
            ("sell", "9", "ETH/USDC"),
        ]
    )
]  # fmt: skip


def test_each_side_is_what_takers_of_it_traded_at():
    assert taken(a_card(), TAPE, "sell", 2) == [(0, "ETH", 2_999_123_456)]
    assert taken(a_card(), TAPE, "buy", 2) == [(1, "ETH", 3_001_000_000)]


def test_what_came_after_the_instant_is_left_out():
    assert taken(a_card(), TAPE, "sell", 3)[-1] == (3, "ETH", 9_000_000)
    assert taken(a_card(), TAPE, "buy", 0) == []
