"""The settlement of a desk: three sources in, everything that really moved out.

The only door of this room for callers. It arranges, asks `chain.py`, `exchange.py` and `status.py`,
and compares what was predicted with what came of it. Independent of the order of every input.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec

from domain.desk import BOOK_CURRENCY, DeskCard
from domain.money import BOOK_MARK_E6, value_usd_e24
from domain.settlement.chain import ChainReading, in_chain_order, read_chain
from domain.settlement.exchange import ExchangeReading, flow_of, read_exchange
from domain.settlement.outcome import GasPaid, Leg, Move, Outturn, SettledExecution, Settlement
from domain.settlement.rebases import rebase_incidents
from domain.settlement.revisions import standing_legs
from domain.settlement.scope import ChainScope
from domain.settlement.status import (
    Evidence,
    order_part,
    status_of,
    transaction_part,
    weakest,
)
from domain.settlement.transits import (
    Told,
    TransitReading,
    line_id,
    movement_id,
    read_transits,
)
from domain.settlement.types import (
    ChainBook,
    Decision,
    ExchangeBook,
    JournalBook,
    OrderAnswer,
    Payment,
    PlannedExecution,
    TransactionAnswer,
)
from domain.settlement.underway import OpenTransit

_Answer = TypeVar("_Answer", OrderAnswer, TransactionAnswer)
_Item = TypeVar("_Item")


class _Found(msgspec.Struct, frozen=True):
    plan: PlannedExecution
    decision: Decision | None
    legs: list[Leg]
    gas: list[GasPaid]
    standing: str


def settle(
    card: DeskCard,
    journal: JournalBook,
    exchange: ExchangeBook,
    chain: ChainBook,
    carried: Sequence[OpenTransit] = (),
) -> Settlement:
    """Work out what every execution really did, and everything else of ours that moved.

    Args:
        card: Who is who.
        journal: What was decided and intended; explains movements, proves none.
        exchange: Statements as captured.
        chain: Canonical transactions that touch us.
        carried: What left for or from the exchange before any of these.

    Returns:
        Each movement once, ordered by time and id, whatever the order of the inputs. `unknown`
        names sources that failed and executions without a definite end.
    """
    plans = {plan.execution_id: plan for plan in journal.executions}
    intents = {intent.tx_hash: intent for intent in journal.transactions}
    orders = {order.client_order_id: order for order in journal.orders}
    on_chain = read_chain(ChainScope.of(card), chain.transactions, intents, plans)
    traded = read_exchange(exchange, orders, plans)
    legs = sorted([*on_chain.legs, *traded.legs], key=lambda leg: (leg.at_ns, leg.leg_id))
    standing = standing_legs(legs, traded.revisions)
    executions = _executions(
        card, journal, standing, on_chain.gas, arrange(journal, exchange, chain, legs, standing)
    )
    found = _transits(card, on_chain, traded, exchange.payments, carried)
    rebases = rebase_incidents(ChainScope.of(card), chain.rebases, chain.transactions)
    return Settlement(
        executions=executions,
        legs=tuple(legs),
        gas=tuple(on_chain.gas),
        transfers=tuple(on_chain.transfers),
        conversions=tuple(on_chain.conversions),
        flows=tuple(flow_of(line) for line in traded.paid if line_id(line) not in found.explained),
        unexplained=(
            *(one for one in on_chain.unexplained if movement_id(one) not in found.explained),
            *traded.unexplained,
            *found.undecided,
        ),
        unknown=_unknown(exchange, chain, executions),
        incidents=(*on_chain.incidents, *rebases, *traded.incidents),
        revisions=traded.revisions,
        liquidity=tuple(on_chain.liquidity),
        transits=tuple(found.transits),
    )


def _transits(
    card: DeskCard,
    on_chain: ChainReading,
    traded: ExchangeReading,
    payments: Sequence[Payment],
    carried: Sequence[OpenTransit],
) -> TransitReading:
    told = Told(
        on_chain.paid_in,
        on_chain.unexplained,
        frozenset(on_chain.plain),
        traded.paid,
        payments,
        carried,
    )
    return read_transits(ChainScope.of(card), card.assets, told)


def arrange(
    journal: JournalBook,
    exchange: ExchangeBook,
    chain: ChainBook,
    legs: Iterable[Leg],
    standing: Iterable[Leg],
) -> Evidence:
    """Arrange the sources for look-up by hash, nonce and client order id."""
    mined = in_chain_order(chain.transactions)
    return Evidence(
        chain=chain,
        exchange=exchange,
        mined={tx.receipt.tx_hash: (tx.receipt.block_number, tx.receipt.status) for tx in mined},
        used_nonces={(tx.receipt.sender, tx.nonce): tx.receipt.tx_hash for tx in mined},
        answers=last_heard(journal.transaction_answers, lambda answer: answer.tx_hash),
        order_answers=last_heard(journal.order_answers, lambda answer: answer.client_order_id),
        legs=_grouped(legs, lambda leg: leg.order_ref),
        standing=_grouped(standing, lambda leg: leg.order_ref),
    )


def last_heard(answers: Iterable[_Answer], key: Callable[[_Answer], str]) -> dict[str, _Answer]:
    """Keep the last answer for each key, by the time it was observed."""
    ordered = sorted(answers, key=lambda answer: (answer.observed_ns, answer.status))
    return {key(answer): answer for answer in ordered}


def _executions(
    card: DeskCard,
    journal: JournalBook,
    legs: Sequence[Leg],
    gas: Sequence[GasPaid],
    evidence: Evidence,
) -> tuple[SettledExecution, ...]:
    decisions = {decision.opportunity_id: decision for decision in journal.decisions}
    legs_of = _grouped(legs, lambda leg: leg.execution_id)
    gas_of = _grouped(gas, lambda paid: paid.execution_id)
    sent = _grouped(journal.transactions, lambda intent: intent.execution_id)
    ordered = _grouped(journal.orders, lambda order: order.execution_id)
    once = {plan.execution_id: plan for plan in journal.executions}
    settled: list[SettledExecution] = []
    for plan in sorted(once.values(), key=lambda plan: (plan.planned_ns, plan.execution_id)):
        key = plan.execution_id
        parts = [
            *(transaction_part(intent, evidence) for intent in sent.get(key, [])),
            *(order_part(order, evidence) for order in ordered.get(key, [])),
        ]
        status, reason = status_of(plan, parts, legs_of.get(key, []), gas_of.get(key, []))
        found = _Found(
            plan=plan,
            decision=decisions.get(plan.opportunity_id),
            legs=legs_of.get(key, []),
            gas=gas_of.get(key, []),
            standing=weakest(parts),
        )
        settled.append(_settled(card, found, status, reason))
    return tuple(settled)


def _settled(card: DeskCard, found: _Found, status: str, reason: str) -> SettledExecution:
    decision, legs, gas = found.decision, found.legs, found.gas
    is_known = status != "UNKNOWN"
    return SettledExecution(
        execution_id=found.plan.execution_id,
        opportunity_id=found.plan.opportunity_id,
        strategy=found.plan.strategy,
        status=status,
        finality=found.standing,
        is_provisional=found.standing != "final",
        reason=reason,
        leg_ids=tuple(leg.leg_id for leg in legs),
        tx_hashes=tuple(sorted({paid.tx_hash for paid in gas})),
        gas_wei=sum(paid.fee_wei for paid in gas),
        predicted=predicted(card, decision) if decision else None,
        realised=realised(card, decision, legs, gas) if decision and is_known else None,
    )


def predicted(card: DeskCard, decision: Decision) -> Outturn:
    """Restate what the decision expected, gas valued at its own mark."""
    gas = value_usd_e24(
        decision.expected_gas_wei, card.asset(card.chain.native).decimals, decision.mark_e6
    )
    return Outturn(
        gross_usd_e24=decision.expected_gross_usd_e24,
        fee_usd_e24=decision.expected_fee_usd_e24,
        gas_usd_e24=gas,
        net_usd_e24=decision.expected_net_usd_e24,
    )


def realised(
    card: DeskCard, decision: Decision, legs: Sequence[Leg], gas: Sequence[GasPaid]
) -> Outturn:
    """Value what really moved at the decision's mark, so that it compares with the prediction."""
    gross = _value(card, decision, [move for leg in legs for move in leg.moves])
    fee = -_value(card, decision, [move for leg in legs for move in leg.fees])
    paid = -_value(card, decision, [Move(one.account, one.asset, -one.fee_wei) for one in gas])
    return Outturn(gross, fee, paid, gross - fee - paid)


def _value(card: DeskCard, decision: Decision, moves: Iterable[Move]) -> int:
    total = 0
    for move in moves:
        asset = card.asset(move.asset)
        mark_e6 = BOOK_MARK_E6 if asset.underlying == BOOK_CURRENCY else decision.mark_e6
        total += value_usd_e24(move.units, asset.decimals, mark_e6)
    return total


def _unknown(
    exchange: ExchangeBook, chain: ChainBook, executions: Iterable[SettledExecution]
) -> tuple[str, ...]:
    sources = [
        f"{name}: {source.failure or 'the capture is not complete'}"
        for name, source in (("exchange", exchange), ("chain", chain))
        if not source.is_complete
    ]
    undecided = [
        f"execution {one.execution_id}: {one.reason}"
        for one in executions
        if one.status == "UNKNOWN"
    ]
    return (*sources, *undecided)


def _grouped(items: Iterable[_Item], key: Callable[[_Item], str]) -> dict[str, list[_Item]]:
    groups: defaultdict[str, list[_Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return dict(groups)
