"""What settlement is told: by the journal, by the exchange and by the chain.

Plain rows of captured sources, one struct a row; the rim maps to them and adds nothing. Amounts are
integers in base units. What came of them is in `outcome.py`. Nothing here computes.
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
    """An order that was about to be sent; `purpose` as in `journal.records`."""

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

    `status` is INCLUDED, REVERTED, DROPPED, REPLACED, REJECTED or UNKNOWN; `finality` is none,
    included, safe or final.
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


class Payment(msgspec.Struct, frozen=True):
    """What an exchange tells of a deposit or withdrawal beside its statement line.

    Args:
        ref_id: As its statement line has it.
        kind: ``deposit`` or ``withdrawal``.
        units: Positive, before the fee.
        fee_units: As told here; what was charged is the statement's.
        tx_hash: Of the transaction on the chain; "" while or where the exchange does not say.
        address: Ours there for a deposit, where it went for a withdrawal; "" where not said.
        told_ns: When this was last told otherwise; the newest of one payment stands.
    """

    venue: str
    account: str
    ref_id: str
    kind: str
    asset: str
    units: int
    fee_units: int
    tx_hash: str
    address: str
    at_ns: int
    told_ns: int = 0


class ExchangeBook(msgspec.Struct, frozen=True):
    """One exchange's statements as captured.

    Args:
        is_complete: When false, absence proves nothing.
        opened_ns: Rows at or before it are part of the opening balance and settle nothing.
        until_ns: The cut-off rows were captured up to; what happened later is not missing. 0: none.
    """

    fills: tuple[ExchangeFill, ...] = ()
    lines: tuple[LedgerLine, ...] = ()
    is_complete: bool = True
    failure: str = ""
    opened_ns: int = 0
    until_ns: int = 0
    payments: tuple[Payment, ...] = ()


# --- what the chain says --------------------------------------------------------------------------


class ChainTransaction(msgspec.Struct, frozen=True):
    """A mined transaction that touches us; `at_ns` is its block's time, `nonce` the sender's."""

    receipt: Receipt
    at_ns: int
    nonce: int = -1


class RebaseSeen(msgspec.Struct, frozen=True):
    """What an account of ours held of a rebasing token just before and just after a block.

    Args:
        tx_hash, log_index: The token's log that says it rebased.
        before_units, after_units: At the end of the block before, and of the block.
    """

    account: str
    asset: str
    block_number: int
    block_hash: str
    at_ns: int
    tx_hash: str
    log_index: int
    before_units: int
    after_units: int


class Heads(msgspec.Struct, frozen=True):
    """How far the chain had come when it was read: newest, safe and final block number."""

    head_block: int
    safe_block: int
    final_block: int


class ChainBook(msgspec.Struct, frozen=True):
    """Every canonical transaction that touches us up to a block.

    Args:
        heads: How far the chain had come.
        is_complete: When false, absence proves nothing.
        until_block: The anchor transactions were captured up to; what was mined later is not
            missing. 0: up to the newest head.
        rebases: Of tokens of ours, up to the same block.
    """

    transactions: tuple[ChainTransaction, ...]
    heads: Heads
    is_complete: bool = True
    failure: str = ""
    until_block: int = 0
    rebases: tuple[RebaseSeen, ...] = ()
