"""Every balance from its opening to its closing: opening + in - out - fees = closing, to the unit.

Flows come from settlement, not from the ledger, so that a posting that was forgotten or made twice
cannot hide here too. A closing that nobody stated is unknown, which is not zero and does not pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from domain.settlement.outcome import Move, Settlement

Key = tuple[str, str]
"""(account, asset)."""


class Rolled(msgspec.Struct, frozen=True):
    """One account and asset over a day; in, out and fees are positive, in base units.

    Args:
        fee_units: Gas and venue fees, apart from what was traded or moved.
        corrected_units: Signed, by entries that people approved.
        closing_units: What opening and flows add up to.
        stated_units: What the outside says is held at the anchor; None when it does not say.
        difference_units: Stated less rolled; None while nobody states it.
    """

    account: str
    venue: str
    asset: str
    opening_units: int
    in_units: int
    out_units: int
    fee_units: int
    corrected_units: int
    closing_units: int
    stated_units: int | None
    difference_units: int | None

    @property
    def is_closed(self) -> bool:
        """Whether it rolls to what is stated; what never moved and is not stated does."""
        return self.difference_units == 0 or (self.stated_units is None and not self.has_moved)

    @property
    def has_moved(self) -> bool:
        """Whether there is anything to state."""
        flows = self.in_units, self.out_units, self.fee_units, self.corrected_units
        return bool(self.opening_units) or any(flows)


class Flows(msgspec.Struct, frozen=True):
    """What moved: between accounts and venues, and what was charged for it (negative)."""

    moves: list[Move]
    fees: list[Move]


def flows_of(settlement: Settlement) -> Flows:
    """Take a settlement apart into moves and fees; each unit of it is in exactly one of them."""
    return Flows(moves=list(_moves(settlement)), fees=list(_fees(settlement)))


def summed(flows: Flows) -> Flows:
    """Sum flows of one account, asset and direction; they roll a balance as they did apart."""
    return Flows(_summed(flows.moves), _summed(flows.fees))


def _summed(moves: Iterable[Move]) -> list[Move]:
    sums = defaultdict[tuple[str, str, bool], int](int)
    for one in moves:
        sums[one.account, one.asset, one.units > 0] += one.units
    return [Move(account, asset, units) for (account, asset, _), units in sorted(sums.items())]


def roll(
    opening: Mapping[Key, int],
    flows: Flows,
    stated: Mapping[Key, int | None],
    venues: Mapping[str, str],
    corrections: Iterable[Move] = (),
) -> list[Rolled]:
    """Roll every balance forward.

    Args:
        opening: What was held when the day began; absent is 0.
        flows: What moved since.
        stated: What the outside says at the end.
        venues: Account -> whose it is, for people; the account itself where it is not named.
        corrections: What approved entries moved.

    Returns:
        One row an account and asset that any argument names, in order.
    """
    ins, outs, fees, mended = (defaultdict[Key, int](int) for _ in range(4))
    for one in flows.moves:
        (ins if one.units > 0 else outs)[one.account, one.asset] += abs(one.units)
    for one in flows.fees:
        fees[one.account, one.asset] -= one.units
    for one in corrections:
        mended[one.account, one.asset] += one.units
    return [
        _rolled(key, venues, opening.get(key, 0), sums, stated.get(key))
        for key in sorted({*opening, *ins, *outs, *fees, *mended, *stated})
        if (sums := (ins[key], outs[key], fees[key], mended[key]))
    ]


def _rolled(
    key: Key,
    venues: Mapping[str, str],
    opening: int,
    sums: tuple[int, int, int, int],
    stated: int | None,
) -> Rolled:
    received, given, charged, mended = sums
    closing = opening + received - given - charged + mended
    return Rolled(
        account=key[0],
        venue=venues.get(key[0], key[0]),
        asset=key[1],
        opening_units=opening,
        in_units=received,
        out_units=given,
        fee_units=charged,
        corrected_units=mended,
        closing_units=closing,
        stated_units=stated,
        difference_units=None if stated is None else stated - closing,
    )


def _moves(settlement: Settlement) -> Iterator[Move]:
    for one in (
        *settlement.legs,
        *settlement.revisions,
        *settlement.liquidity,
        *settlement.transits,
    ):
        yield from one.moves
    for one in settlement.transfers:
        yield Move(one.sender, one.asset, -one.units)
        yield Move(one.recipient, one.asset, one.units)
    for one in settlement.conversions:
        yield Move(one.account, one.from_asset, -one.units)
        yield Move(one.account, one.to_asset, one.units)
    for one in (*settlement.flows, *settlement.incidents, *settlement.unexplained):
        yield Move(one.account, one.asset, one.units)


def _fees(settlement: Settlement) -> Iterator[Move]:
    for one in (*settlement.legs, *settlement.revisions, *settlement.transits):
        yield from one.fees
    for paid in settlement.gas:
        yield Move(paid.account, paid.asset, -paid.fee_wei)
    for one in (*settlement.flows, *settlement.incidents):
        if one.fee_units:
            yield Move(one.account, one.asset, -one.fee_units)
