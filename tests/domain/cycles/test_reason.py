"""Reasons are words for counters: no two alike, and a book's own words pass unchanged."""

from __future__ import annotations

from domain.cycles.reason import Bad, No
from domain.market.reason import Reason


def test_no_word_says_two_things():
    words = [reason.value for reason in (*Bad, *No)]
    assert len(words) == len(set(words))


def test_a_books_faults_keep_their_words():
    shared = {"empty", "one_sided", "crossed", "price_not_positive", "duplicate", "out_of_order"}
    assert shared <= {reason.value for reason in Bad} & {reason.value for reason in Reason}
