"""What the desk can spend: balances last read, minus what open executions have reserved.

Pure and immutable: reading balances is the trader's business. A balance that was never read is
absent, which is "unknown" and never zero-but-spendable: `free_units` of an unread asset is None.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from domain.desk import DeskCard
from domain.money import BPS
from journal.records import OpportunityFound, QuotedLeg

GAS_HEADROOM = 2
"""The fee cap is twice the base fee plus tip, so twice the expected gas may have to be
affordable."""


class Inventory(msgspec.Struct, frozen=True):
    """Balances and reservations, in base units by asset identity.

    Args:
        balances: What chain and exchange said last.
        reserved: Execution id -> what it may still spend.
        held: Sum of all reservations by asset, kept beside them so that no verdict has to add up.
    """

    balances: Mapping[str, int] = {}
    reserved: Mapping[str, Mapping[str, int]] = {}
    held: Mapping[str, int] = {}

    def free_units(self, asset: str) -> int | None:
        """Say what is left of an asset after every reservation; None when it was never read."""
        if asset not in self.balances:
            return None
        return self.balances[asset] - self.held.get(asset, 0)

    def observing(self, balances: Mapping[str, int]) -> Inventory:
        """Replace what is known of the assets given; others keep their last reading."""
        return Inventory({**self.balances, **balances}, self.reserved, self.held)

    def reading(self, balances: Mapping[str, int]) -> Inventory:
        """Take in a whole reading: what it leaves out becomes unknown; reservations stay."""
        return Inventory(balances, self.reserved, self.held)

    def reserving(self, execution_id: str, needs: Mapping[str, int]) -> Inventory:
        """Hold capital for one execution, in place of what it held before."""
        before = self.releasing(execution_id)
        reserved = {**before.reserved, execution_id: needs}
        return Inventory(self.balances, reserved, _added(before.held, needs, 1))

    def releasing(self, execution_id: str) -> Inventory:
        """Let an execution's capital go; releasing twice is releasing once."""
        if execution_id not in self.reserved:
            return self
        kept = dict(self.reserved)
        needs = kept.pop(execution_id)
        return Inventory(self.balances, kept, _added(self.held, needs, -1))


def _added(held: Mapping[str, int], needs: Mapping[str, int], sign: int) -> dict[str, int]:
    after = dict(held)
    for asset, units in needs.items():
        after[asset] = after.get(asset, 0) + sign * units
    return after


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
