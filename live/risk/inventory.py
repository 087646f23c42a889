"""What the desk can spend: balances last read, minus what open executions have reserved.

Pure and immutable: reading balances is the trader's business. A balance that was never read is
absent, which is "unknown" and never zero-but-spendable: `free_units` of an unread asset is None.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from domain.desk import DeskCard
from journal.records import OpportunityFound, QuotedLeg

BPS = 10_000
GAS_HEADROOM = 2
"""The fee cap is twice the base fee plus tip, so twice the expected gas may have to be
affordable."""


class Inventory(msgspec.Struct, frozen=True):
    """Balances and reservations, in base units by asset identity.

    Args:
        balances: What chain and exchange said last.
        reserved: Execution id -> what it may still spend.
    """

    balances: Mapping[str, int] = {}
    reserved: Mapping[str, Mapping[str, int]] = {}

    def free_units(self, asset: str) -> int | None:
        """Say what is left of an asset after every reservation; None when it was never read."""
        if asset not in self.balances:
            return None
        held = sum(needs.get(asset, 0) for needs in self.reserved.values())
        return self.balances[asset] - held

    def observing(self, balances: Mapping[str, int]) -> Inventory:
        """Replace what is known of the assets given; others keep their last reading."""
        return Inventory({**self.balances, **balances}, self.reserved)

    def reserving(self, execution_id: str, needs: Mapping[str, int]) -> Inventory:
        """Hold capital for one execution."""
        return Inventory(self.balances, {**self.reserved, execution_id: needs})

    def releasing(self, execution_id: str) -> Inventory:
        """Let an execution's capital go; releasing twice is releasing once."""
        kept = {key: needs for key, needs in self.reserved.items() if key != execution_id}
        return Inventory(self.balances, kept)


def needed_units(
    opportunity: OpportunityFound, card: DeskCard, order_margin_bps: int
) -> dict[str, int]:
    """Say what an execution may spend, by asset.

    An atomic trade borrows from the pool and needs gas alone. A two-leg trade pays one asset on
    each side; a buy at the exchange needs a margin above its quote for collar and fee.

    Args:
        opportunity: What would be executed.
        card: The desk; says which venue is the exchange.
        order_margin_bps: Margin above the quoted cost of an exchange buy, in basis points.

    Returns:
        Base units by asset identity, the native coin for gas included.
    """
    needs = {card.chain.native: GAS_HEADROOM * opportunity.expected_gas_wei}
    if opportunity.strategy == "dex_dex":
        return needs
    for leg in opportunity.legs:
        margin_bps = order_margin_bps if leg.venue == card.exchange.venue else 0
        asset, units = _spent_by(leg, margin_bps)
        needs[asset] = needs.get(asset, 0) + units
    return needs


def _spent_by(leg: QuotedLeg, margin_bps: int) -> tuple[str, int]:
    if leg.side == "sell":
        return leg.base_asset, leg.base_units
    return leg.quote_asset, -(-leg.quote_units * (BPS + margin_bps) // BPS)
