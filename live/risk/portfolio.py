"""What the desk holds, valued at one mark: by asset, by place, and what a trade would make of it.

Pure and exact. A holding that was never read makes the whole unknown (None), never smaller. What
executions in flight still move is not in it: their capital is reserved, see `inventory.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from domain.desk import BOOK_CURRENCY, DeskCard
from domain.money import BOOK_MARK_E6, value_usd_e24
from journal.records import OpportunityFound


class Portfolio(msgspec.Struct, frozen=True):
    """Values in 10^-24 of the book currency.

    Args:
        by_asset: Underlying -> value of all that is worth the same as it.
        by_place: Exchange venue, or ``chain``, -> value of all that is held there.
        base_by_place: The same of everything but the book currency.
    """

    by_asset: Mapping[str, int]
    by_place: Mapping[str, int]
    base_by_place: Mapping[str, int]

    @property
    def equity_usd_e24(self) -> int:
        """What all of it is worth."""
        return sum(self.by_place.values())

    @property
    def gross_usd_e24(self) -> int:
        """Sum of the sizes of every holding that is not the book currency."""
        return sum(abs(v) for asset, v in self.by_asset.items() if asset != BOOK_CURRENCY)

    @property
    def imbalance_usd_e24(self) -> int:
        """How unevenly the base is spread over the places: the most less the least."""
        values = self.base_by_place.values()
        return max(values) - min(values)


CHAIN = "chain"
"""The place of whatever the wallet holds."""


def portfolio_of(balances: Mapping[str, int], card: DeskCard, mark_e6: int) -> Portfolio | None:
    """Value every asset of the desk.

    Args:
        balances: Base units by asset identity, as last read.
        card: Assets and where they are held.
        mark_e6: Of the one underlying beside the book currency.

    Returns:
        None when a balance was never read.
    """
    by_asset: dict[str, int] = {}
    by_place = {CHAIN: 0, card.exchange.venue: 0}
    base_by_place = dict(by_place)
    for asset in card.assets:
        units = balances.get(asset.asset)
        if units is None:
            return None
        is_book = asset.underlying == BOOK_CURRENCY
        value = value_usd_e24(units, asset.decimals, BOOK_MARK_E6 if is_book else mark_e6)
        place = place_of(asset.asset, card)
        by_asset[asset.underlying] = by_asset.get(asset.underlying, 0) + value
        by_place[place] += value
        base_by_place[place] += 0 if is_book else value
    return Portfolio(by_asset, by_place, base_by_place)


def place_of(asset: str, card: DeskCard) -> str:
    """Say where an asset is held: the exchange's venue, or ``chain``."""
    return card.exchange.venue if asset.startswith(f"{card.exchange.venue}:") else CHAIN


def moved_balances(
    opportunity: OpportunityFound, balances: Mapping[str, int], card: DeskCard
) -> dict[str, int]:
    """Give the balances as they would be if every leg traded as quoted and the gas were paid.

    What was never read stays unknown.
    """
    moves = [(card.chain.native, -opportunity.expected_gas_wei)]
    for leg in opportunity.legs:
        sign = 1 if leg.side == "buy" else -1
        moves.append((leg.base_asset, sign * leg.base_units))
        moves.append((leg.quote_asset, -sign * leg.quote_units))
    after = dict(balances)
    for asset, units in moves:
        if asset in after:
            after[asset] += units
    return after
