"""Whatever happens, by any method: nothing is lost, nothing invented, and order does not matter."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.lots.engine import _Matcher, match
from domain.lots.moves import paired
from domain.lots.order import in_order
from domain.lots.types import (
    Book,
    FeePolicy,
    Kind,
    Method,
    Report,
    Scope,
)
from tests.kit.lots import ANY, BOOKS, PLAIN, UNPICKED, textbook

BUY, SELL, FEE = Kind.BUY, Kind.SELL, Kind.FEE
OUT, IN = Kind.TRANSFER_OUT, Kind.TRANSFER_IN
_DISPOSALS = (SELL, FEE)


def _moves(facts):
    ordered = in_order(facts)
    return paired(
        [fact for fact in ordered if fact.kind in (OUT, Kind.WRAP_OUT)],
        [fact for fact in ordered if fact.kind in (IN, Kind.WRAP_IN)],
    )


def _lost(move):
    """What a transfer lost on its way, and what that was worth."""
    if move.out is None or move.into is None or move.is_wrap:
        return 0, 0
    lost = max(0, move.out.quantity_units - move.into.quantity_units)
    told = move.out if move.out.value_units else move.into
    return lost, told.value_units * lost // told.quantity_units


def _appears(move):
    return move.out is None and move.into.value_units > 0


def _flow(facts, report: Report) -> Counter:
    """What came in less what went out, by asset."""
    flow: Counter = Counter()
    for fact in facts:
        sign = (fact.kind is BUY) - (fact.kind in _DISPOSALS)
        flow[fact.asset] += sign * fact.quantity_units
    short = {id(gap.fact): gap.quantity_units for gap in report.missing}
    for move in _moves(facts):
        out, into = move.out, move.into
        if _appears(move):
            flow[into.asset] += into.quantity_units
        elif out and into and move.is_wrap:
            found = out.quantity_units - short.get(id(out), 0)
            flow[out.asset] -= found
            flow[into.asset] += -(-found * into.quantity_units // out.quantity_units)
        elif out:
            flow[out.asset] -= _lost(move)[0]
    return flow


def _spent(facts, book: Book) -> int:
    """Cost of all that came in less proceeds of all that went out."""
    counts = book.fees is FeePolicy.BASIS
    spent = 0
    for fact in facts:
        sign = (fact.kind is BUY) - (fact.kind in _DISPOSALS)
        spent += sign * fact.value_units + counts * fact.fee_units
    for move in _moves(facts):
        spent += move.into.value_units if _appears(move) else -_lost(move)[1]
    return spent


def _settled(report: Report) -> int:
    """Gain less remaining basis."""
    gain = sum(one.gain_units for one in report.disposals())
    return gain - sum(one.basis_units for one in report.remaining)


def _told(report: Report) -> str:
    """Every word of a report, for comparing reports to the last byte."""
    return repr(report)


@given(ANY, BOOKS)
def test_quantities_in_are_what_went_out_and_what_remains_but_for_what_is_missing(facts, book):
    report = match(facts, book)
    balance = _flow(facts, report)
    for gap in report.missing:
        if gap.fact.kind in _DISPOSALS:
            balance[gap.fact.asset] += gap.quantity_units
    for one in report.remaining:
        balance[one.asset] -= one.quantity_units
    assert not any(balance.values())


@given(ANY, BOOKS)
def test_basis_is_conserved_to_the_last_unit(facts, book):
    report = match(facts, book)
    unplaced = sum(gap.value_units for gap in report.missing)
    assert _spent(facts, book) == -_settled(report) - unplaced


@given(ANY, st.sampled_from(Scope), st.sampled_from(FeePolicy), st.booleans())
def test_gain_less_remaining_basis_is_the_same_by_every_method(facts, scope, fees, shorts):
    settled = {_settled(match(facts, Book(method, scope, fees, shorts))) for method in Method}
    assert len(settled) == 1


@given(ANY, BOOKS, st.randoms(use_true_random=False))
def test_any_interleaving_of_the_same_facts_gives_the_same_bytes(facts, book, random: Random):
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert _told(match(shuffled, book)) == _told(match(facts, book))


@given(ANY, BOOKS)
def test_every_disposal_is_told_whole(facts, book):
    report = match(facts, book._replace(shorts=False))
    told: Counter = Counter()
    for one in report.disposals():
        assert one.quantity_units > 0
        assert one.lot.time_ns <= one.fact.time_ns
        told[id(one.fact)] += one.quantity_units
    for gap in report.missing:
        told[id(gap.fact)] += gap.quantity_units
    for fact in facts:
        if fact.kind in _DISPOSALS:
            assert told[id(fact)] == fact.quantity_units


@given(ANY, BOOKS)
def test_no_lot_gives_more_than_it_is(facts, book):
    report = match(facts, book)
    assert all(one.quantity_units for one in report.remaining)
    if not book.shorts:
        assert all(one.quantity_units > 0 for one in report.remaining)


@given(PLAIN, st.sampled_from(UNPICKED), st.sampled_from(Scope))
def test_parts_and_their_basis_are_the_textbooks(facts, method, scope):
    report = match(facts, Book(method, scope))
    parts, missing = textbook(facts, method, scope)
    ours = list(report.disposals())
    assert sum(gap.quantity_units for gap in report.missing) == missing
    assert [(x.fact.id, x.quantity_units) for x in ours] == [part[1:3] for part in parts]
    if method is not Method.AVERAGE:
        assert [one.lot.id for one in ours] == [part[0] for part in parts]
    for one, part in zip(ours, parts, strict=True):
        assert abs(one.basis_units - part[3]) < len(facts)


@given(PLAIN, st.sampled_from(Scope))
def test_specific_identification_without_picks_is_fifo(facts, scope):
    ours, fifo = match(facts, Book(Method.SPECIFIC, scope)), match(facts, Book(scope=scope))
    assert _told(ours) == _told(fifo)


@given(PLAIN, st.sampled_from(Scope), st.booleans())
def test_the_short_way_through_a_plain_history_finds_what_the_engine_finds(facts, scope, shorts):
    book = Book(scope=scope, shorts=shorts)
    assert _told(match(facts, book)) == _told(_Matcher(book).run(in_order(facts)))


@given(ANY, st.sampled_from(Method), st.sampled_from(Scope), st.booleans())
def test_a_fee_is_basis_or_a_line_and_never_both(facts, method, scope, shorts):
    as_basis = match(facts, Book(method, scope, FeePolicy.BASIS, shorts))
    as_lines = match(facts, Book(method, scope, FeePolicy.LINES, shorts))
    fees = sum(fact.fee_units for fact in facts)
    assert sum(line.fee_units for line in as_lines.fee_lines) == fees
    assert not as_basis.fee_lines
    if not as_basis.missing:
        assert _settled(as_basis) == _settled(as_lines) - fees
