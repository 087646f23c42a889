"""What receipts prove: legs by what really arrived, gas, internal moves, and strays.

Deltas come from Transfer logs that touch our addresses, never from a pool's Swap event: a token
that keeps a fee on the way makes the two differ. A transfer belongs to a venue when a pool is on
its other side. One pool paying another inside a transaction of ours passes *through* us and is a
leg of both.

A transaction without an intent explains nothing: its moves and its gas are unexplained movements,
except approvals to our own contracts and the deployment of our executor, which are set-up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from domain.chain.events import decode_transfers
from domain.chain.fees import fee_wei
from domain.identity import fact_id
from domain.settlement.outcome import (
    Conversion,
    GasPaid,
    InternalTransfer,
    Leg,
    Move,
    UnexplainedMovement,
)
from domain.settlement.scope import ChainScope
from domain.settlement.setup import is_setup
from domain.settlement.types import ChainTransaction, IntendedTransaction, PlannedExecution
from domain.settlement.wraps import conversions

DESK = "desk"
CHAIN_VENUE = "chain"


class _Flow(msgspec.Struct, frozen=True):
    sender: str
    recipient: str
    asset: str
    units: int
    evidence: str


class _Context(msgspec.Struct, frozen=True):
    scope: ChainScope
    tx: ChainTransaction
    intent: IntendedTransaction | None
    plan: PlannedExecution | None

    @property
    def strategy(self) -> str:
        return self.plan.strategy if self.plan else DESK

    @property
    def opportunity_id(self) -> str:
        return self.plan.opportunity_id if self.plan else ""

    @property
    def execution_id(self) -> str:
        return self.intent.execution_id if self.intent else ""


class ChainReading(msgspec.Struct):
    """What one or more receipts prove; lists in order of block, transaction and log."""

    legs: list[Leg] = []
    gas: list[GasPaid] = []
    transfers: list[InternalTransfer] = []
    conversions: list[Conversion] = []
    unexplained: list[UnexplainedMovement] = []


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
        _read_one(_Context(scope, tx, intent, plan), reading)
    return reading


def in_chain_order(transactions: Iterable[ChainTransaction]) -> list[ChainTransaction]:
    """Order by block and index, each (block hash, transaction hash) once."""
    once = {(tx.receipt.block_hash, tx.receipt.tx_hash): tx for tx in transactions}
    return sorted(once.values(), key=lambda tx: (tx.receipt.block_number, tx.receipt.tx_index))


def _read_one(context: _Context, reading: ChainReading) -> None:
    _read_gas(context, reading)
    if context.tx.receipt.status == 0:
        return
    wraps = conversions(context.scope, context.tx)
    reading.conversions.extend(wraps)
    by_venue: defaultdict[str, list[_Flow]] = defaultdict(list)
    wrapped_wei = sum(one.units for one in wraps if one.from_asset == context.scope.native)
    for flow in _flows(context, wrapped_wei):
        _sort_flow(context, flow, by_venue, reading)
    for address in sorted(by_venue):
        reading.legs.append(_leg(context, address, by_venue[address]))


# --- gas ------------------------------------------------------------------------------------------


def _read_gas(context: _Context, reading: ChainReading) -> None:
    receipt, scope = context.tx.receipt, context.scope
    fee = fee_wei(receipt)
    if not scope.is_own(receipt.sender) or fee == 0:
        return
    if context.intent is None and not is_setup(scope, receipt):
        flow = _Flow(receipt.sender, "", scope.native, fee, f"{receipt.tx_hash}:fee")
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


def _gas_venues(context: _Context) -> tuple[str, ...]:
    if context.intent is None or not context.intent.venues:
        return (CHAIN_VENUE,)
    return tuple(sorted(set(context.intent.venues)))


# --- moves ----------------------------------------------------------------------------------------


def _flows(context: _Context, wrapped_wei: int) -> list[_Flow]:
    receipt, scope = context.tx.receipt, context.scope
    flows = [
        _Flow(
            move.sender,
            move.recipient,
            _token_asset(scope, move.token, move.standard, move.token_id),
            move.units,
            f"{receipt.tx_hash}:{move.log_index}",
        )
        for move in decode_transfers(receipt.logs)
    ]
    sent_wei = receipt.value_wei - wrapped_wei
    if sent_wei > 0:
        to = receipt.to or receipt.contract_address or ""
        evidence = f"{receipt.tx_hash}:value"
        flows.append(_Flow(receipt.sender, to, scope.native, sent_wei, evidence))
    return flows


def _token_asset(scope: ChainScope, token: str, standard: str, token_id: int | None) -> str:
    if standard == "erc721":
        return f"eip155:{scope.chain_id}/erc721:{token}/{token_id}"
    return scope.asset(token)


def _sort_flow(
    context: _Context,
    flow: _Flow,
    by_venue: defaultdict[str, list[_Flow]],
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
    elif gives or takes:
        reading.unexplained.append(_unexplained(context, flow, _why(context)))


def _is_of_a_leg(context: _Context, flow: _Flow) -> bool:
    scope = context.scope
    sides = (flow.sender, flow.recipient)
    return (
        context.intent is not None
        and flow.asset in (scope.base_asset, scope.quote_asset)
        and any(side in scope.pools for side in sides)
        and all(side in scope.pools or scope.is_own(side) for side in sides)
    )


def _why(context: _Context) -> str:
    if context.intent is not None:
        return "a transfer beside the legs of a transaction of ours"
    if context.scope.is_own(context.tx.receipt.sender):
        return "moved by a transaction of ours that no intent explains"
    return "moved by somebody else"


def _leg(context: _Context, pool: str, flows: list[_Flow]) -> Leg:
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


def _move_of(context: _Context, pool: str, flow: _Flow) -> Move:
    scope = context.scope
    other, units = (
        (flow.recipient, flow.units) if flow.sender == pool else (flow.sender, -flow.units)
    )
    holder = other if scope.is_own(other) else scope.executor
    return Move(scope.account(holder), flow.asset, units)


def sum_moves(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Add moves up by account and asset, dropping those that cancel."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for move in moves:
        sums[move.account, move.asset] += move.units
    return tuple(
        Move(account, asset, units) for (account, asset), units in sorted(sums.items()) if units
    )


def _transfer(context: _Context, flow: _Flow) -> InternalTransfer:
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


def _unexplained(context: _Context, flow: _Flow, reason: str) -> UnexplainedMovement:
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
