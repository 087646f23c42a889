"""What settlement answers: everything of ours that moved, each with its evidence.

Amounts are integers in base units; a signed amount is positive when an account of ours *received*
it. Nothing here computes.
"""

from __future__ import annotations

import msgspec


class Move(msgspec.Struct, frozen=True, order=True, gc=False):
    """What one account of ours received (positive) or gave (negative) of one asset."""

    account: str
    asset: str
    units: int


class Leg(msgspec.Struct, frozen=True, gc=False):
    """One exchange of base for quote that really happened.

    Args:
        leg_id: Deterministic: the trade at an exchange, or (transaction, venue) on a chain.
        purpose: ``leg``, ``hedge`` or ``unwind``.
        base_units, quote_units: Signed, received by us; the sums of `moves`.
        fees: What was charged besides the price, as moves of ours (negative when paid).
        order_ref: Client order id or transaction hash.
        evidence: Trade id, or transaction hash and log indexes.
        block_number: 0 at an exchange.
    """

    leg_id: str
    execution_id: str
    opportunity_id: str
    strategy: str
    venue: str
    purpose: str
    at_ns: int
    base_asset: str
    quote_asset: str
    base_units: int
    quote_units: int
    moves: tuple[Move, ...]
    fees: tuple[Move, ...]
    order_ref: str
    evidence: str
    block_number: int = 0
    block_hash: str = ""


class GasPaid(msgspec.Struct, frozen=True, gc=False):
    """What one transaction cost its sender, whatever came of it; `fee_wei` is positive."""

    tx_hash: str
    execution_id: str
    opportunity_id: str
    strategy: str
    venues: tuple[str, ...]
    account: str
    asset: str
    fee_wei: int
    is_failed: bool
    at_ns: int
    block_number: int
    block_hash: str


class InternalTransfer(msgspec.Struct, frozen=True):
    """A move between two accounts of ours: never profit, never loss."""

    transfer_id: str
    execution_id: str
    strategy: str
    sender: str
    recipient: str
    asset: str
    units: int
    at_ns: int
    evidence: str


class Transit(msgspec.Struct, frozen=True):
    """One side of a transfer between our wallet and an exchange: what left, or what came.

    In between it is ours too, on the account :func:`domain.identity.transit_account` names.

    Args:
        kind: ``deposit`` or ``withdrawal``, as the exchange sees it.
        is_arrival: Whether this is the side that came.
        account: Our wallet or our account at the exchange, whose side it is.
        moves: On that account and on the one in transit.
        fees: What the exchange charged on top or kept on the way, as moves of ours.
        name: What the other side is found by later: transaction hash of a deposit that left, the
            exchange's reference of a withdrawal.
        departed_id: Of an arrival, the transit that left; "" where several fit and nobody says
            which, but all are ours.
        evidence: Transaction hash and log, or statement line.
        departed: Evidence of what left.
    """

    transit_id: str
    kind: str
    is_arrival: bool
    venue: str
    account: str
    moves: tuple[Move, ...]
    fees: tuple[Move, ...]
    name: str
    departed_id: str
    at_ns: int
    evidence: str
    departed: str = ""


class Conversion(msgspec.Struct, frozen=True):
    """A wrap or unwrap: one asset for another of the same underlying, one for one."""

    conversion_id: str
    account: str
    from_asset: str
    to_asset: str
    units: int
    at_ns: int
    evidence: str


class ExternalFlow(msgspec.Struct, frozen=True):
    """A deposit (positive) or withdrawal (negative) from or to outside: capital; the fee is not."""

    flow_id: str
    kind: str
    venue: str
    account: str
    asset: str
    units: int
    fee_units: int
    at_ns: int
    evidence: str


class Incident(msgspec.Struct, frozen=True):
    """One amount that came or went without a trade: funding, a rebate, a premium, a tax, a rebase.

    Args:
        kind: Its cause in the ledger; which there are is `domain.ledger.incidents`'.
        incident_id: Unique within its kind: statement line, log, or block and account of a rebase.
        units: Signed, received by us. A rebase and funding have either sign.
        venue: Who told it: an exchange, a pool, a token's contract.
        fee_units: Charged on top, in the same asset.
    """

    kind: str
    incident_id: str
    account: str
    asset: str
    units: int
    venue: str
    at_ns: int
    evidence: str
    strategy: str = "desk"
    execution_id: str = ""
    opportunity_id: str = ""
    fee_units: int = 0


class Revision(msgspec.Struct, frozen=True, gc=False):
    """What a venue took back of a leg, or moved beside it, after it had reported it.

    Args:
        kind: ``bust`` when nothing of the leg is left, else ``amendment``.
        leg_id: The leg, which stays as it was reported.
        base_units, quote_units: What the revision moved, signed as in the leg.
        moves: What it moved on our accounts.
        fees: What it gave back of the leg's fees (positive) or charged besides.
        order_ref: Of the leg.
        evidence: Statement lines.
    """

    revision_id: str
    kind: str
    leg_id: str
    execution_id: str
    opportunity_id: str
    strategy: str
    venue: str
    at_ns: int
    base_units: int
    quote_units: int
    moves: tuple[Move, ...]
    fees: tuple[Move, ...]
    order_ref: str
    evidence: str


class LiquidityChange(msgspec.Struct, frozen=True):
    """Tokens given to a pool for shares (mint), or shares for tokens (burn).

    Args:
        moves: What our accounts received (positive) or gave (negative), shares included.
    """

    change_id: str
    venue: str
    moves: tuple[Move, ...]
    at_ns: int
    evidence: str
    strategy: str = "desk"
    execution_id: str = ""
    opportunity_id: str = ""


class UnexplainedMovement(msgspec.Struct, frozen=True):
    """Something of ours moved and no intent says why; it is booked to suspense and is a break."""

    movement_id: str
    venue: str
    account: str
    asset: str
    units: int
    counterparty: str
    at_ns: int
    evidence: str
    reason: str


class Outturn(msgspec.Struct, frozen=True):
    """Gross, fee, gas and net of one execution at the decision mark; costs are positive."""

    gross_usd_e24: int
    fee_usd_e24: int
    gas_usd_e24: int
    net_usd_e24: int


class SettledExecution(msgspec.Struct, frozen=True):
    """What one execution really did.

    Args:
        status: SETTLED, PARTIAL, FAILED_WITH_COST, UNSETTLED (surely nothing moved) or UNKNOWN.
        finality: The weakest of its parts: none, seen, included, safe or final.
        realised: None while the status is UNKNOWN or the decision is not known.
    """

    execution_id: str
    opportunity_id: str
    strategy: str
    status: str
    finality: str
    is_provisional: bool
    reason: str
    leg_ids: tuple[str, ...]
    tx_hashes: tuple[str, ...]
    gas_wei: int
    predicted: Outturn | None
    realised: Outturn | None


class Settlement(msgspec.Struct, frozen=True):
    """Everything that moved, each thing once, in a deterministic order."""

    executions: tuple[SettledExecution, ...] = ()
    legs: tuple[Leg, ...] = ()
    gas: tuple[GasPaid, ...] = ()
    transfers: tuple[InternalTransfer, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    flows: tuple[ExternalFlow, ...] = ()
    unexplained: tuple[UnexplainedMovement, ...] = ()
    unknown: tuple[str, ...] = ()
    incidents: tuple[Incident, ...] = ()
    revisions: tuple[Revision, ...] = ()
    liquidity: tuple[LiquidityChange, ...] = ()
    transits: tuple[Transit, ...] = ()
