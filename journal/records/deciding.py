"""What the loop saw to gain, whether it dared, and what it counts as having come of it."""

from __future__ import annotations

import msgspec

from journal.records.fact import Fact


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
