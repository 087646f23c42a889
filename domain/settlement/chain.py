"""What receipts prove: legs by what really arrived, gas, internal moves, and strays.

Deltas come from Transfer logs that touch our addresses, never from a pool's Swap event: a token
that keeps a fee on the way makes the two differ. A transfer belongs to a venue when a pool is on
its other side. One pool paying another inside a transaction of ours passes *through* us and is a
leg of both.

A transaction without an intent explains nothing: its moves and its gas are unexplained movements,
except approvals to our own contracts and the deployment of our executor, which are set-up, and what
we send to where an exchange credits us, which stays ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from domain.chain.fees import fee_wei
from domain.identity import fact_id
from domain.settlement.flows import (
    CHAIN_VENUE,
    Context,
    Flow,
    flows_of,
    plain_units,
    sum_moves,
)
from domain.settlement.incidents import detours
from domain.settlement.outcome import (
    Conversion,
    GasPaid,
    Incident,
    InternalTransfer,
    Leg,
    LiquidityChange,
    Move,
    UnexplainedMovement,
)
from domain.settlement.scope import ChainScope
from domain.settlement.setup import is_setup, pays_in
from domain.settlement.types import ChainTransaction, IntendedTransaction, PlannedExecution
from domain.settlement.wraps import conversions


class ChainReading(msgspec.Struct):
    """What one or more receipts prove; lists in order of block, transaction and log."""

    legs: list[Leg] = []
    gas: list[GasPaid] = []
    transfers: list[InternalTransfer] = []
    conversions: list[Conversion] = []
    unexplained: list[UnexplainedMovement] = []
    incidents: list[Incident] = []
    liquidity: list[LiquidityChange] = []
    paid_in: list[UnexplainedMovement] = []
    """What we sent to where an exchange credits us; explained by `transits.py`."""
    plain: set[str] = set()
    """Hashes of transactions that are one payment and nothing else."""


def read_chain(
    scope: ChainScope,
    transactions: Iterable[ChainTransaction],
    intents: Mapping[str, IntendedTransaction],
    plans: Mapping[str, PlannedExecution],
) -> ChainReading:
    """Read every transaction once, in the chain's own order.

    Args:
        scope: Who is who.
        transactions: In any order; one that was captured twice counts once.
        intents: By transaction hash.
        plans: By execution id.
    """
    reading = ChainReading()
    for tx in in_chain_order(transactions):
        intent = intents.get(tx.receipt.tx_hash)
        plan = plans.get(intent.execution_id) if intent else None
        _read_one(Context(scope, tx, intent, plan), reading)
    return reading


def in_chain_order(transactions: Iterable[ChainTransaction]) -> list[ChainTransaction]:
    """Order by block and index, each (block hash, transaction hash) once."""
    once = {(tx.receipt.block_hash, tx.receipt.tx_hash): tx for tx in transactions}
    return sorted(once.values(), key=lambda tx: (tx.receipt.block_number, tx.receipt.tx_index))


def _read_one(context: Context, reading: ChainReading) -> None:
    _read_gas(context, reading)
    if context.tx.receipt.status == 0:
        return
    if plain_units(context.tx.receipt) is not None:
        reading.plain.add(context.tx.receipt.tx_hash)
    wraps = conversions(context.scope, context.tx)
    reading.conversions.extend(wraps)
    by_venue: defaultdict[str, list[Flow]] = defaultdict(list)
    wrapped_wei = sum(one.units for one in wraps if one.from_asset == context.scope.native)
    found = detours(context, flows_of(context, wrapped_wei))
    reading.incidents += found.incidents
    reading.liquidity += found.liquidity
    for flow in found.rest:
        _sort_flow(context, flow, by_venue, reading)
    for address in sorted(by_venue):
        reading.legs.append(_leg(context, address, by_venue[address]))


# --- gas ------------------------------------------------------------------------------------------


def _read_gas(context: Context, reading: ChainReading) -> None:
    receipt, scope = context.tx.receipt, context.scope
    fee = fee_wei(receipt)
    if not scope.is_own(receipt.sender) or fee == 0:
        return
    if context.intent is None and not (is_setup(scope, receipt) or pays_in(scope, receipt)):
        flow = Flow(receipt.sender, "", scope.native, fee, f"{receipt.tx_hash}:fee")
        reading.unexplained.append(_unexplained(context, flow, "gas of a transaction nobody meant"))
        return
    reading.gas.append(
        GasPaid(
            tx_hash=receipt.tx_hash,
            execution_id=context.execution_id,
            opportunity_id=context.opportunity_id,
            strategy=context.strategy,
            venues=_gas_venues(context),
            account=scope.account(receipt.sender),
            asset=scope.native,
            fee_wei=fee,
            is_failed=receipt.status == 0,
            at_ns=context.tx.at_ns,
            block_number=receipt.block_number,
            block_hash=receipt.block_hash,
        )
    )


def _gas_venues(context: Context) -> tuple[str, ...]:
    if context.intent is None or not context.intent.venues:
        return (CHAIN_VENUE,)
    return tuple(sorted(set(context.intent.venues)))


# --- moves ----------------------------------------------------------------------------------------


def _sort_flow(
    context: Context,
    flow: Flow,
    by_venue: defaultdict[str, list[Flow]],
    reading: ChainReading,
) -> None:
    scope = context.scope
    gives, takes = scope.is_own(flow.sender), scope.is_own(flow.recipient)
    if gives and takes:
        reading.transfers.append(_transfer(context, flow))
    elif _is_of_a_leg(context, flow):
        for side in (flow.sender, flow.recipient):
            if side in scope.pools:
                by_venue[side].append(flow)
    elif gives and flow.recipient in scope.deposits:
        reading.paid_in.append(_unexplained(context, flow, "paid in at an exchange"))
    elif gives or takes:
        reading.unexplained.append(_unexplained(context, flow, _why(context)))


def _is_of_a_leg(context: Context, flow: Flow) -> bool:
    scope = context.scope
    sides = (flow.sender, flow.recipient)
    return (
        context.intent is not None
        and flow.asset in (scope.base_asset, scope.quote_asset)
        and any(side in scope.pools for side in sides)
        and all(side in scope.pools or scope.is_own(side) for side in sides)
    )


def _why(context: Context) -> str:
    if context.intent is not None:
        return "a transfer beside the legs of a transaction of ours"
    if context.scope.is_own(context.tx.receipt.sender):
        return "moved by a transaction of ours that no intent explains"
    return "moved by somebody else"


def _leg(context: Context, pool: str, flows: list[Flow]) -> Leg:
    receipt, scope = context.tx.receipt, context.scope
    moves = sum_moves(_move_of(context, pool, flow) for flow in flows)
    venue = scope.pools[pool].venue
    logs = ",".join(flow.evidence.rpartition(":")[2] for flow in flows)
    return Leg(
        leg_id=fact_id("leg", scope.chain_id, receipt.block_hash, receipt.tx_hash, venue),
        execution_id=context.execution_id,
        opportunity_id=context.opportunity_id,
        strategy=context.strategy,
        venue=venue,
        purpose=context.intent.purpose if context.intent else "",
        at_ns=context.tx.at_ns,
        base_asset=scope.base_asset,
        quote_asset=scope.quote_asset,
        base_units=sum(move.units for move in moves if move.asset == scope.base_asset),
        quote_units=sum(move.units for move in moves if move.asset == scope.quote_asset),
        moves=moves,
        fees=(),
        order_ref=receipt.tx_hash,
        evidence=f"{receipt.tx_hash}:{logs}",
        block_number=receipt.block_number,
        block_hash=receipt.block_hash,
    )


def _move_of(context: Context, pool: str, flow: Flow) -> Move:
    scope = context.scope
    other, units = (
        (flow.recipient, flow.units) if flow.sender == pool else (flow.sender, -flow.units)
    )
    holder = other if scope.is_own(other) else scope.executor
    return Move(scope.account(holder), flow.asset, units)


def _transfer(context: Context, flow: Flow) -> InternalTransfer:
    scope = context.scope
    return InternalTransfer(
        transfer_id=fact_id(
            "transfer", scope.chain_id, context.tx.receipt.block_hash, flow.evidence
        ),
        execution_id=context.execution_id,
        strategy=context.strategy,
        sender=scope.account(flow.sender),
        recipient=scope.account(flow.recipient),
        asset=flow.asset,
        units=flow.units,
        at_ns=context.tx.at_ns,
        evidence=flow.evidence,
    )


def _unexplained(context: Context, flow: Flow, reason: str) -> UnexplainedMovement:
    scope = context.scope
    gives = scope.is_own(flow.sender)
    holder, other = (flow.sender, flow.recipient) if gives else (flow.recipient, flow.sender)
    return UnexplainedMovement(
        movement_id=fact_id("stray", scope.chain_id, context.tx.receipt.block_hash, flow.evidence),
        venue=CHAIN_VENUE,
        account=scope.account(holder),
        asset=flow.asset,
        units=-flow.units if gives else flow.units,
        counterparty=other,
        at_ns=context.tx.at_ns,
        evidence=flow.evidence,
        reason=reason,
    )
