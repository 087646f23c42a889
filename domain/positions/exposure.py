"""What holdings are worth and how much of it stands in one place: by asset, venue, strategy, chain.

Spot holdings have a delta of their own quantity; net is what moves with the price, gross is what
could be lost where it stands. Concentration is gross over the desk's gross, exact. What has no mark
is named and makes every sum it belongs to unknown, never smaller. Cost and unrealised profit are
those of the remaining lots, by underlying, since lots are not parted by place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from domain.desk import BOOK_CURRENCY
from domain.money import MAX_DECIMALS
from domain.pnl.equity import sum_known
from domain.pnl.realised import OpenLot
from domain.pnl.values import Valuer
from domain.positions.held import Held

DIMENSIONS = ("asset", "underlying", "venue", "strategy", "chain")
OFF_CHAIN = "off chain"


class Exposure(msgspec.Struct, frozen=True):
    """One name of one dimension.

    Args:
        net_usd_e24: Sum of values, signed; None when incomplete.
        gross_usd_e24: Sum of values without signs, each strategy's part of an account by itself.
        concentration: Gross over the desk's gross as ``n/d``; ``unknown`` when either is.
        policy: Of the marks.
        missing: What has no mark.
    """

    dimension: str
    name: str
    net_usd_e24: int | None
    gross_usd_e24: int | None
    concentration: str
    policy: str
    missing: tuple[str, ...]


class UnderlyingPosition(msgspec.Struct, frozen=True):
    """All holdings that move with one price.

    Args:
        settled_e18, pending_e18: Whole coins in 10^-18. Of spot holdings this is the delta too.
        free_e18: Settled, less what is promised to pending payments and reserved.
        locked_e18: Settled less free.
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


def exposures(
    held: Sequence[Held], valuer: Valuer, at_ns: int, venues: Mapping[str, str]
) -> list[Exposure]:
    """Measure every dimension.

    Args:
        held: By account, asset and strategy.
        valuer: Reference data and marks.
        at_ns: The instant.
        venues: Own account -> label, as in rows of profit.

    Returns:
        Ordered by dimension as in `DIMENSIONS`, then name.
    """
    worth = [(one, _value(one, valuer, at_ns)) for one in held if one.settled_units]
    naming: dict[str, Callable[[Held], str]] = {
        "asset": lambda one: one.asset,
        "underlying": lambda one: _underlying(one, valuer),
        "venue": lambda one: venues.get(one.account, one.account),
        "strategy": lambda one: one.strategy,
        "chain": lambda one: chain_of(one.account),
    }
    whole = sum_known(None if value is None else abs(value) for _, value in worth)
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
    reserved: Mapping[str, int] | None = None,
) -> list[UnderlyingPosition]:
    """Sum holdings that share a price, with what they cost and what they would earn if sold.

    Args:
        held: By account, asset and strategy.
        lots: Remaining, of the same instant.
        valuer: Reference data and marks.
        at_ns: The instant.
        reserved: Asset -> units that open executions may still spend.
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
            locked[name] += one.outgoing_units * _scale(one.asset, valuer)
    for asset, units in (reserved or {}).items():
        locked[valuer.underlying(asset)] += units * _scale(asset, valuer)
    for lot in lots:
        cost[lot.underlying] += lot.basis_usd_e24
    return [
        _position(name, settled[name], pending[name], locked[name], cost[name], valuer, at_ns)
        for name in sorted({*settled, *pending, *locked, *cost})
    ]


def chain_of(account: str) -> str:
    """Name the chain an own account is on, or say that it is on none."""
    if not account.startswith("eip155:"):
        return OFF_CHAIN
    return ":".join(account.split(":")[:2])


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


def _value(one: Held, valuer: Valuer, at_ns: int) -> int | None:
    if not valuer.knows(one.asset):
        return None
    return valuer.at(one.asset, one.settled_units, at_ns)


def _underlying(one: Held, valuer: Valuer) -> str:
    return valuer.underlying(one.asset) if valuer.knows(one.asset) else one.asset


_Worth = tuple[Held, int | None]


def _grouped(worth: Iterable[_Worth], naming: Callable[[Held], str]) -> dict[str, list[_Worth]]:
    grouped: defaultdict[str, list[_Worth]] = defaultdict(list)
    for one, value in worth:
        grouped[naming(one)].append((one, value))
    return grouped


def _exposure(
    dimension: str, name: str, parts: Sequence[_Worth], whole: int | None, policy: str
) -> Exposure:
    gross = sum_known(None if value is None else abs(value) for _, value in parts)
    share = str(Fraction(gross, whole)) if gross is not None and whole else "unknown"
    return Exposure(
        dimension=dimension,
        name=name,
        net_usd_e24=sum_known(value for _, value in parts),
        gross_usd_e24=gross,
        concentration=share,
        policy=policy,
        missing=tuple(sorted({f"a mark of {one.asset}" for one, value in parts if value is None})),
    )
