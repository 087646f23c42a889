"""The words of settlement: what the journal, the exchange and the chain say, and what came of it.

Inputs are plain rows of captured sources, one struct a row; the rim maps to them and adds nothing.
Outputs are what moved, each with its evidence. Amounts are integers in base units; a signed amount is
positive when it is *received* by an account of ours. Nothing here computes.
"""

from __future__ import annotations

import msgspec

from domain.chain.types import Receipt

# --- what the journal says ------------------------------------------------------------------------


class DecidedLeg(msgspec.Struct, frozen=True):
    """One leg as it was quoted when the decision was made; prices are book currency in millionths.

    Args:
        side: ``buy`` or ``sell``, of the base.
        top_price_e6: Best price before size: book top, or pool spot without fee.
        quote_price_e6: Average price quoted for the size, fee of the pool included.
        fee_pips: The pool's own fee in millionths; 0 at an exchange.
    """

    venue: str
    side: str
    base_asset: str
    quote_asset: str
    base_units: int
    quote_units: int
    top_price_e6: int
    quote_price_e6: int
    fee_pips: int
    evidence: str = ""


class Decision(msgspec.Struct, frozen=True):
    """An opportunity as it was found; `mark_e6` is the decision mark of the base's underlying."""

    opportunity_id: str
    strategy: str
    legs: tuple[DecidedLeg, ...]
    mark_e6: int
    expected_gross_usd_e24: int
    expected_fee_usd_e24: int
    expected_gas_wei: int
    expected_net_usd_e24: int
    found_ns: int
    expires_ns: int = 0


class RiskVerdict(msgspec.Struct, frozen=True):
    """Whether risk let an opportunity pass, and why not."""

    opportunity_id: str
    is_approved: bool
    reason: str


class PlannedExecution(msgspec.Struct, frozen=True):
    """An approved opportunity that became legs."""

    execution_id: str
    opportunity_id: str
    strategy: str
    agent: str
    venues: tuple[str, ...]
    planned_ns: int


class IntendedOrder(msgspec.Struct, frozen=True):
    """An order that was about to be sent; `purpose` is ``leg``, ``hedge`` or ``unwind``."""

    client_order_id: str
    execution_id: str
    venue: str
    symbol: str
    side: str
    base_units: int
    limit_price: str
    purpose: str
    intended_ns: int


class OrderAnswer(msgspec.Struct, frozen=True):
    """What the loop heard of an order: FILLED, PARTIAL, CANCELLED, REJECTED, OPEN or UNKNOWN."""

    client_order_id: str
    execution_id: str
    venue_order_id: str
    status: str
    filled_base_units: int
    filled_quote_units: int
    fee_units: int
    fee_asset: str
    observed_ns: int


class IntendedTransaction(msgspec.Struct, frozen=True):
    """A signed transaction that was about to be sent; `purpose` as in :class:`IntendedOrder`."""

    tx_hash: str
    execution_id: str
    chain_id: int
    signer: str
    nonce: int
    to: str
    value_wei: int
    purpose: str
    venues: tuple[str, ...]
    intended_ns: int


class TransactionAnswer(msgspec.Struct, frozen=True):
    """What the loop heard of a transaction.

    `status` is INCLUDED, REVERTED, DROPPED, REPLACED, REJECTED or UNKNOWN; `finality` is none, included,
    safe or final.
    """

    tx_hash: str
    execution_id: str
    status: str
    finality: str
    block_number: int
    block_hash: str
    gas_used: int
    effective_gas_price_wei: int
    observed_ns: int


class ExecutionAnswer(msgspec.Struct, frozen=True):
    """What the loop concluded: SETTLED, PARTIAL, FAILED or UNKNOWN."""

    execution_id: str
    outcome: str
    reason: str
    is_final: bool
    observed_ns: int


class JournalBook(msgspec.Struct, frozen=True):
    """Everything the journal says about deciding and acting, in any order."""

    decisions: tuple[Decision, ...] = ()
    verdicts: tuple[RiskVerdict, ...] = ()
    executions: tuple[PlannedExecution, ...] = ()
    orders: tuple[IntendedOrder, ...] = ()
    order_answers: tuple[OrderAnswer, ...] = ()
    transactions: tuple[IntendedTransaction, ...] = ()
    transaction_answers: tuple[TransactionAnswer, ...] = ()
    outcomes: tuple[ExecutionAnswer, ...] = ()


# --- what the exchange says -----------------------------------------------------------------------


class ExchangeFill(msgspec.Struct, frozen=True):
    """One trade of ours in the exchange's own history; amounts are positive, `side` is of the base.

    Args:
        fee_units: Charged, in base units of `fee_asset`; negative is a rebate.
        price_text: As the exchange wrote it; for people, never for sums.
    """

    venue: str
    account: str
    trade_id: str
    order_id: str
    client_order_id: str
    symbol: str
    side: str
    base_asset: str
    quote_asset: str
    base_units: int
    quote_units: int
    fee_asset: str
    fee_units: int
    at_ns: int
    price_text: str = ""


class LedgerLine(msgspec.Struct, frozen=True):
    """One line of the exchange's own account statement.

    Args:
        ref_id: What caused it there; for ``trade`` lines the trade id.
        kind: ``deposit``, ``withdrawal``, ``trade``, or the exchange's own word.
        units: Signed change before the fee.
        fee_units: Charged on top, in the same asset; the balance changed by ``units - fee_units``.
        balance_after_units: Of this asset, by the exchange's count.
    """

    venue: str
    account: str
    line_id: str
    ref_id: str
    kind: str
    asset: str
    units: int
    fee_units: int
    balance_after_units: int
    at_ns: int


class ExchangeBook(msgspec.Struct, frozen=True):
    """One exchange's statements as captured; not complete means absence proves nothing."""

    fills: tuple[ExchangeFill, ...] = ()
    lines: tuple[LedgerLine, ...] = ()
    is_complete: bool = True
    failure: str = ""


# --- what the chain says --------------------------------------------------------------------------


class ChainTransaction(msgspec.Struct, frozen=True):
    """A mined transaction that touches us; `at_ns` is its block's time, `nonce` the sender's."""

    receipt: Receipt
    at_ns: int
    nonce: int = -1


class Heads(msgspec.Struct, frozen=True):
    """How far the chain had come when it was read: newest, safe and final block number."""

    head_block: int
    safe_block: int
    final_block: int


class ChainBook(msgspec.Struct, frozen=True):
    """Every canonical transaction that touches us up to `heads`; not complete: absence proves nothing."""

    transactions: tuple[ChainTransaction, ...]
    heads: Heads
    is_complete: bool = True
    failure: str = ""


# --- what came of it ------------------------------------------------------------------------------


class Move(msgspec.Struct, frozen=True, order=True):
    """What one account of ours received (positive) or gave (negative) of one asset."""

    account: str
    asset: str
    units: int


class Leg(msgspec.Struct, frozen=True):
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


class GasPaid(msgspec.Struct, frozen=True):
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
    """A deposit (positive) or withdrawal (negative): capital, not profit; the fee is."""

    flow_id: str
    kind: str
    venue: str
    account: str
    asset: str
    units: int
    fee_units: int
    at_ns: int
    evidence: str


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
    """Gross, fee, gas and net of one execution at the decision mark; fee and gas are costs, positive."""

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
