"""The venue's own best bid and ask are compared with the book at the same id and at the last."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.market.book import Book, snapshot
from domain.market.level import Level
from domain.market.tops import LONGEST_WAIT, Agreement, Tops, hear_book, hear_top
from domain.market.word import BookKey, TopSaid


def a_book(sequence: int, bid: int = 1) -> Book:
    sides = [[Level(Decimal(price), Decimal(1))] for price in (bid, 50)]
    return snapshot(*sides, sequence=sequence)


def a_top(upto: int, bid: int = 1) -> TopSaid:
    bids, asks = (Level(Decimal(price), Decimal(1)) for price in (bid, 50))
    return TopSaid(BookKey("AB", "depth"), upto, bids, asks)


def test_a_top_waits_for_its_book():
    waiting = hear_top(Tops(), a_top(7), a_book(5))
    assert waiting.agreement == Agreement()
    assert hear_book(waiting.tops, a_book(6)).agreement == Agreement()
    assert hear_book(waiting.tops, a_book(7)).agreement == Agreement(exact=True, last=True)
    assert hear_book(waiting.tops, a_book(7, bid=2)).agreement == Agreement(False, False)


def test_the_last_top_still_holds_for_a_later_book():
    tops = hear_top(Tops(), a_top(7), None).tops
    assert hear_book(tops, a_book(9)).agreement == Agreement(exact=None, last=True)
    assert hear_book(tops, a_book(9, bid=3)).agreement == Agreement(exact=None, last=False)


def test_of_several_tops_the_last_one_the_book_has_reached_counts():
    tops = Tops()
    for top in (a_top(5, bid=9), a_top(7), a_top(8, bid=9)):
        tops = hear_top(tops, top, None).tops
    compared = hear_book(tops, a_book(7))
    assert compared.agreement == Agreement(True, True)
    assert compared.tops == Tops(a_top(7), (a_top(8, bid=9),))


def test_a_top_that_comes_after_its_book_is_compared_at_once():
    assert hear_top(Tops(), a_top(7), a_book(7)).agreement == Agreement(exact=True)
    assert hear_top(Tops(), a_top(7), a_book(8)).agreement == Agreement()


def test_a_top_out_of_order_does_not_replace_a_newer_one():
    tops = Tops(a_top(7))
    assert hear_top(tops, a_top(6, bid=9), a_book(8)).tops == tops


def test_an_empty_side_agrees_with_no_top():
    tops = hear_top(Tops(), a_top(7), None).tops
    empty = snapshot([], [], sequence=7)
    assert hear_book(tops, empty).agreement == Agreement(False, False)


@given(st.lists(st.integers(1, 50), unique=True).map(sorted), st.integers(0, 60))
def test_no_top_waits_once_the_book_has_passed_it(ids, reached):
    tops = Tops()
    for upto in ids:
        tops = hear_top(tops, a_top(upto), None).tops
    after = hear_book(tops, a_book(reached)).tops
    assert all(top.upto > reached for top in after.ahead)
    passed = [upto for upto in ids if upto <= reached]
    assert (after.last.upto if after.last else 0) == max(passed, default=0)


def test_what_waits_is_bounded():
    tops = Tops(ahead=tuple(map(a_top, range(LONGEST_WAIT))))
    assert len(hear_top(tops, a_top(LONGEST_WAIT), None).tops.ahead) == LONGEST_WAIT
