"""What was about to be done, and what venues and chains said of it: intent before action.

An intent is durable before anything is sent; what is observed never changes the intent.
"""

from __future__ import annotations

from journal.records.fact import Fact


class ExecutionPlanned(Fact, frozen=True, kw_only=True):
    """An approved opportunity became legs in an order."""

    KIND = "execution.planned"
    KEY = ("execution_id",)
    execution_id: str
    opportunity_id: str
    strategy: str
    agent: str
    venues: tuple[str, ...]


class ParentOrdered(Fact, frozen=True, kw_only=True):
    """A large order was taken on; its children are orders of the execution of the same id.

    Args:
        algorithm: ``twap``, ``vwap``, ``iceberg`` or ``route``.
        limit_price: Worst price of any child, as decimal text; empty for none.
        curve: Relative volumes by slice, of a ``vwap``.
        display_units: What an ``iceberg`` shows at once; 0 for others.
        mark_e6: Middle of the best book when it was taken on: what its cost is compared with.
    """

    KIND = "parent.ordered"
    KEY = ("parent_id",)
    parent_id: str
    algorithm: str
    venues: tuple[str, ...]
    symbol: str
    side: str
    base_units: int
    limit_price: str
    start_ns: int
    end_ns: int
    slices: int
    curve: tuple[int, ...]
    display_units: int
    mark_e6: int


class OrderIntended(Fact, frozen=True, kw_only=True):
    """An order is about to be sent; durable before the send.

    `purpose` is ``leg``, ``hedge``, ``unwind`` or, for a child of a large order, ``slice``.
    """

    KIND = "order.intended"
    KEY = ("client_order_id",)
    client_order_id: str
    execution_id: str
    venue: str
    symbol: str
    side: str
    base_units: int
    limit_price: str
    purpose: str


class OrderObserved(Fact, frozen=True, kw_only=True):
    """What the exchange said of an order: FILLED, PARTIAL, CANCELLED, REJECTED, OPEN or UNKNOWN."""

    KIND = "order.observed"
    KEY = ("client_order_id", "status", "filled_base_units", "filled_quote_units", "fee_units")
    client_order_id: str
    execution_id: str
    venue_order_id: str
    status: str
    filled_base_units: int
    filled_quote_units: int
    fee_units: int
    fee_asset: str
    reason: str


class TransactionIntended(Fact, frozen=True, kw_only=True):
    """A signed transaction is about to be sent; durable before the send.

    `purpose` is ``leg``, ``hedge`` or ``unwind``.
    """

    KIND = "transaction.intended"
    KEY = ("tx_hash",)
    tx_hash: str
    execution_id: str
    chain_id: int
    signer: str
    nonce: int
    to: str
    value_wei: int
    gas_limit: int
    max_fee_per_gas_wei: int
    max_priority_fee_per_gas_wei: int
    data_sha256: str
    purpose: str
    venues: tuple[str, ...]


class TransactionObserved(Fact, frozen=True, kw_only=True):
    """What the chain said of a transaction.

    `status` is INCLUDED, REVERTED, DROPPED, REPLACED, REJECTED or UNKNOWN; `finality` is none,
    included, safe or final. Block fields are empty and amounts 0 only where `finality` is ``none``.
    """

    KIND = "transaction.observed"
    KEY = ("tx_hash", "status", "finality", "block_hash")
    tx_hash: str
    execution_id: str
    status: str
    finality: str
    block_number: int
    block_hash: str
    gas_used: int
    effective_gas_price_wei: int
    reason: str


class ExecutionFinished(Fact, frozen=True, kw_only=True):
    """Every leg has an answer as far as we know: SETTLED, PARTIAL, FAILED or UNKNOWN."""

    KIND = "execution.finished"
    KEY = ("execution_id", "outcome")
    execution_id: str
    opportunity_id: str
    strategy: str
    outcome: str
    reason: str


class ExecutionFinalised(Fact, frozen=True, kw_only=True):
    """Nothing about this execution can change any more: its blocks are final, its orders closed."""

    KIND = "execution.finalised"
    KEY = ("execution_id",)
    execution_id: str
    strategy: str
    outcome: str
    block_number: int
