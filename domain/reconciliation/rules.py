"""What the reader states before anything is compared: tolerances, windows, and what is known.

Nothing here is inferred from the rows. A tolerance is per asset, ``*`` stands for every other one,
and the default is none. What is known of assets, blocks and sources is what lets a difference be
explained instead of only reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

import msgspec

from domain.clock import DAY_NS, SECOND_NS
from domain.money import from_units

ANY = "*"
"""Stands for every asset that is not named."""
HOUR_NS = 3_600 * SECOND_NS
_NONE: Mapping[str, int] = MappingProxyType({})
_SAME: Mapping[str, str] = MappingProxyType({})
MILLION = 1_000_000
BPS = 10_000


class Migration(msgspec.Struct, frozen=True):
    """An old token's successor: one unit of the old is numerator/denominator of the new."""

    asset: str
    numerator: int = 1
    denominator: int = 1


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Everything `reconcile` takes as given.

    Args:
        decimals: Places of one unit; for words alone.
        tolerance_units, tolerance_ppm: By asset; the larger of the two holds.
        budget_units: By asset, what accepted differences may sum to; none given is none watched.
        bias_odds: Accepted differences leaning one way break when chance would do it less often
            than once in so many.
        window_after_ns, window_before_ns: How much later, and earlier, external may be than
            internal. Credits are booked late: the wrong side is the narrower one.
        margin_units, margin_ns: What the runner-up must be worse by for a match without a key.
        near_ns: Rows without a key so close in time may be one event whose fields differ.
        far_ns: Rows that agree in all but time are one event up to here.
        max_block: Rows of one component of look-alikes that are weighed together.
        max_parts: Rows that may sum up to one.
        fee_in_amount: A gross amount against a net one, of an equal fee, is no difference.
        keys_only: Rows without a common key are never brought together, however alike.
        keys_agree: Refs and ids are known to mean the same on both sides; otherwise rows tell.
        underlying: Wrapped asset -> what it wraps.
        left_until_ns, right_until_ns: Each side's cut-off, half-open; None when not stated.
        settle_lag_ns: How long before a cut-off a row may not have reached the other side yet.
        failed_accounts: Their external query failed: silence there says nothing.
        shared_accounts: Both sides come from one source: comparing them proves nothing.
        fx_rates: Rates whose use on one side alone explains a price.
    """

    decimals: int = 0
    tolerance_units: Mapping[str, int] = _NONE
    tolerance_ppm: Mapping[str, int] = _NONE
    budget_units: Mapping[str, int] = _NONE
    bias_odds: int = 1_000
    window_after_ns: int = 20 * HOUR_NS
    window_before_ns: int = HOUR_NS
    margin_units: int = 1
    margin_ns: int = SECOND_NS
    near_ns: int = SECOND_NS
    far_ns: int = 7 * DAY_NS
    max_block: int = 32
    max_parts: int = 6
    fee_in_amount: bool = False
    keys_only: bool = False
    keys_agree: bool = False
    underlying: Mapping[str, str] = _SAME
    migrations: Mapping[str, Migration] = MappingProxyType({})
    native_assets: frozenset[str] = frozenset()
    transfer_tax_bps: Mapping[str, int] = _NONE
    dust_units: Mapping[str, int] = _NONE
    own_accounts: frozenset[str] = frozenset()
    orphaned_blocks: frozenset[str] = frozenset()
    failed_accounts: frozenset[str] = frozenset()
    shared_accounts: frozenset[str] = frozenset()
    left_until_ns: int | None = None
    right_until_ns: int | None = None
    settle_lag_ns: int = 900 * SECOND_NS
    fx_rates: tuple[Fraction, ...] = ()

    def tolerance(self, asset: str, amount_units: int) -> int:
        """Give the difference that is accepted on this amount, floored."""
        absolute = of_asset(self.tolerance_units, asset)
        share = of_asset(self.tolerance_ppm, asset) * abs(amount_units) // MILLION
        return max(absolute, share)

    def written(self, units: int) -> str:
        """Write an amount for a person, in the unit its source writes it in."""
        text = from_units(units, self.decimals)
        return text.rstrip("0").rstrip(".") if self.decimals else text

    def dust(self, asset: str) -> int:
        """Give the amount up to which a remainder is dust."""
        return of_asset(self.dust_units, asset)

    def in_window(self, left_ns: int, right_ns: int) -> bool:
        """Ask whether external follows internal within the stated window."""
        return -self.window_before_ns <= right_ns - left_ns <= self.window_after_ns

    def root(self, asset: str) -> str:
        """Give what an asset wraps, or itself."""
        return self.underlying.get(asset, asset)

    def is_migrated(self, asset: str, into: str) -> bool:
        """Ask whether one asset is the stated successor of another."""
        moved = self.migrations.get(asset)
        return moved is not None and moved.asset == into

    def converted(self, units: int, asset: str, into: str) -> int:
        """Give an amount in the asset's successor; itself for any other, and where it would cut."""
        moved = self.migrations.get(asset)
        if moved is None or moved.asset != into or units * moved.numerator % moved.denominator:
            return units
        return units * moved.numerator // moved.denominator


def of_asset(table: Mapping[str, int], asset: str) -> int:
    """Look an asset up, then everything else's value, then 0."""
    return table.get(asset, table.get(ANY, 0))
