"""Rows of staging become what the domain speaks of, nothing lost and nothing rounded."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.errors import InputRefused
from orchestration.reading.books import chain_claims, exchange_book, journal_book, marks_of
from tests.kit.clock import NOON_NS
from tests.kit.facts import a_card, an_entry, sample_facts

FILL = {
    "venue": "paper", "trade_id": "t", "venue_order_id": "o", "client_order_id": "c",
    "side": "buy", "price": Decimal("3000.1"), "volume": Decimal("0.0000000001"),
    "cost": Decimal("0.00000003"), "fee": Decimal("0.00000001"), "traded_ns": 7,
}  # fmt: skip


def rows() -> list[dict[str, object]]:
    """Write every kind of fact as staging hands it over."""
    from journal.records import canonical_payload

    return [
        {
            "seq": seq, "kind": kind, "payload": canonical_payload(fact).decode(),
            "observed_ns": NOON_NS, "correlation_id": "",
        }
        for seq, (kind, fact) in enumerate(sample_facts().items(), 1)
    ]  # fmt: skip


def test_every_kind_the_books_speak_of_finds_its_place():
    book = journal_book(rows())
    assert [len(part) for part in (book.decisions, book.verdicts, book.executions)] == [1, 1, 1]
    assert [len(part) for part in (book.orders, book.order_answers)] == [1, 1]
    assert [len(part) for part in (book.transactions, book.transaction_answers)] == [1, 1]
    assert [one.is_final for one in book.outcomes] == [False, True]


def test_an_intent_is_as_old_as_its_observation():
    assert journal_book(rows()).orders[0].intended_ns == an_entry().observed_ns


def test_marks_after_the_anchor_are_left_out():
    assert len(marks_of(rows(), NOON_NS)) == 1
    assert marks_of(rows(), NOON_NS - 1) == []


def test_amounts_become_base_units_to_the_last_digit():
    fill = exchange_book(a_card(), [FILL], []).fills[0]
    assert (fill.base_units, fill.quote_units, fill.fee_units) == (1, 3, 1)


def test_a_digit_that_would_be_lost_is_refused():
    with pytest.raises(InputRefused):
        exchange_book(a_card(), [FILL | {"fee": Decimal("0.000000001")}], [])


def test_a_balance_that_was_quarantined_is_unknown_and_not_zero():
    row = {
        "account": "a", "asset": "b", "units": None, "block_number": 1,
        "block_hash": "0x", "timestamp_s": 1,
    }  # fmt: skip
    assert chain_claims([row])[0].units is None
