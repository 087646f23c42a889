"""What stands where: every holding of a strategy on an account, with cost, worth and its share.

Lots are of underlyings and not parted by place, so the cost of a holding is its part, by quantity,
of what the remaining lots of its underlying cost; parts sum to the whole to the last digit. Sums by
one dimension alone are `exposure.py`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from domain.desk import BOOK_CURRENCY
from domain.pnl.equity import sum_known
from domain.pnl.realised import OpenLot
from domain.pnl.values import Valuer
from domain.positions.held import Held

OFF_CHAIN = "off chain"


class PlacedPosition(msgspec.Struct, frozen=True):
    """One strategy's holding of one asset on one account.

    Args:
        underlying: Whose mark values it; empty for an asset outside the reference data.
        settled_units: Final; its whole coins are `delta_e18`.
        pending_units: What is on its way, signed.
        provisional_units: Settled and pending.
        free_units, locked_units: Settled less what is spoken for; and that.
        mark_e6: In force; None without one.
        cost_usd_e24: Its part of the remaining lots' basis; None for an unknown asset.
        concentration: Its value over the desk's gross, without signs, as ``n/d``; or ``unknown``.
        policy: Of the marks.
    """

    account: str
    asset: str
    strategy: str
    venue: str
    chain: str
    underlying: str
    settled_units: int
    pending_units: int
    provisional_units: int
    free_units: int
    locked_units: int
    delta_e18: int | None
    mark_e6: int | None
    value_usd_e24: int | None
    cost_usd_e24: int | None
    unrealised_usd_e24: int | None
    concentration: str
    policy: str


def placed_positions(
    held: Iterable[Held],
    lots: Iterable[OpenLot],
    valuer: Valuer,
    at_ns: int,
    venues: Mapping[str, str],
) -> list[PlacedPosition]:
    """Value every holding where it stands.

    Args:
        held: By account, asset and strategy.
        lots: Remaining, of the same instant.
        valuer: Reference data and marks.
        at_ns: The instant.
        venues: Own account -> label, as in rows of profit.

    Returns:
        Ordered by account, asset and strategy. Values sum to equity, costs to the lots' basis and
        the book currency.
    """
    ordered = sorted(held)
    worth = [_worth(one, valuer, at_ns) for one in ordered]
    costs = _costs(ordered, lots, valuer)
    gross = sum_known(None if value is None else abs(value) for value in worth)
    return [
        _placed(one, value, cost, gross, valuer, at_ns, venues)
        for one, value, cost in zip(ordered, worth, costs, strict=True)
    ]


def chain_of(account: str) -> str:
    """Name the chain an own account is on, or say that it is on none."""
    if not account.startswith("eip155:"):
        return OFF_CHAIN
    return ":".join(account.split(":")[:2])


def _worth(one: Held, valuer: Valuer, at_ns: int) -> int | None:
    if not valuer.knows(one.asset):
        return None
    return valuer.at(one.asset, one.settled_units, at_ns)


def _delta(one: Held, valuer: Valuer) -> int | None:
    return one.settled_units * valuer.scale(one.asset) if valuer.knows(one.asset) else None


def _costs(held: Sequence[Held], lots: Iterable[OpenLot], valuer: Valuer) -> list[int | None]:
    """Share each underlying's basis by quantity, cumulatively: the last part takes the rest."""
    basis: defaultdict[str, int] = defaultdict(int)
    whole: defaultdict[str, int] = defaultdict(int)
    for lot in lots:
        basis[lot.underlying] += lot.basis_usd_e24
    for one in held:
        if valuer.knows(one.asset):
            whole[valuer.underlying(one.asset)] += _delta(one, valuer) or 0
    passed: defaultdict[str, int] = defaultdict(int)
    costs: list[int | None] = []
    for one in held:
        delta = _delta(one, valuer)
        if delta is None:
            costs.append(None)
            continue
        name = valuer.underlying(one.asset)
        total = whole[name] * 10**6 if name == BOOK_CURRENCY else basis[name]
        before = _share(total, passed[name], whole[name])
        passed[name] += delta
        costs.append(_share(total, passed[name], whole[name]) - before)
    return costs


def _share(total: int, part: int, whole: int) -> int:
    return total * part // whole if whole else 0


def _placed(
    one: Held,
    value: int | None,
    cost: int | None,
    gross: int | None,
    valuer: Valuer,
    at_ns: int,
    venues: Mapping[str, str],
) -> PlacedPosition:
    underlying = valuer.underlying(one.asset) if valuer.knows(one.asset) else ""
    share = None if value is None or not gross else Fraction(abs(value), gross)
    return PlacedPosition(
        account=one.account,
        asset=one.asset,
        strategy=one.strategy,
        venue=venues.get(one.account, one.account),
        chain=chain_of(one.account),
        underlying=underlying,
        settled_units=one.settled_units,
        pending_units=one.pending_units,
        provisional_units=one.provisional_units,
        free_units=one.free_units,
        locked_units=one.locked_units,
        delta_e18=_delta(one, valuer),
        mark_e6=valuer.marks.at(underlying, at_ns) if underlying else None,
        value_usd_e24=value,
        cost_usd_e24=cost,
        unrealised_usd_e24=None if value is None or cost is None else value - cost,
        concentration="unknown" if share is None else str(share),
        policy=valuer.marks.policy,
    )
