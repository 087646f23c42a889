"""The market as heard: whatever the batches, the same messages give the same market."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.amm.concentrated import Concentrated
from domain.amm.constant_product import ConstantProduct
from domain.market.book import Level
from live.detection.market import Market, curve_of, hear_defi, hear_market
from live.protocol import v1
from tests.kit.facts import a_card
from tests.kit.market import SYMBOL, a_block, a_book, a_head, a_state
from tests.kit.wire import a_pool_state

CARD = a_card()
EMPTY = Market.unheard(CARD)
NOW = 1_000


def _delta(sequence: int, *updates: tuple[int, int, int]) -> v1.L2Delta:
    return v1.L2Delta(
        0, SYMBOL, sequence, tuple(v1.L2Update(*update, v1.UPDATE) for update in updates)
    )


def test_deltas_change_the_levels_they_name():
    heard = hear_market(EMPTY, [a_book(1, 100.0), _delta(2, (v1.BID, 99 * 10**8, 7))], NOW)
    assert heard.changed == {"paper"}
    assert heard.market.book is not None
    assert Level(Decimal(99), Decimal("0.00000007")) in heard.market.book.bids
    assert heard.market.book.sequence == 2


def test_a_level_of_nothing_is_gone():
    book = a_book(1, 100.0)
    gone = _delta(2, (v1.BID, book.bids[0].price_e8, 0))
    market = hear_market(EMPTY, [book, gone], NOW).market
    assert market.book is not None
    assert len(market.book.bids) == 2


def test_deltas_before_a_snapshot_are_not_believed():
    assert hear_market(EMPTY, [_delta(2, (0, 10**8, 7))], NOW).market.book is None


def test_a_book_stated_again_changes_nothing_but_is_a_sign_of_life():
    market = hear_market(EMPTY, [a_book(1, 100.0)], NOW).market
    again = hear_market(market, [a_book(1, 100.0)], NOW + 5)
    assert not again.changed
    assert again.market.book_heard_ns == NOW + 5


def test_other_symbols_are_other_peoples_business():
    other = v1.L2Snapshot(0, SYMBOL + 1, 1, (), ())
    assert hear_market(EMPTY, [other, v1.SymbolMapping(SYMBOL, "x")], NOW).market == EMPTY


def test_pools_the_desk_does_not_know_are_passed_over():
    assert not hear_defi(EMPTY, [a_state("elsewhere", 1, 3000.0)], NOW).market.pools


@given(st.lists(st.integers(0, 4), max_size=4))
def test_how_messages_are_batched_does_not_matter(cuts):
    script = [
        a_head(10),
        a_state("univ2-a", 10, 3000.0),
        a_state("univ2-b", 10, 3001.0),
        a_head(11),
        a_state("univ2-a", 11, 3002.0),
    ]
    edges = [0, *sorted(cuts), len(script)]
    market = EMPTY
    for start, end in pairwise(edges):
        market = hear_defi(market, script[start:end], NOW).market
    assert market == hear_defi(EMPTY, script, NOW).market


@given(st.permutations(["univ2-a", "univ2-b"]))
def test_the_order_of_pools_within_a_block_does_not_matter(order):
    script = [a_head(10), *(a_state(venue, 10, 3000.0) for venue in order)]
    assert hear_defi(EMPTY, script, NOW) == hear_defi(
        EMPTY, a_block(10, {"univ2-a": 3000.0, "univ2-b": 3000.0}), NOW
    )


def test_curves_take_their_fee_from_the_desk():
    assert curve_of(CARD.pool("univ2-a"), a_state("univ2-a", 1, 1.0, 1)) == ConstantProduct(
        10**18, 10**6, 3000
    )
    state = a_pool_state(
        "univ3", kind="v3", sqrt_price_x96=5, tick=-6, liquidity=7, ticks=((-10, 1), (10, -1))
    )
    assert curve_of(CARD.pool("univ3"), state) == Concentrated(
        5, -6, 7, ((-10, 1), (10, -1)), 500, 10
    )
