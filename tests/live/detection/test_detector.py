"""The detector as a script: what is told, what it finds, and why it finds nothing."""

from __future__ import annotations

from dataclasses import replace

from domain.arbitrage.dex_dex import profit_units
from domain.arbitrage.edge import Leg, expectation_of
from live.detection.rules import Rules
from live.protocol import v1, v2
from tests.kit.market import (
    Playbook,
    a_block,
    a_book,
    a_head,
    a_quiet_book,
    a_state,
    block_hash,
    found,
)

EVEN = {"univ2-a": 3000.0, "univ2-b": 3000.0}
UNEVEN = {"univ2-a": 3000.0, "univ2-b": 3060.0}


def test_a_market_that_agrees_offers_nothing():
    told = Playbook()
    told.market(a_book(1, 3000.0))
    answer = told.defi(*a_block(10, EVEN))
    assert not answer.findings
    assert ("dex_dex", "no_edge") in answer.declined
    assert ("cex_dex", "no_edge") in answer.declined


def test_two_pools_apart_are_one_opportunity_with_everything_risk_needs():
    told = Playbook()
    told.market(a_quiet_book(1))
    answer = told.defi(*a_block(10, UNEVEN))
    assert found(answer) == [("dex_dex", "univ2-a", "univ2-b")]
    fact = answer.findings[0].opportunity
    buy, sell = fact.legs
    assert (buy.side, sell.side) == ("buy", "sell")
    assert buy.base_units == sell.base_units
    assert fact.block_hash == block_hash(10)
    assert buy.evidence == sell.evidence == f"block:{block_hash(10)}"
    assert fact.mark_e6 == 3030_000000
    assert fact.expires_ns == fact.found_ns + Rules().expiry_ns
    assert (buy.top_price_e6, sell.top_price_e6) == (3000_000000, 3060_000000)
    assert (buy.fee_pips, sell.fee_pips) == (3000, 3000)


def test_the_expectation_is_the_domains_own():
    told = Playbook()
    told.market(a_quiet_book(1))
    fact = told.defi(*a_block(10, UNEVEN)).findings[0].opportunity
    pools = [told.detector.market.pools[leg.venue].pool for leg in fact.legs]
    assert fact.legs[1].quote_units - fact.legs[0].quote_units == profit_units(
        pools[0], pools[1], fact.legs[0].base_units
    )
    legs = [
        Leg(leg.venue, leg.side, leg.base_units, 18, leg.quote_units, 6, leg.top_price_e6, 3000)
        for leg in fact.legs
    ]
    worth = expectation_of(
        legs,
        fee_usd_e24=fact.expected_fee_usd_e24,
        gas_wei=fact.expected_gas_wei,
        mark_e6=fact.mark_e6,
    )
    assert worth.gross_usd_e24 == fact.expected_gross_usd_e24
    assert worth.net_usd_e24 == fact.expected_net_usd_e24
    assert [leg.quote_price_e6 for leg in legs] == [leg.quote_price_e6 for leg in fact.legs]


def test_the_mark_of_a_finding_is_of_its_very_instant():
    told = Playbook()
    told.market(a_quiet_book(7))
    (finding,) = told.defi(*a_block(10, UNEVEN)).findings
    assert finding.mark.observed_ns == finding.opportunity.found_ns
    assert finding.mark.mark_e6 == finding.opportunity.mark_e6
    assert (finding.mark.policy, finding.mark.frame) == ("cex_mid", 7)


def test_a_pool_against_the_exchange_is_found_from_either_side():
    cheap, dear = Playbook(), Playbook()
    for told in (cheap, dear):
        told.defi(*a_block(10, {"univ2-a": 3000.0}))
    assert found(cheap.market(a_book(3, 3060.0))) == [("cex_dex", "univ2-a", "paper")]
    assert found(dear.market(a_book(3, 2940.0))) == [("cex_dex", "paper", "univ2-a")]


def test_legs_at_the_exchange_are_in_its_own_units():
    told = Playbook()
    told.defi(*a_block(10, {"univ2-a": 3000.0}))
    fact = told.market(a_book(3, 3060.0)).findings[0].opportunity
    buy, sell = fact.legs
    assert buy.base_units == sell.base_units * 10**8
    assert (sell.base_asset, sell.quote_asset) == ("paper:ETH", "paper:USDC")
    assert sell.evidence == "book:3"
    assert sell.fee_pips == 0
    assert fact.expected_fee_usd_e24 > 0


def test_one_opportunity_is_one_fact_however_often_it_is_seen():
    told = Playbook()
    told.market(a_quiet_book(1))
    assert len(told.defi(*a_block(10, UNEVEN)).findings) == 1
    for number in range(11, 20):
        told.market(a_quiet_book(number))
        assert not told.defi(*a_block(number, UNEVEN)).findings


def test_a_pool_that_moved_is_another_opportunity():
    told = Playbook()
    told.market(a_quiet_book(1))
    first = told.defi(*a_block(10, UNEVEN)).findings
    second = told.defi(*a_block(11, {**UNEVEN, "univ2-b": 3061.0})).findings
    assert len(first) == len(second) == 1
    assert first[0].opportunity.opportunity_id != second[0].opportunity.opportunity_id


def test_an_edge_that_closed_and_opened_again_is_another_opportunity():
    told = Playbook()
    told.market(a_quiet_book(1))
    assert told.defi(*a_block(10, UNEVEN)).findings
    assert not told.defi(*a_block(11, EVEN)).findings
    assert told.defi(*a_block(12, UNEVEN)).findings


