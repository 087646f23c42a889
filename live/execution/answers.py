"""What chain and exchange can say of an intent: definite, or unknown. Values, not exceptions.

Each answer turns into one event of the machine and one journal fact; the classification is here,
the words of a foreign API are translated before (`exchange.py`, `chain_lane.py`).
"""

from __future__ import annotations

import msgspec

from domain.chain.types import Receipt
from journal.records import OrderIntended, OrderObserved, TransactionIntended, TransactionObserved
from live.execution.machine import Event

DEFINITE_ORDER = frozenset({"FILLED", "PARTIAL", "CANCELLED", "REJECTED"})
"""What an order can no longer change from; OPEN and UNKNOWN are not answers."""

DEFINITE_TX = frozenset({"INCLUDED", "REVERTED", "REPLACED", "DROPPED", "REJECTED"})
"""What a transaction can no longer change from, but by a reorg."""

_INDEFINITE = {"ABSENT": Event.TX_ABSENT, "STUCK": Event.TX_STUCK}

NO_ANSWER_YET = "sent, and no answer came back; it is being asked for"
"""One fixed text, because a fact observed twice must be the same fact."""


class ChainAnswer(msgspec.Struct, frozen=True):
    """What the chain said of one transaction.

    Args:
        status: INCLUDED, REVERTED, REPLACED, DROPPED or REJECTED; UNKNOWN when there is no answer;
            ABSENT when the node does not know it and its nonce is free; STUCK when a block passed
            it over.
        receipt: Of INCLUDED and REVERTED.
        reason: For people.
    """

    status: str
    receipt: Receipt | None = None
    reason: str = ""


class OrderAnswer(msgspec.Struct, frozen=True):
    """What the exchange said of one order; amounts in base units of the exchange's assets.

    Args:
        status: FILLED, PARTIAL, CANCELLED, REJECTED, OPEN or UNKNOWN; ABSENT when the exchange has
            no order of that client id.
        fee_units: In the quote asset.
    """

    status: str
    venue_order_id: str = ""
    filled_base_units: int = 0
    filled_quote_units: int = 0
    fee_units: int = 0
    reason: str = ""


def mined(receipt: Receipt) -> ChainAnswer:
    """Read a receipt as an answer; only status 1 traded."""
    if receipt.status == 1:
        return ChainAnswer("INCLUDED", receipt)
    return ChainAnswer("REVERTED", receipt, "the contract refused; gas is spent, nothing traded")


def tx_event(answer: ChainAnswer, *, owes_order: bool) -> Event:
    """Classify a chain answer for the machine.

    Args:
        answer: About the leg's own transaction.
        owes_order: Whether a second leg at the exchange follows when it was mined well.
    """
    if answer.status == "INCLUDED":
        return Event.TX_OPENED if owes_order else Event.TX_DONE
    if answer.status in DEFINITE_TX:
        return Event.TX_REFUSED
    return _INDEFINITE.get(answer.status, Event.TX_SILENT)


def order_event(answer: OrderAnswer, asked_base_units: int, lot_units: int) -> Event:
    """Classify an exchange answer for the machine; less than one lot missing is filled."""
    if answer.status not in DEFINITE_ORDER:
        return Event.ORDER_SILENT
    missing = asked_base_units - answer.filled_base_units
    return Event.ORDER_FILLED if missing < lot_units else Event.ORDER_SHORT


def transaction_fact(
    intent: TransactionIntended, answer: ChainAnswer, finality: str
) -> TransactionObserved:
    """Write a chain answer as a fact.

    Args:
        intent: What was sent.
        answer: What became of it; ABSENT is written as UNKNOWN, because it may still turn up.
        finality: ``included``, ``safe`` or ``final``; ignored where there is no receipt.
    """
    receipt = answer.receipt
    known = answer.status in DEFINITE_TX
    return TransactionObserved(
        tx_hash=intent.tx_hash,
        execution_id=intent.execution_id,
        status=answer.status if known else "UNKNOWN",
        finality="none" if receipt is None else finality,
        block_number=0 if receipt is None else receipt.block_number,
        block_hash="" if receipt is None else receipt.block_hash,
        gas_used=0 if receipt is None else receipt.gas_used,
        effective_gas_price_wei=0 if receipt is None else receipt.effective_gas_price_wei,
        reason=answer.reason if known else NO_ANSWER_YET,
    )


def order_fact(intent: OrderIntended, answer: OrderAnswer, fee_asset: str) -> OrderObserved:
    """Write an exchange answer as a fact; anything that is not an answer is written as UNKNOWN."""
    known = answer.status in DEFINITE_ORDER
    return OrderObserved(
        client_order_id=intent.client_order_id,
        execution_id=intent.execution_id,
        venue_order_id=answer.venue_order_id if known else "",
        status=answer.status if known else "UNKNOWN",
        filled_base_units=answer.filled_base_units if known else 0,
        filled_quote_units=answer.filled_quote_units if known else 0,
        fee_units=answer.fee_units if known else 0,
        fee_asset=fee_asset,
        reason=answer.reason if known else NO_ANSWER_YET,
    )
