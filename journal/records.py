"""The facts the house remembers: one frozen struct a kind, in one table that everyone reads.

Writer, reader, dbt sources, documentation and tests all read `KINDS`. A struct holds what its
source said and nothing derived. Amounts are integers in base units, prices carry their scale in the
name. In canonical JSON every integer is a string, so no reader can round one; see
:func:`canonical_payload`.

Adding a field at the end with a default is compatible both ways; anything else is a new version.
"""

from __future__ import annotations

from typing import Any, ClassVar, cast

import msgspec
import orjson

from domain.desk import DeskCard
from domain.errors import InputRefused
from domain.identity import fact_id


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What every kind of fact shares: its name, its version and what makes it unique."""

    KIND: ClassVar[str]
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[tuple[str, ...]]

    def record_id(self) -> str:
        """Derive the id under which writing this fact twice is writing it once."""
        return fact_id(self.KIND, *(str(getattr(self, field)) for field in self.KEY))


# --- the desk -------------------------------------------------------------------------------------


class DeskOpened(Fact, frozen=True, kw_only=True):
    """A desk began, or resumed, with this reference data."""

    KIND = "desk.opened"
    KEY = ("desk_id", "opened_ns")
    desk_id: str
    opened_ns: int
    card: DeskCard


class DeskClosed(Fact, frozen=True, kw_only=True):
    """The loop stopped acting; nothing of ours is in flight at this block."""

    KIND = "desk.closed"
    KEY = ("desk_id", "closed_ns")
    desk_id: str
    closed_ns: int
    block_number: int
    block_hash: str
    reason: str


# --- the market -----------------------------------------------------------------------------------


class SenderCount(msgspec.Struct, frozen=True, kw_only=True):
    """One sender's frames in one file of raw frames, by the numbers the sender gave them.

    Args:
        source: Its id on the wire; empty where the protocol names nobody.
        first, last: Numbers of the first frame and of the newest.
        frames: Those recorded, copies of earlier ones not counted.
        missing: Numbers skipped in between.
        noticed: Frames of this sender that the relay said it had dropped.
        is_known: Whether the numbers ran forward, or began again at 0, throughout.
    """

    source: str
    first: int
    last: int
    frames: int
    missing: int
    noticed: int
    is_known: bool


class WireSegment(Fact, frozen=True, kw_only=True):
    """A closed file of raw relay frames, and the digest that vouches for it.

    `first_frame` and `last_frame` count frames as the recorder received them, from 0, on `channel`.
    `senders` says whose they are; a file of before senders were counted has none.
    """

    KIND = "market.segment"
    KEY = ("channel", "path")
    channel: str
    path: str
    first_frame: int
    last_frame: int
    frames: int
    size_bytes: int
    sha256: str
    first_ns: int
    last_ns: int
    senders: tuple[SenderCount, ...] = ()


class MarkObserved(Fact, frozen=True, kw_only=True):
    """What one whole asset was worth in the book currency, by a named policy, at `observed_ns`."""

    KIND = "market.mark"
    KEY = ("underlying", "policy", "observed_ns")
    underlying: str
    policy: str
    venue: str
    mark_e6: int
    observed_ns: int
    channel: str
    frame: int


# --- deciding -------------------------------------------------------------------------------------


class QuotedLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One leg as it was quoted when the decision was made.

    Args:
        side: ``buy`` or ``sell``, of the base.
        base_units, quote_units: What the leg moves, both positive.
        top_price_e6: Best price before size: book top, or pool spot without fee.
        quote_price_e6: Average price quoted for the size, fee of the pool included.
        fee_pips: The pool's own fee in millionths; 0 at an exchange, whose fee is a flow of its
            own.
        evidence: What was looked at: frame, book sequence, or block hash.
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
    evidence: str


class OpportunityFound(Fact, frozen=True, kw_only=True):
    """An edge net of fees, gas and size was seen.

    `expected_*_usd_e24` are valued at `mark_e6`, the decision mark of the base's underlying.
    `expected_slippage_bps` is how much worse than the first unit's price the quoted ones are, all
    legs together and fees apart; `confidence_ppm` the stated probability of the minimum, by the
    prior rule or the model file whose hash is `confidence_model`. All three are null or empty in
    what was written before they were kept.
    """

    KIND = "opportunity.found"
    KEY = ("opportunity_id",)
    opportunity_id: str
    strategy: str
    legs: tuple[QuotedLeg, ...]
    mark_e6: int
    block_number: int
    block_hash: str
    expected_gross_usd_e24: int
    expected_fee_usd_e24: int
    expected_gas_wei: int
    expected_net_usd_e24: int
    found_ns: int
    expires_ns: int
    expected_slippage_bps: int | None = None
    confidence_ppm: int | None = None
    confidence_model: str = ""


class RiskDecided(Fact, frozen=True, kw_only=True):
    """Risk said yes, or no with the limit and the numbers.

    `limits_version` names the rulebook that was in force; 0 is the one built in.
    """

    KIND = "risk.decided"
    KEY = ("opportunity_id",)
    opportunity_id: str
    is_approved: bool
    reason: str
    limit_name: str
    limit_value: str
    observed_value: str
    limits_version: int = 0


# --- acting: intent before action -----------------------------------------------------------------


class ExecutionPlanned(Fact, frozen=True, kw_only=True):
    """An approved opportunity became legs in an order."""

    KIND = "execution.planned"
    KEY = ("execution_id",)
    execution_id: str
    opportunity_id: str
    strategy: str
    agent: str
    venues: tuple[str, ...]


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
    KEY = ("client_order_id", "status", "filled_base_units")
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


class ResultCounted(Fact, frozen=True, kw_only=True):
    """Risk has counted an execution against losses, drawdown and breakers.

    `result_usd_e24` is the trader's own estimate at the decision mark; the books have the last
    word. Where `is_known` is false an answer was missing and the sum leaves it out.
    """

    KIND = "risk.result"
    KEY = ("execution_id",)
    execution_id: str
    strategy: str
    venues: tuple[str, ...]
    outcome: str
    result_usd_e24: int
    is_known: bool
    took_ns: int
    counted_ns: int


# --- noticing -------------------------------------------------------------------------------------


class GapNoticed(Fact, frozen=True, kw_only=True):
    """A source skipped, repeated or fell silent.

    `noticed` is ``gap``, ``reorder``, ``silence``, ``checksum`` or ``reorg``.
    """

    KIND = "feed.gap"
    KEY = ("source", "noticed", "expected", "noticed_ns")
    source: str
    noticed: str
    expected: int
    got: int
    noticed_ns: int


class AlertRaised(Fact, frozen=True, kw_only=True):
    """A limit, breaker or process changed state in a way a person should know."""

    KIND = "alert.raised"
    KEY = ("alert", "subject", "raised_ns")
    alert: str
    severity: str
    subject: str
    detail: str
    raised_ns: int


class HaltOrdered(Fact, frozen=True, kw_only=True):
    """Books or people order a scope to stop: ``desk``, ``strategy:<name>`` or ``venue:<name>``.

    `state` is ``HALTED`` (nothing new), ``REDUCING`` (only what evens out the desk's holdings) or
    ``TRIPPED`` (the scope's breaker opens, and tries again by itself after its cool-down).
    """

    KIND = "order.halt"
    KEY = ("scope", "cause_id")
    scope: str
    cause_id: str
    reason: str
    is_lifted: bool = False
    state: str = "HALTED"


class LimitsOrdered(Fact, frozen=True, kw_only=True):
    """From here on risk judges by this rulebook; `rulebook` is its JSON, every limit written out.

    A version is used once: the same number with other limits is a conflict.
    """

    KIND = "order.limits"
    KEY = ("version",)
    version: int
    rulebook: str
    reason: str
    ordered_ns: int


class PeriodMarked(Fact, frozen=True, kw_only=True):
    """Somebody locked a closed day of the books, or reopened it.

    Args:
        period: The UTC day, ``YYYY-MM-DD``.
        audit_head: What the locked book hashes to; empty for a reopening.
    """

    KIND = "period.marked"
    KEY = ("period", "is_locked", "decided_ns")
    period: str
    is_locked: bool
    decided_by: str
    reason: str
    audit_head: str
    decided_ns: int


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


class CorrectionDecided(Fact, frozen=True, kw_only=True):
    """Two people decided that an entry mends the books, or it was taken back.

    Args:
        period: The UTC day it mends, ``YYYY-MM-DD``.
        account, counter: What receives `units` of `asset`, and what gives them.
        evidence_sha256: What proves the cause; at least one document.
        counts_ns: The instant it counts at.
    """

    KIND = "correction.decided"
    KEY = ("entry_id", "is_withdrawn", "decided_ns")
    entry_id: str
    break_id: str
    period: str
    cause: str
    account: str
    counter: str
    asset: str
    units: int
    evidence_sha256: tuple[str, ...]
    prepared_by: str
    approved_by: str
    note: str
    counts_ns: int
    decided_ns: int
    is_withdrawn: bool


KINDS: dict[str, type[Fact]] = {
    kind.KIND: kind
    for kind in (
        DeskOpened,
        DeskClosed,
        WireSegment,
        MarkObserved,
        OpportunityFound,
        RiskDecided,
        ExecutionPlanned,
        OrderIntended,
        OrderObserved,
        TransactionIntended,
        TransactionObserved,
        ExecutionFinished,
        ExecutionFinalised,
        ResultCounted,
        GapNoticed,
        AlertRaised,
        HaltOrdered,
        LimitsOrdered,
        PeriodMarked,
        ParentOrdered,
        CorrectionDecided,
    )
}


def canonical_payload(fact: Fact) -> bytes:
    """Write a fact as the one byte string that is hashed and kept.

    RFC 8785 (JCS) JSON in which integers are decimal strings: keys sorted, no spaces. With ASCII
    keys and no numbers, orjson's sorted output is that form (held by a test against `rfc8785`).
    """
    return orjson.dumps(_with_text_integers(msgspec.to_builtins(fact)), option=orjson.OPT_SORT_KEYS)


def parse_payload(kind: str, payload: bytes) -> Fact:
    """Read a fact back.

    Raises:
        InputRefused: The kind is unknown or the payload is not of its shape.
    """
    if kind not in KINDS:
        raise InputRefused(
            "this journal holds a kind newer than this program; update it", kind=kind
        )
    try:
        return msgspec.convert(orjson.loads(payload), type=KINDS[kind], strict=False)
    except (msgspec.ValidationError, orjson.JSONDecodeError) as error:
        raise InputRefused(f"this payload is not a {kind}: {error}") from error


def _with_text_integers(value: Any) -> Any:  # noqa: ANN401 (JSON is what it is)
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {key: _with_text_integers(item) for key, item in fields.items()}
    if isinstance(value, list | tuple):
        return [_with_text_integers(item) for item in cast("list[Any] | tuple[Any, ...]", value)]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value