def test_a_chance_nobody_took_is_found_again_once_it_expired_and_the_book_moved():
    told = Playbook()
    told.defi(*a_block(10, {"univ2-a": 3000.0}))
    assert told.market(a_book(1, 3060.0)).findings
    assert not told.market(a_book(2, 3060.5)).findings
    assert told.defi(*a_block(11, {"univ2-a": 3000.0}), after_ms=2_600).findings


def test_pools_of_different_blocks_are_never_compared():
    told = Playbook()
    told.market(a_quiet_book(1))
    told.defi(*a_block(10, {"univ2-a": 3000.0}))
    answer = told.defi(a_head(11), a_state("univ2-b", 11, 3060.0))
    assert not [name for name in found(answer) if name[0] == "dex_dex"]
    assert ("dex_dex", "stale_pool") in answer.declined


def test_a_gap_in_the_book_stops_everything_until_it_is_stated_again():
    told = Playbook()
    told.market(a_quiet_book(1))
    late = v1.L2Delta(0, a_book(1, 1.0).symbol_hash, 3, (v1.L2Update(0, 10**8, 10**8, 1),))
    told.market(late)
    assert told.detector.market.gaps == 1
    answer = told.defi(*a_block(10, UNEVEN))
    assert not answer.findings
    assert ("dex_dex", "no_mark") in answer.declined
    assert found(told.market(a_quiet_book(4), after_ms=5)) == []
    assert found(told.defi(*a_block(11, UNEVEN))) == [("dex_dex", "univ2-a", "univ2-b")]


def test_a_reset_book_and_a_crossed_book_are_not_traded_on():
    for trouble in (
        v1.L2Reset(a_book(1, 1.0).symbol_hash, 0),
        a_book(2, 3030.0, spread_usdc=-1.0),
    ):
        told = Playbook()
        told.market(a_quiet_book(1))
        told.market(trouble)
        assert not told.defi(*a_block(10, UNEVEN)).findings


def test_a_silent_exchange_grows_stale_and_a_heartbeat_keeps_it_fresh():
    told = Playbook()
    told.market(a_quiet_book(1))
    told.market(v1.Heartbeat(0, 1), after_ms=2_500)
    assert told.defi(*a_block(10, UNEVEN), after_ms=2_500).findings
    silent = Playbook()
    silent.market(a_quiet_book(1))
    assert not silent.defi(*a_block(10, UNEVEN), after_ms=3_001).findings


def test_a_chain_that_stands_still_grows_stale():
    told = Playbook()
    told.defi(*a_block(10, {"univ2-a": 3000.0}))
    answer = told.market(a_book(1, 3060.0), after_ms=5_001)
    assert not answer.findings
    assert ("cex_dex", "stale_pool") in answer.declined


def test_a_stopped_pool_takes_part_in_nothing():
    told = Playbook()
    told.market(a_quiet_book(1))
    told.defi(*a_block(10, EVEN))
    told.defi(v2.GapNotice("pool:univ2-b", 10, 10))
    assert "univ2-b" not in told.detector.market.pools
    assert "univ2-a" in told.detector.market.pools


def test_a_reorg_forgets_every_pool():
    told = Playbook()
    told.defi(*a_block(10, EVEN))
    told.defi(v2.GapNotice("chain", 11, 10))
    assert not told.detector.market.pools


def test_a_relay_that_was_away_is_believed_only_from_its_replay():
    told = Playbook()
    told.market(a_quiet_book(1))
    told.defi(*a_block(10, EVEN))
    told.market()
    told.defi()
    assert told.detector.market.book is None
    assert told.detector.market.head is None
    assert not told.detector.market.pools


def test_gas_at_twice_the_base_fee_is_what_an_opportunity_must_earn():
    told = Playbook()
    told.market(a_quiet_book(1))
    fact = told.defi(*a_block(10, UNEVEN, base_fee_wei=7)).findings[0].opportunity
    assert fact.expected_gas_wei == Rules().dex_dex_gas * 7 * 2
    dear = Playbook()
    dear.market(a_quiet_book(1))
    answer = dear.defi(*a_block(10, UNEVEN, base_fee_wei=10**14))
    assert not answer.findings
    assert ("dex_dex", "below_minimum") in answer.declined


def test_marks_come_once_a_second_however_busy_the_book():
    told = Playbook()
    marks = [told.market(a_book(n, 3000.0), after_ms=100).mark for n in range(1, 32)]
    assert len([mark for mark in marks if mark]) == 4


def test_the_same_script_gives_the_same_facts():
    def script() -> list[str]:
        told = Playbook(replace(Rules(), min_net_usd_e24=1))
        told.market(a_book(1, 3050.0))
        told.defi(*a_block(10, UNEVEN))
        told.market(a_book(2, 2900.0))
        return [
            finding.opportunity.opportunity_id
            for answer in told.answers
            for finding in answer.findings
        ]

    assert script() == script()
    assert len(set(script())) == len(script()) > 1


def test_the_best_opportunity_of_a_moment_comes_first():
    told = Playbook()
    told.market(a_book(1, 3030.0))
    answer = told.defi(*a_block(10, {"univ2-a": 3000.0, "univ2-b": 3090.0}))
    worth = [finding.opportunity.expected_net_usd_e24 for finding in answer.findings]
    assert len(worth) > 1
    assert worth == sorted(worth, reverse=True)
