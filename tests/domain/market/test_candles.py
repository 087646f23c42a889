"""Candles equal what a person would add up by hand, and say where trades may be missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.market.candles import (
    LONGEST_TAPE_MINUTES,
    MINUTE_NS,
    PublicTrade,
    candles_1m,
    find_gaps,
    in_id_order,
)


def trade(trade_id, price, minute, quantity=1, offset_ns=0):
    return PublicTrade(trade_id, price, quantity, minute * MINUTE_NS + offset_ns)


def test_a_minute_has_its_first_highest_lowest_and_last_price():
    (candle,) = candles_1m([trade(1, 5, 9), trade(2, 9, 9), trade(3, 2, 9), trade(4, 6, 9)])
    prices = (candle.open_units, candle.high_units, candle.low_units, candle.close_units)
    assert prices == (5, 9, 2, 6)
    assert (candle.start_s, candle.volume_units, candle.count) == (540, 4, 4)


def test_trades_of_one_instant_are_ordered_by_id():
    tape = in_id_order([trade(2, 20, 9), trade(3, 30, 9), trade(1, 10, 9)])
    (candle,) = candles_1m(tape)
    assert (candle.open_units, candle.close_units) == (10, 30)


def test_a_minute_without_trades_repeats_the_close_before_it():
    _, empty, _ = candles_1m([trade(1, 5, 9), trade(2, 7, 9), trade(3, 8, 11)])
    assert (empty.open_units, empty.high_units, empty.low_units, empty.close_units) == (7,) * 4
    assert (empty.volume_units, empty.count, empty.is_partial) == (0, 0, False)


def test_a_minute_is_half_open():
    first, second = candles_1m([trade(1, 5, 9, offset_ns=MINUTE_NS - 1), trade(2, 6, 10)])
    assert (first.count, second.count) == (1, 1)


def test_the_first_and_the_last_minute_are_partial():
    candles = candles_1m([trade(1, 5, 9), trade(2, 5, 10), trade(3, 5, 11)])
    assert [candle.is_partial for candle in candles] == [True, False, True]


def test_minutes_beside_a_hole_in_the_ids_are_partial():
    tape = [trade(1, 5, 9), trade(2, 5, 10), trade(5, 5, 12), trade(6, 5, 13), trade(7, 5, 14)]
    (gap,) = find_gaps(tape)
    assert gap.missing_count == 2
    assert [candle.is_partial for candle in candles_1m(tape)] == [
        True,
        True,
        True,
        True,
        False,
        True,
    ]


def test_a_repeated_trade_counts_once():
    assert len(in_id_order([trade(1, 5, 9), trade(1, 5, 9)])) == 1


def test_one_id_with_two_contents_is_refused():
    with pytest.raises(InputRefused, match="two contents"):
        in_id_order([trade(1, 5, 9), trade(1, 6, 9)])


def test_a_mistaken_timestamp_is_refused_instead_of_filling_the_memory():
    with pytest.raises(InputRefused, match="two years"):
        candles_1m([trade(1, 5, 0), trade(2, 5, LONGEST_TAPE_MINUTES)])


def test_no_trades_make_no_candles():
    assert candles_1m([]) == []


TAPES = st.lists(
    st.builds(trade, st.integers(1, 60), st.integers(1, 9), st.integers(0, 12), st.integers(0, 5)),
    unique_by=lambda each: each.trade_id,
    max_size=40,
)


@given(TAPES)
def test_candles_hold_every_trade_once_and_follow_minute_after_minute(trades):
    tape = in_id_order(trades)
    candles = candles_1m(tape)
    assert sum(candle.count for candle in candles) == len(tape)
    assert sum(candle.volume_units for candle in candles) == sum(t.quantity_units for t in tape)
    starts = [candle.start_s for candle in candles]
    assert starts == list(range(starts[0], starts[-1] + 60, 60)) if starts else not tape


@given(TAPES)
def test_no_price_leaves_its_candle(trades):
    for candle in candles_1m(in_id_order(trades)):
        inside = (candle.open_units, candle.close_units)
        assert candle.low_units <= min(inside) <= max(inside) <= candle.high_units
