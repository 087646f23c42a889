"""Validation: every doubt has its own word, and what was not measured is a doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.amm.uniswap_v2 import UniswapV2
from domain.cycles.hop import Hop, paid_along
from domain.cycles.ladder import Ladder
from domain.cycles.validation import Invalid, Limits, Measured, fault_of, share_bps
from domain.market.book import Rung

LIMITS = Limits(most_age_ns=3_000)
FINE = Measured(
    now_ns=10_000,
    expires_ns=10_000,
    oldest_word_ns=7_000,
    found_block=5,
    head_block=6,
    is_block_canonical=True,
    has_gap=False,
    share_bps=3_000,
    promised_units=10_000,
    quoted_units=9_950,
)


def test_at_every_limit_it_may_be_announced():
    assert fault_of(FINE, LIMITS) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"now_ns": 10_001, "oldest_word_ns": 9_000}, Invalid.EXPIRED),
        ({"has_gap": True}, Invalid.SEQUENCE_GAP),
        ({"oldest_word_ns": 6_999}, Invalid.STALE_WORD),
        ({"is_block_canonical": False}, Invalid.REORGED),
        ({"head_block": 7}, Invalid.OLD_BLOCK),
        ({"share_bps": 3_001}, Invalid.THIN),
        ({"quoted_units": 9_949}, Invalid.SLIPPED),
    ],
)
def test_each_doubt_has_its_word(change, reason):
    assert fault_of(replace(FINE, **change), LIMITS) is reason


def test_off_the_chain_there_is_no_block():
    off = replace(FINE, found_block=None, is_block_canonical=False)
    assert fault_of(off, LIMITS) is None


def test_the_share_is_that_of_the_thinnest_pool_and_a_book_has_none():
    thin, deep = UniswapV2((10**18, 10**18), 0), UniswapV2((10**24, 10**24), 0)
    hops = (Hop(deep, 0, 1), Hop(thin, 0, 1))
    amounts = paid_along(hops, 10**18)
    assert amounts is not None
    assert 4_990 <= share_bps(hops, amounts) <= 5_000
    book = Ladder((Rung(10**8, 10**8),), (Rung(2 * 10**8, 10**8),), 18, 18)
    assert share_bps((Hop(book, 0, 1),), (10**18, 10**18)) == 0
    assert share_bps((Hop(UniswapV2((0, 0)), 0, 1),), (1, 1)) == 10_000
