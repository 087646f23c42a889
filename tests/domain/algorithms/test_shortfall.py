"""The four parts of a shortfall are the paper trade less the real one, to the last digit."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.algorithms.shortfall import (
    Benchmarks,
    Filled,
    shortfall,
    time_weighted,
    volume_weighted,
)
from domain.market.book import Fill

prices = st.fractions(1, 10_000, max_denominator=100)
sizes = st.fractions(Fraction(1, 100), 100, max_denominator=100)
fills = st.lists(
    st.tuples(sizes, prices, st.fractions(0, 1, max_denominator=100)).map(
        lambda t: Filled(t[0], t[0] * t[1], t[2])
    ),
    max_size=5,
)


@given(st.sampled_from(["buy", "sell"]), sizes, fills, prices, prices, prices)
def test_the_parts_are_the_paper_trade_less_the_real_one(side, missed, done, decided, came, ended):
    sign = 1 if side == "buy" else -1
    wanted = missed + sum(fill.base for fill in done)
    found = shortfall(side, wanted, done, Benchmarks(decided, came if done else None, ended))
    paper = sign * wanted * (ended - decided)
    real = sum(sign * (fill.base * ended - fill.quote) - fill.fee for fill in done)
    assert found.total == paper - real
    parts = (found.delay, found.execution, found.fees, found.opportunity)
    assert None not in parts
    assert found.total == sum(one or 0 for one in parts)


def test_a_buy_above_every_benchmark_is_a_cost():
    marks = Benchmarks(Fraction(100), Fraction(101), Fraction(103), Fraction(102), Fraction(98))
    found = shortfall("buy", Fraction(2), [Filled(Fraction(1), Fraction(102), Fraction(1))], marks)
    assert (found.delay, found.execution, found.fees, found.opportunity) == (1, 1, 1, 3)
    assert found.average == 102
    assert found.against_twap_bps == 0
    assert found.against_vwap_bps == Fraction(4 * 10_000, 98)


@given(st.sampled_from(["buy", "sell"]), sizes, fills, prices)
def test_what_nobody_remembers_of_the_market_is_unknown_and_not_nought(side, missed, done, decided):
    wanted = missed + sum(fill.base for fill in done)
    all_done = sum((fill.base for fill in done), start=Fraction(0)) or wanted
    forgotten = Benchmarks(decided, None, None)
    left, whole = (shortfall(side, size, done, forgotten) for size in (wanted, all_done))
    assert (left.delay, left.execution) == ((None, None) if done else (0, 0))
    if done:
        real = sum(fill.quote - fill.base * decided for fill in done) * (1 if side == "buy" else -1)
        assert (whole.opportunity, whole.total) == (0, real + sum(fill.fee for fill in done))
    if missed:
        assert (left.opportunity, left.total, left.total_bps) == (None, None, None)


def test_what_nobody_filled_has_no_average():
    found = shortfall("sell", Fraction(1), [], Benchmarks(Fraction(9), None, Fraction(9)))
    assert (found.average, found.against_arrival_bps, found.total) == (None, None, 0)


def test_a_middle_counts_for_as_long_as_it_stood():
    assert time_weighted([(0, Fraction(1)), (10, Fraction(4))], 20) == Fraction(5, 2)
    assert time_weighted([(5, Fraction(7))], 5) is None
    assert time_weighted([], 5) is None


def test_trades_count_by_their_size():
    trades = [Fill(3 * 10**8, 1 * 10**8, 0), Fill(2 * 9 * 10**8, 2 * 10**8, 0)]
    assert volume_weighted(trades) == Fraction(3 + 18, 3 * 10**8)
    assert volume_weighted([]) is None
