"""What of a holding is bound: kept for orders at rest, or about to be spent by transactions.

At most, always: an order nobody answered for may fill whole, a transaction that was sent may be
mined. What was seen to happen is no longer bound but pending, or settled. What orders keep is
`promised.py`'s; what the loop may still spend before it sends anything is the loop's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from domain.desk import DeskCard
from domain.identity import wallet_account
from domain.positions.promised import OrderPart, promises
from domain.settlement.types import (
    DecidedLeg,
    Decision,
    IntendedOrder,
    OrderAnswer,
    PlannedExecution,
    TransactionAnswer,
)

NEVER_MINED = frozenset({"DROPPED", "REPLACED", "REJECTED"})
"""What is said of a transaction that spends nothing any more."""
_UNWIND = "unwind"
_DESK = "desk"


class Bound(msgspec.Struct, frozen=True, order=True):
    """What one order, or one transaction, binds of one asset.

    Args:
        subject: Client order id, or transaction hash.
        units: At most; positive.
        intended_ns: When the order or transaction was about to be sent.
    """

    account: str
    asset: str
    strategy: str
    subject: str
    units: int
    intended_ns: int


class SentTransaction(msgspec.Struct, frozen=True):
    """A signed transaction that was about to be sent, with the most it may pay for gas."""

    tx_hash: str
    execution_id: str
    chain_id: int
    signer: str
    nonce: int
    value_wei: int
    gas_limit: int
    max_fee_per_gas_wei: int
    purpose: str
    venues: tuple[str, ...]
    intended_ns: int


def bound_by_orders(
    at_ns: int,
    card: DeskCard,
    orders: Iterable[IntendedOrder],
    answers: Iterable[OrderAnswer],
    parts: Iterable[OrderPart],
    plans: Mapping[str, PlannedExecution],
) -> list[Bound]:
    """Say what orders that may rest at the desk's exchange keep at an instant.

    Args:
        at_ns: When.
        card: The desk.
        orders: Intended; those elsewhere, or not sent yet, keep nothing.
        answers: What was heard of them, then and later.
        parts: What they filled.
        plans: By execution id: whose orders they are; the desk's own without one.
    """
    return sorted(
        Bound(
            card.exchange.account,
            asset,
            _strategy(order, plans),
            order.client_order_id,
            promised.most,
            order.intended_ns,
        )
        for order, asset, promised in promises((at_ns, at_ns), card, orders, answers, parts)
        if promised.most
    )


def bound_by_transactions(
    at_ns: int,
    card: DeskCard,
    sent: Iterable[SentTransaction],
    answers: Iterable[TransactionAnswer],
    mined_nonces: Mapping[str, int],
    plans: Mapping[str, PlannedExecution],
    decisions: Mapping[str, Decision],
) -> list[Bound]:
    """Say what transactions that may still be mined would spend after an instant.

    Gas at its highest price and the coin sent along; and what the decision pays at the one place a
    transaction trades at, or what it bought there if the transaction takes that back. One that
    trades at several places borrows what it trades with. Of those that share a nonce at most one
    is mined, so an asset is bound by the one that spends most of it.

    Args:
        at_ns: When.
        card: The desk.
        sent: Intended.
        answers: What was heard of them, then and later.
        mined_nonces: Signer, in lower case -> the highest nonce that was seen in a block by then.
        plans: By execution id.
        decisions: By opportunity id.
    """
    over = {one.tx_hash for one in answers if one.status in NEVER_MINED and one.observed_ns < at_ns}
    most: dict[tuple[str, int, str], Bound] = {}
    for one in sent:
        is_used = one.nonce <= mined_nonces.get(one.signer.lower(), -1)
        if is_used or one.tx_hash in over or one.intended_ns > at_ns:
            continue
        for bound in _bound_by(one, card, plans, decisions):
            place = one.signer.lower(), one.nonce, bound.asset
            most[place] = max(most.get(place, bound), bound, key=lambda its: its.units)
    return sorted(most.values())


def _bound_by(
    sent: SentTransaction,
    card: DeskCard,
    plans: Mapping[str, PlannedExecution],
    decisions: Mapping[str, Decision],
) -> Iterator[Bound]:
    plan = plans.get(sent.execution_id)
    spent = _spent(sent, card, decisions.get(plan.opportunity_id) if plan else None)
    account, strategy = wallet_account(sent.chain_id, sent.signer), _strategy(sent, plans)
    for asset, units in spent.items():
        yield Bound(account, asset, strategy, sent.tx_hash, units, sent.intended_ns)


def _strategy(sent: IntendedOrder | SentTransaction, plans: Mapping[str, PlannedExecution]) -> str:
    plan = plans.get(sent.execution_id)
    return plan.strategy if plan else _DESK


def _spent(sent: SentTransaction, card: DeskCard, decision: Decision | None) -> dict[str, int]:
    """Sum what a transaction spends, by asset."""
    spent = {card.chain.native: sent.gas_limit * sent.max_fee_per_gas_wei + sent.value_wei}
    legs = [leg for leg in (decision.legs if decision else ()) if leg.venue in sent.venues]
    if len(legs) == 1:
        asset, units = _paid(legs[0], is_taken_back=sent.purpose == _UNWIND)
        spent[asset] = spent.get(asset, 0) + units
    return spent


def _paid(leg: DecidedLeg, *, is_taken_back: bool) -> tuple[str, int]:
    if (leg.side == "sell") != is_taken_back:
        return leg.base_asset, leg.base_units
    return leg.quote_asset, leg.quote_units
