"""Holding: what was found is announced only while blocks, books and prices still say the same."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from domain.cycles.validation import Invalid
from journal.records import OpportunityFound
from live.detection.detector import SEEN_BEFORE
from live.detection.holding import fault_now
from live.detection.market import Market, without_chain, without_market_data
from live.detection.rules import Rules
from tests.kit.market import Playbook, a_block, a_book, a_quiet_book

UNEVEN = {"univ2-a": 3000.0, "univ2-b": 3060.0}


def _told(prices: dict[str, float] = UNEVEN) -> tuple[Playbook, OpportunityFound]:
    told = Playbook()
    told.market(a_quiet_book(1))
    return told, told.defi(*a_block(10, prices)).findings[0].opportunity


def _fault(told: Playbook, found: OpportunityFound, market: Market | None = None, later_ns=0):
    rules, now_ns = told.detector.rules, told.now_ns + later_ns
    return fault_now(market or told.detector.market, found, rules, now_ns)


def test_what_was_just_found_holds():
    assert _fault(*_told()) is None


def test_it_holds_over_one_more_block_of_the_same_prices_and_not_over_two():
    told, found = _told()
    told.defi(*a_block(11, UNEVEN))
    assert _fault(told, found) is None
    told.defi(*a_block(12, UNEVEN))
    assert _fault(told, found) is Invalid.OLD_BLOCK


def test_a_price_that_came_back_has_slipped():
    told, found = _told()
    told.defi(*a_block(11, dict.fromkeys(UNEVEN, 3030.0)))
    assert _fault(told, found) is Invalid.SLIPPED


def test_another_block_of_the_same_height_or_a_lower_one_has_replaced_it():
    told, found = _told()
    market = told.detector.market
    assert market.head is not None
    for number in (9, 10):
        head = msgspec.structs.replace(market.head, number=number, hash="0x" + "ee" * 32)
        assert _fault(told, found, replace(market, head=head)) is Invalid.REORGED


def test_a_missing_word_is_a_gap():
    told, found = _told()
    assert _fault(told, found, without_chain(told.detector.market)) is Invalid.SEQUENCE_GAP
    told = Playbook()
    told.defi(*a_block(10, {"univ2-a": 3000.0}))
    at_book = told.market(a_book(1, 3060.0)).findings[0].opportunity
    gone = without_market_data(told.detector.market)
    assert _fault(told, at_book, gone) is Invalid.SEQUENCE_GAP


def test_time_alone_ends_it():
    told, found = _told()
    assert _fault(told, found, later_ns=found.expires_ns - told.now_ns + 1) is Invalid.EXPIRED
    timeless = msgspec.structs.replace(found, expires_ns=1 << 62)
    limit_ns = max(Rules().max_book_age_ns, Rules().max_head_age_ns)
    assert _fault(told, timeless, later_ns=limit_ns + 1) is Invalid.STALE_WORD


def test_what_takes_too_much_of_a_pool_is_declined_with_its_reason_when_found():
    told = Playbook(rules=Rules(max_notional_usd_e24=10**36))
    told.market(a_quiet_book(1))
    answer = told.defi(*a_block(10, {"univ2-a": 1000.0, "univ2-b": 9000.0}))
    assert ("dex_dex", Invalid.THIN.value) in answer.declined
    assert "dex_dex" not in {one.opportunity.strategy for one in answer.findings}
    again = told.defi(*a_block(11, {"univ2-a": 1000.0, "univ2-b": 9000.0}))
    assert ("dex_dex", SEEN_BEFORE) in again.declined
