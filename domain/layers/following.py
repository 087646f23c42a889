"""Which breaks only repeat what another one said: one fault, one root, its money counted once.

A fault shows in each layer that adds it up again: a fill the exchange made up is an order that
differs, a statement that lacks it, a balance, a roll-forward and lots that are off. A break follows
another, its root, where the other's asset, account and amount explain its own exactly, to the unit.
The first layer that saw it is the root. Where two would explain it equally well, or none does
exactly, it stands alone: refusing is cheaper than hiding a second fault behind the first. What is
unknown explains nothing and is explained by nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from domain.desk import Asset
from domain.layers.breaks import FRAMES, LENIENCY, LOTS, ROLL
from domain.matching.types import FILLS, HELD, ORDERS, RUNNING, STRAYS, Break
from domain.money import MAX_DECIMALS

_ADDING_UP = frozenset({HELD, ROLL, LOTS, FRAMES, LENIENCY})
"""Comparisons of sums; any other is of what happened, and comes first."""
Roots = dict[str, tuple[str, ...]]
"""Break id -> ids of the breaks that explain it; itself alone for a root."""
_Told = tuple[Break, int]
"""A break that may explain, and what it says was moved, in the terms of what it may explain."""


def roots_of(breaks: Iterable[Break], assets: Mapping[str, Asset]) -> Roots:
    """Find what each break of a day follows.

    Args:
        breaks: Of every layer, of one day, in any order.
        assets: By identity; an underlying's break is explained in 10^-18 of a whole coin.

    Returns:
        For each break its roots, in order; more than one where their sum explains it.
    """
    known = sorted(breaks, key=lambda one: one.break_id)
    roots: Roots = {one.break_id: (one.break_id,) for one in known}
    by_recon: defaultdict[str, list[Break]] = defaultdict(list)
    for one in known:
        if one.amount_units:
            by_recon[one.recon].append(one)
    happened = [
        one
        for recon, ones in by_recon.items()
        for one in ones
        if recon not in _ADDING_UP | {STRAYS, RUNNING}
    ]
    running, held, rolled = by_recon[RUNNING], by_recon[HELD], by_recon[ROLL]
    orders = by_recon[ORDERS]
    _link(roots, by_recon[FILLS], lambda one: [_unplaced(one, orders)])
    _link(roots, by_recon[STRAYS], lambda one: [_unplaced(one, orders)])
    _link(roots, running, lambda one: [_booked_elsewhere(one, by_recon[FILLS])])
    _link(roots, held, lambda one: _what_happened(one, happened, running))
    _link(roots, rolled, lambda one: [_placed(one, held), *_what_happened(one, happened, running)])
    _link(roots, by_recon[LOTS], lambda one: [_of_underlying(one, held, rolled, assets)])
    return roots


def follows(roots: Roots, break_id: str) -> tuple[str, ...]:
    """Name the breaks that one follows; none for a root."""
    found = roots.get(break_id, ())
    return () if found == (break_id,) else found


def _link(
    roots: Roots,
    layer: Sequence[Break],
    explanations: Callable[[Break], Iterable[Sequence[_Told]]],
) -> None:
    """Link one layer to those before it; a root that two of it claim explains neither."""
    found = {
        one.break_id: _explained(one.amount_units or 0, explanations(one), roots) for one in layer
    }
    claims = Counter(found.values())
    roots.update({name: by for name, by in found.items() if by and claims[by] == 1})


def _explained(
    units: int, explanations: Iterable[Sequence[_Told]], roots: Roots
) -> tuple[str, ...]:
    """Choose the first explanation that is exact: by one break, else by all of them together."""
    for told in explanations:
        exact = {roots[one.break_id] for one, worth in told if worth == units}
        if exact:
            return exact.pop() if len(exact) == 1 else ()
        if sum(worth for _, worth in told) == units:
            return tuple(sorted({root for one, _ in told for root in roots[one.break_id]}))
    return ()


def _what_happened(
    one: Break, happened: Sequence[Break], running: Sequence[Break]
) -> list[Sequence[_Told]]:
    """Give what may explain a balance: what moved on the account, the statement, an order."""
    return [_placed(one, happened), _placed(one, running), _unplaced(one, happened)]


def _placed(one: Break, known: Iterable[Break]) -> list[_Told]:
    """Take breaks of the same account and asset."""
    return [
        (other, other.amount_units or 0)
        for other in known
        if (other.account, other.asset) == (one.account, one.asset)
    ]


def _booked_elsewhere(one: Break, fills: Iterable[Break]) -> list[_Told]:
    """Take a running balance's jump as the lines it lacks: what fills say and no line books."""
    return [(other, -units) for other, units in _placed(one, fills)]


def _unplaced(one: Break, known: Iterable[Break]) -> list[_Told]:
    """Take the breaks that name no account, of an asset of the account's own place, each alone.

    An order's amounts say how much, not which way.
    """
    units = one.amount_units or 0
    return [
        (other, units)
        for other in known
        if not other.account
        and other.asset == one.asset
        and one.account.startswith(f"{_place(one.asset)}:")
        and _worth(other, units) == units
    ]


def _worth(other: Break, units: int) -> int:
    told = other.amount_units or 0
    return units if other.recon == ORDERS and abs(told) == abs(units) else told


def _place(asset: str) -> str:
    """Name where an asset is: its chain, or its venue."""
    chain, found, _ = asset.partition("/")
    return chain if found else asset.rpartition(":")[0]


def _of_underlying(
    one: Break, held: Iterable[Break], rolled: Iterable[Break], assets: Mapping[str, Asset]
) -> list[_Told]:
    """Take the balances of an underlying that are off, each at its own decimals, once each."""
    off = {(other.account, other.asset): other for other in (*rolled, *held)}
    return [
        (other, (other.amount_units or 0) * 10 ** (MAX_DECIMALS - asset.decimals))
        for other in off.values()
        if (asset := assets.get(other.asset)) and asset.underlying == one.asset
    ]
