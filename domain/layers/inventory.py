"""Lots against what is held: what we think we bought and still have, and what the outside counts.

Lots are of underlyings and know no accounts, so holdings are added up by underlying, each asset at
its own decimals. Quantities are 10^-18 of a whole coin. A holding nobody stated is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from domain.desk import BOOK_CURRENCY, Asset
from domain.matching.types import BalanceClaim
from domain.money import MAX_DECIMALS


class Stocked(msgspec.Struct, frozen=True):
    """One underlying: what its lots hold and what the outside states.

    Args:
        lots: How many lots are open.
        stated_by: Whose statements were added up.
        stated_e18: None where a holding of it is not known.
        difference_e18: Stated less what lots hold; None where it is not known.
    """

    underlying: str
    lots: int
    lots_e18: int
    stated_by: str
    stated_e18: int | None
    difference_e18: int | None


def stock(
    lots: Iterable[tuple[str, int]], claims: Iterable[BalanceClaim], assets: Mapping[str, Asset]
) -> list[Stocked]:
    """Hold lots against holdings, one row an underlying other than the book currency.

    Args:
        lots: (underlying, quantity in 10^-18) of each open lot, negative for a short.
        claims: What the outside says is held at the anchor.
        assets: Asset identity -> what it is; a claim of another asset has no lots and is left out.
    """
    counts, held = defaultdict[str, int](int), defaultdict[str, int](int)
    for underlying, quantity_e18 in lots:
        counts[underlying] += 1
        held[underlying] += quantity_e18
    stated, unknown = defaultdict[str, int](int), set[str]()
    venues: defaultdict[str, set[str]] = defaultdict(set)
    for claim in claims:
        asset = assets.get(claim.asset)
        if asset is None or asset.underlying == BOOK_CURRENCY:
            continue
        venues[asset.underlying].add(claim.source)
        stated[asset.underlying] += (claim.units or 0) * 10 ** (MAX_DECIMALS - asset.decimals)
        if claim.units is None:
            unknown.add(asset.underlying)
    return [
        Stocked(
            underlying=name,
            lots=counts[name],
            lots_e18=held[name],
            stated_by="+".join(sorted(venues[name])),
            stated_e18=None if name in unknown else stated[name],
            difference_e18=None if name in unknown else stated[name] - held[name],
        )
        for name in sorted({*counts, *stated})
    ]
