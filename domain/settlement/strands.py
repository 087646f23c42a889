"""What hangs together: an execution with all that was sent, answered, filled and charged for it.

Settling looks things up by a few keys: an execution by its opportunity, an order by its id, a fill
by its trade, a transaction by its hash, its sender's nonce and its block, a payment by its amount
too, since the other side of a transfer may name nothing else. Facts that share a key
are of one strand, directly or over others, and no fact of another strand has a say in them. So
settling strand by strand and putting the results together is settling everything, and what a
strand settled to stands until one of its own facts changes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from domain.settlement.flows import plain_units
from domain.settlement.outcome import Settlement
from domain.settlement.revisions import ADJUSTMENT
from domain.settlement.types import (
    ChainTransaction,
    Decision,
    ExchangeFill,
    ExecutionAnswer,
    IntendedOrder,
    IntendedTransaction,
    LedgerLine,
    OrderAnswer,
    Payment,
    PlannedExecution,
    RebaseSeen,
    RiskVerdict,
    TransactionAnswer,
)

Key = tuple[str, ...]
_Item = TypeVar("_Item")
TRADE = "trade"
"""The exchange's word for a statement line that a trade made."""
OF_A_TRADE = (TRADE, ADJUSTMENT)
"""Statement lines that name a trade; what others name says nothing of a trade."""
PAYMENTS = ("deposit", "withdrawal")
"""Statement lines that may be one side of a transfer of ours."""


def opportunity_key(opportunity_id: str) -> Key:
    """Name the strand of an opportunity, which every fact about it shares."""
    return "opportunity", opportunity_id


def _of_decision(one: Decision | RiskVerdict) -> list[Key]:
    return [opportunity_key(one.opportunity_id)]


def _of_plan(one: PlannedExecution) -> list[Key]:
    return [("execution", one.execution_id), opportunity_key(one.opportunity_id)]


def _of_order(one: IntendedOrder | OrderAnswer) -> list[Key]:
    return [("order", one.client_order_id), ("execution", one.execution_id)]


def _of_intent(one: IntendedTransaction) -> list[Key]:
    return [
        ("transaction", one.tx_hash),
        ("execution", one.execution_id),
        ("nonce", one.signer, str(one.nonce)),
    ]


def _of_answer(one: TransactionAnswer) -> list[Key]:
    return [("transaction", one.tx_hash), ("execution", one.execution_id)]


def _of_outcome(one: ExecutionAnswer) -> list[Key]:
    return [("execution", one.execution_id)]


def _of_fill(one: ExchangeFill) -> list[Key]:
    return [("order", one.client_order_id), ("trade", one.venue, one.trade_id)]


def _of_line(one: LedgerLine) -> list[Key]:
    own = ("line", one.venue, one.account, one.line_id)
    if one.kind in OF_A_TRADE:
        return [own, ("trade", one.venue, one.ref_id)]
    if one.kind in PAYMENTS:
        named: list[Key] = [("payment", one.venue, one.ref_id)] if one.ref_id else []
        return [own, *named, *_amount_keys(abs(one.units), one.fee_units)]
    return [own]


def _of_payment(one: Payment) -> list[Key]:
    own = ("payment", one.venue, one.ref_id)
    mined: list[Key] = [("transaction", one.tx_hash)] if one.tx_hash else []
    return [own, *mined, *_amount_keys(one.units, one.fee_units)]


def _amount_keys(units: int, fee_units: int) -> list[Key]:
    """Name an amount, with and without a fee, by its digits: they are the same at any decimals."""
    return [_amount_key(one) for one in {units, units - fee_units, units + fee_units} if one > 0]


def _amount_key(units: int) -> Key:
    return "amount", str(units).rstrip("0")


def _of_transaction(one: ChainTransaction) -> list[Key]:
    receipt = one.receipt
    paid = plain_units(receipt)
    return [
        ("transaction", receipt.tx_hash),
        ("nonce", receipt.sender, str(one.nonce)),
        ("block", receipt.block_hash),
        *([_amount_key(paid)] if paid else []),
    ]


def _of_rebase(one: RebaseSeen) -> list[Key]:
    return [("block", one.block_hash)]


_KEYS: Mapping[type, Callable[[Any], list[Key]]] = {
    Decision: _of_decision,
    RiskVerdict: _of_decision,
    PlannedExecution: _of_plan,
    IntendedOrder: _of_order,
    OrderAnswer: _of_order,
    IntendedTransaction: _of_intent,
    TransactionAnswer: _of_answer,
    ExecutionAnswer: _of_outcome,
    ExchangeFill: _of_fill,
    LedgerLine: _of_line,
    Payment: _of_payment,
    ChainTransaction: _of_transaction,
    RebaseSeen: _of_rebase,
}


def keys_of(fact: object) -> list[Key]:
    """Give the keys settling looks a fact up by, or finds others with; never none.

    Args:
        fact: Any of what `domain.settlement.types` calls a plain row of a source.
    """
    return _KEYS[type(fact)](fact)


def strands_of(keyed: Iterable[tuple[_Item, Sequence[Hashable]]]) -> list[list[_Item]]:
    """Part items into strands: those that share a key, directly or over others.

    Args:
        keyed: Each item with its keys.

    Returns:
        Each item once; items keep their order within a strand, strands that of their first item.
    """
    pairs = list(keyed)
    root: dict[Hashable, Hashable] = {}
    for _, keys in pairs:
        first = _root(root, keys[0])
        for key in keys[1:]:
            root[_root(root, key)] = first
    found: dict[Hashable, list[_Item]] = {}
    for item, keys in pairs:
        found.setdefault(_root(root, keys[0]), []).append(item)
    return list(found.values())


def _root(parents: dict[Hashable, Hashable], key: Hashable) -> Hashable:
    """Find what stands for a key's strand, and let the keys on the way know it."""
    way: list[Hashable] = []
    while (parent := parents.setdefault(key, key)) != key:
        way.append(key)
        key = parent
    for one in way:
        parents[one] = key
    return key


def put_together(parts: Iterable[Settlement]) -> Settlement:
    """Put what strands settled to together, in no order of its own."""
    settled = list(parts)
    return Settlement(
        **{
            name: tuple(item for one in settled for item in getattr(one, name))
            for name in msgspec.structs.asdict(Settlement())
        }
    )
