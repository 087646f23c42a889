"""Facts of detection: ids that follow from what was seen, and payloads that read back."""

from __future__ import annotations

from journal.records import canonical_payload, parse_payload
from tests.kit.market import Playbook, a_block, a_book, a_quiet_book

UNEVEN = {"univ2-a": 3000.0, "univ2-b": 3060.0}


def _fact(sequence: int = 1, block: int = 10, after_ms: int = 1):
    told = Playbook()
    told.market(a_quiet_book(sequence))
    return told.defi(*a_block(block, UNEVEN), after_ms=after_ms).findings[0].opportunity


def test_the_id_follows_from_what_was_seen_and_not_from_when():
    assert _fact().opportunity_id == _fact(after_ms=9).opportunity_id
    assert _fact().opportunity_id != _fact(block=11).opportunity_id


def test_a_book_that_is_not_evidence_does_not_change_the_id():
    assert _fact(sequence=1).opportunity_id == _fact(sequence=2).opportunity_id


def test_a_book_that_is_evidence_changes_the_id():
    def cex_fact(sequence: int):
        told = Playbook()
        told.defi(*a_block(10, {"univ2-a": 3000.0}))
        return told.market(a_book(sequence, 3060.0)).findings[0].opportunity

    assert cex_fact(1).opportunity_id != cex_fact(2).opportunity_id


def test_what_is_signalled_reads_back_as_what_was_recorded():
    fact = _fact()
    assert parse_payload(fact.KIND, canonical_payload(fact)) == fact


def test_amounts_reconcile_exactly():
    fact = _fact()
    gas_usd_e24 = fact.expected_gas_wei * fact.mark_e6
    assert fact.expected_net_usd_e24 == (
        fact.expected_gross_usd_e24 - fact.expected_fee_usd_e24 - gas_usd_e24
    )
    gain_units = fact.legs[1].quote_units - fact.legs[0].quote_units
    assert fact.expected_gross_usd_e24 == gain_units * 10**18
