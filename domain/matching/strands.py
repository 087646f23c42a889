"""What has to be compared together: all that names one order, trade or transaction.

Comparisons go by the names both sides give, so a fact has no say in another strand. Two things only
all facts together tell, and they are given to whoever compares a few (`Frame`); what waits for a
partner is looked for among all that waits (`Compared.waiting`). So comparing what waits and what is
new, and keeping what agreed, is comparing everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from domain.matching.orders import Markets, markets_of
from domain.settlement.exchange import line_key
from domain.settlement.strands import OF_A_TRADE, Key
from domain.settlement.types import (
    ChainTransaction,
    ExchangeBook,
    ExchangeFill,
    IntendedOrder,
    IntendedTransaction,
    LedgerLine,
    OrderAnswer,
    TransactionAnswer,
)


class Frame(msgspec.Struct, frozen=True):
    """What all of an exchange's rows tell together, and no strand can know.

    Args:
        markets: Whose money an order moves of which no fill is told yet.
        has_statement: Without any line nothing is said of fills: that is silence, not a break.
    """

    markets: Markets
    has_statement: bool


def frame_of(exchange: ExchangeBook) -> Frame:
    """Read the frame from all rows of an exchange."""
    return Frame(markets_of(exchange.fills), bool(exchange.lines))


def order_key(client_order_id: str) -> Key:
    """Name what is told of one order."""
    return "order", client_order_id


def trade_key(trade_id: str) -> Key:
    """Name what is told of one trade, on whatever venue: statements name it by its id alone."""
    return "trade", trade_id


def statement_key(line: LedgerLine) -> Key:
    """Name what is told under one line's id."""
    return "line", *line_key(line)


def transaction_key(tx_hash: str) -> Key:
    """Name what is told of one transaction."""
    return "transaction", tx_hash


def _nonce_key(sender: str, nonce: int) -> Key:
    return "nonce", sender, str(nonce)


def _of_order(one: IntendedOrder | OrderAnswer) -> list[Key]:
    return [order_key(one.client_order_id)]


def _of_fill(one: ExchangeFill) -> list[Key]:
    return [trade_key(one.trade_id), order_key(one.client_order_id)]


def _of_line(one: LedgerLine) -> list[Key]:
    own = statement_key(one)
    return [own, trade_key(one.ref_id)] if one.kind in OF_A_TRADE else [own]


def _of_intent(one: IntendedTransaction) -> list[Key]:
    return [transaction_key(one.tx_hash), _nonce_key(one.signer, one.nonce)]


def _of_answer(one: TransactionAnswer) -> list[Key]:
    return [transaction_key(one.tx_hash)]


def _of_transaction(one: ChainTransaction) -> list[Key]:
    receipt = one.receipt
    return [transaction_key(receipt.tx_hash), _nonce_key(receipt.sender, one.nonce)]


_KEYS: Mapping[type, Callable[[Any], list[Key]]] = {
    IntendedOrder: _of_order,
    OrderAnswer: _of_order,
    ExchangeFill: _of_fill,
    LedgerLine: _of_line,
    IntendedTransaction: _of_intent,
    TransactionAnswer: _of_answer,
    ChainTransaction: _of_transaction,
}


def keys_of(fact: object) -> list[Key]:
    """Give the names a fact is compared under; none of what no comparison reads.

    Args:
        fact: Any of what `domain.settlement.types` calls a plain row of a source.
    """
    find = _KEYS.get(type(fact))
    return find(fact) if find else []
