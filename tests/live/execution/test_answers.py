"""Answers become events and facts; what is not an answer is UNKNOWN and says nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.records import OrderIntended, TransactionIntended
from live.execution.answers import (
    DEFINITE_ORDER,
    DEFINITE_TX,
    NO_ANSWER_YET,
    ChainAnswer,
    OrderAnswer,
    mined,
    order_event,
    order_fact,
    transaction_fact,
    tx_event,
)
from live.execution.machine import Event
from tests.kit.facts import BLOCK_HASH, PAPER_USDC, fact
from tests.kit.trading import a_receipt

TX = fact("transaction.intended")
ORDER = fact("order.intended")
assert isinstance(TX, TransactionIntended)
assert isinstance(ORDER, OrderIntended)


@pytest.mark.parametrize(
    ("status", "owes_order", "event"),
    [
        ("INCLUDED", False, Event.TX_DONE),
        ("INCLUDED", True, Event.TX_OPENED),
        ("REVERTED", True, Event.TX_REFUSED),
        ("REPLACED", False, Event.TX_REFUSED),
        ("DROPPED", False, Event.TX_REFUSED),
        ("REJECTED", True, Event.TX_REFUSED),
        ("UNKNOWN", False, Event.TX_SILENT),
        ("ABSENT", False, Event.TX_ABSENT),
    ],
)
def test_chain_answers_are_classified(status: str, owes_order: bool, event: Event):
    assert tx_event(ChainAnswer(status), owes_order=owes_order) is event


def test_only_status_one_traded():
    assert mined(a_receipt()).status == "INCLUDED"
    assert mined(a_receipt(status=0)).status == "REVERTED"
    assert mined(a_receipt(status=None)).status == "REVERTED"


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**3))
def test_an_order_is_filled_when_less_than_a_lot_is_missing(asked: int, filled: int, lot: int):
    event = order_event(OrderAnswer("PARTIAL", filled_base_units=filled), asked, lot)
    assert event is (Event.ORDER_FILLED if asked - filled < lot else Event.ORDER_SHORT)


@pytest.mark.parametrize("status", ["OPEN", "UNKNOWN", "ABSENT"])
def test_what_is_no_answer_from_the_exchange_is_silence(status: str):
    answer = OrderAnswer(status, "O-1", 5, 5, 5, "whatever was said")
    assert order_event(answer, 5, 1) is Event.ORDER_SILENT
    written = order_fact(ORDER, answer, PAPER_USDC)
    assert written.status == "UNKNOWN"
    assert written.filled_base_units == written.filled_quote_units == written.fee_units == 0
    assert written.reason == NO_ANSWER_YET


@pytest.mark.parametrize("status", sorted(DEFINITE_ORDER))
def test_a_definite_order_keeps_its_numbers(status: str):
    written = order_fact(ORDER, OrderAnswer(status, "O-1", 5, 6, 7, "why"), PAPER_USDC)
    assert (written.status, written.venue_order_id, written.reason) == (status, "O-1", "why")
    assert (written.filled_base_units, written.filled_quote_units, written.fee_units) == (5, 6, 7)


def test_a_mined_transaction_is_written_with_its_block_and_the_finality_given():
    written = transaction_fact(TX, mined(a_receipt()), "final")
    assert (written.status, written.finality) == ("INCLUDED", "final")
    assert (written.block_number, written.block_hash) == (43, BLOCK_HASH)
    assert (written.gas_used, written.effective_gas_price_wei) == (224_000, 2 * 10**9)


@pytest.mark.parametrize("status", ["UNKNOWN", "ABSENT", *sorted(DEFINITE_TX)])
def test_without_a_receipt_there_is_no_finality_and_no_block(status: str):
    written = transaction_fact(TX, ChainAnswer(status, reason="why"), "included")
    assert written.status == (status if status in DEFINITE_TX else "UNKNOWN")
    assert (written.finality, written.block_number, written.block_hash) == ("none", 0, "")
