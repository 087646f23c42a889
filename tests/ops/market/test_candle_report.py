"""Candles are printed as the exchange prints them."""

from domain.market.candles import IdGap, PublicTrade, Tape, candles_1m
from ops.market.candle_report import candle_rows, gap_sentence

TRADES = tuple(
    PublicTrade(trade_id, price, 5, minute * 60 * 10**9)
    for trade_id, price, minute in ((1, 1054336, 1), (2, 1054300, 2), (3, 1054301, 3))
)


def test_decimals_are_text_at_the_scales_of_the_tape():
    rows = candle_rows(candles_1m(TRADES), Tape(TRADES, 1, 8))
    assert rows[1] == {
        "time": 120,
        "open": "105430.0",
        "high": "105430.0",
        "low": "105430.0",
        "close": "105430.0",
        "volume": "0.00000005",
        "count": 1,
    }


def test_only_partial_minutes_say_so():
    rows = candle_rows(candles_1m(TRADES), Tape(TRADES, 1, 8))
    assert [row.get("partial") for row in rows] == [True, None, True]


def test_a_gap_is_told_with_its_ids_and_minutes():
    sentence = gap_sentence(IdGap(TRADES[0], PublicTrade(4, 1, 1, 240 * 10**9)))
    assert sentence == (
        "2 trade ids are missing (2 to 3): candles from 1970-01-01T00:01:00.000000000Z"
        " to 1970-01-01T00:04:00.000000000Z are partial"
    )
