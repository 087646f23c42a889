"""What holdings are worth and how much of it stands in one place: by asset, venue, strategy, chain.

Spot holdings have a delta of their own quantity; net is what moves with the price, gross is what
could be lost where it stands. Concentration is gross over the desk's gross, exact. What has no mark
is named and makes every sum it belongs to unknown, never smaller. Quantities add up within one
asset and coins within one underlying; across them only what they are worth does. Cost and
unrealised profit are those of the remaining lots; how they are shared by place says `placed.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

import msgspec

from domain.desk import BOOK_CURRENCY
from domain.money import MAX_DECIMALS
from domain.pnl.equity import sum_known
from domain.pnl.realised import OpenLot
from domain.pnl.values import Valuer
from domain.positions.held import Held
from domain.positions.placed import PlacedPosition

DIMENSIONS = ("asset", "underlying", "venue", "strategy", "chain")


class Exposure(msgspec.Struct, frozen=True):
    """One name of one dimension.

    Args:
        net_usd_e24: Sum of values, signed; None when incomplete.
        gross_usd_e24: Sum of values without signs, each strategy's part of an account by itself.
        provisional_usd_e24: Net, if everything pending happens.
        free_usd_e24, locked_usd_e24: What of net is not spoken for; and what is.
        cost_usd_e24, unrealised_usd_e24: What the remaining lots of it cost; net less that.
        quantity_units: Settled; None where it is of several assets.
        delta_e18, mark_e6: Whole coins it moves like, and their mark; None where it is of several
            underlyings.
        concentration: Gross over the desk's gross as ``n/d``; ``unknown`` when either is.
        policy: Of the marks.
        missing: What has no mark.
    """

    dimension: str
    name: str
    net_usd_e24: int | None
    gross_usd_e24: int | None
    provisional_usd_e24: int | None
    free_usd_e24: int | None
    locked_usd_e24: int | None
    cost_usd_e24: int | None
    unrealised_usd_e24: int | None
    quantity_units: int | None
    delta_e18: int | None
    mark_e6: int | None
    concentration: str
    policy: str
    missing: tuple[str, ...]


class UnderlyingPosition(msgspec.Struct, frozen=True):
    """All holdings that move with one price.

    Args:
        settled_e18, pending_e18: Whole coins in 10^-18. Of spot holdings this is the delta too.
        free_e18: Settled, less what is spoken for.
        locked_e18: Spoken for: on its way out, kept for orders, or about to be spent.
        cost_usd_e24: Basis of the remaining lots; negative for a short.
        mark_e6: In force; None without one, and then value and unrealised are None too.
    """

    underlying: str
    settled_e18: int
    pending_e18: int
    free_e18: int
    locked_e18: int
    cost_usd_e24: int
    mark_e6: int | None
    value_usd_e24: int | None
    unrealised_usd_e24: int | None
    policy: str

    @property
    def delta_e18(self) -> int:
        """How many coins the holding moves like."""
        return self.settled_e18


def exposures(placed: Sequence[PlacedPosition], valuer: Valuer, at_ns: int) -> list[Exposure]:
    """Measure every dimension.

    Args:
        placed: Every holding, valued where it stands.
        valuer: Reference data and marks.
        at_ns: The instant they were valued at.

    Returns:
        Ordered by dimension as in `DIMENSIONS`, then name.
    """
    naming: dict[str, Callable[[PlacedPosition], str]] = {
        "asset": lambda one: one.asset,
        "underlying": lambda one: one.underlying or one.asset,
        "venue": lambda one: one.venue,
        "strategy": lambda one: one.strategy,
        "chain": lambda one: one.chain,
    }
    worth = [_worth(one, valuer, at_ns) for one in placed]
    whole = sum_known(one.gross for one in worth)
    return [
        _exposure(dimension, name, parts, whole, valuer.marks.policy)
        for dimension in DIMENSIONS
        for name, parts in sorted(_grouped(worth, naming[dimension]).items())
    ]


def underlying_positions(
    held: Iterable[Held],
    lots: Iterable[OpenLot],
    valuer: Valuer,
    at_ns: int,
) -> list[UnderlyingPosition]:
    """Sum holdings that share a price, with what they cost and what they would earn if sold.

    Args:
        held: By account, asset and strategy.
        lots: Remaining, of the same instant.
        valuer: Reference data and marks.
        at_ns: The instant.
    """
    settled: defaultdict[str, int] = defaultdict(int)
    pending: defaultdict[str, int] = defaultdict(int)
    locked: defaultdict[str, int] = defaultdict(int)
    cost: defaultdict[str, int] = defaultdict(int)
    for one in held:
        if valuer.knows(one.asset):
            name = valuer.underlying(one.asset)
            settled[name] += one.settled_units * _scale(one.asset, valuer)
            pending[name] += one.pending_units * _scale(one.asset, valuer)
            locked[name] += one.locked_units * _scale(one.asset, valuer)
    for lot in lots:
        cost[lot.underlying] += lot.basis_usd_e24
    return [
        _position(name, settled[name], pending[name], locked[name], cost[name], valuer, at_ns)
        for name in sorted({*settled, *pending, *locked, *cost})
    ]


def _position(
    name: str, settled: int, pending: int, locked: int, cost: int, valuer: Valuer, at_ns: int
) -> UnderlyingPosition:
    mark_e6 = valuer.marks.at(name, at_ns)
    value = None if mark_e6 is None else settled * mark_e6
    basis = settled * 10**6 if name == BOOK_CURRENCY else cost
    return UnderlyingPosition(
        underlying=name,
        settled_e18=settled,
        pending_e18=pending,
        free_e18=settled - locked,
        locked_e18=locked,
        cost_usd_e24=basis,
        mark_e6=mark_e6,
        value_usd_e24=value,
        unrealised_usd_e24=None if value is None else value - basis,
        policy=valuer.marks.policy,
    )


def _scale(asset: str, valuer: Valuer) -> int:
    return 10 ** (MAX_DECIMALS - valuer.assets[asset].decimals)


class _Worth(NamedTuple):
    """A holding with what of it is worth how much; None where nobody knows."""

    placed: PlacedPosition
    net: int | None
    gross: int | None
    provisional: int | None
    locked: int | None

    @property
    def is_unknown(self) -> bool:
        """Ask whether something of it has no mark."""
        return None in (self.net, self.provisional, self.locked)


def _worth(one: PlacedPosition, valuer: Valuer, at_ns: int) -> _Worth:
    def valued(units: int) -> int | None:
        if not units:
            return 0
        return valuer.at(one.asset, units, at_ns) if one.underlying else None

    net = valued(one.settled_units)
    return _Worth(
        one,
        net,
        None if net is None else abs(net),
        valued(one.provisional_units),
        valued(one.locked_units),
    )


def _grouped(
    worth: Iterable[_Worth], naming: Callable[[PlacedPosition], str]
) -> dict[str, list[_Worth]]:
    grouped: defaultdict[str, list[_Worth]] = defaultdict(list)
    for one in worth:
        grouped[naming(one.placed)].append(one)
    return grouped


def _exposure(
    dimension: str, name: str, parts: Sequence[_Worth], whole: int | None, policy: str
) -> Exposure:
    net, gross = sum_known(one.net for one in parts), sum_known(one.gross for one in parts)
    locked = sum_known(one.locked for one in parts)
    cost = sum_known(one.placed.cost_usd_e24 for one in parts)
    quantity_units, delta_e18, mark_e6 = _coins([one.placed for one in parts])
    share = str(Fraction(gross, whole)) if gross is not None and whole else "unknown"
    missing = {f"a mark of {one.placed.asset}" for one in parts if one.is_unknown}
    return Exposure(
        dimension=dimension,
        name=name,
        net_usd_e24=net,
        gross_usd_e24=gross,
        provisional_usd_e24=sum_known(one.provisional for one in parts),
        free_usd_e24=None if net is None or locked is None else net - locked,
        locked_usd_e24=locked,
        cost_usd_e24=cost,
        unrealised_usd_e24=None if net is None or cost is None else net - cost,
        quantity_units=quantity_units,
        delta_e18=delta_e18,
        mark_e6=mark_e6,
        concentration=share,
        policy=policy,
        missing=tuple(sorted(missing)),
    )


def _coins(parts: Sequence[PlacedPosition]) -> tuple[int | None, int | None, int | None]:
    """Sum quantity and coins, and give the mark, where all of it is of one thing."""
    is_one_asset = len({one.asset for one in parts}) == 1
    quantity = sum(one.settled_units for one in parts) if is_one_asset else None
    if len({one.underlying for one in parts}) > 1:
        return quantity, None, None
    return quantity, sum_known(one.delta_e18 for one in parts), parts[0].mark_e6
