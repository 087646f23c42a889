"""What an injector is given, what it answers, and how lines of the two sides are found.

No cause is known here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec
from msgspec import structs

from rehearsal.desks.catalog import Asset, Catalog, Shape, catalog
from rehearsal.desks.generate import span_ns
from rehearsal.desks.lines import Event, Kind, Line

FX_RATES = (Fraction("1.0837"), Fraction("149.52"))
"""Rates at which a price may be stated in another currency than the quote."""
LEGS = frozenset({"trade", "transfer"})
"""Kinds of line that carry what was meant, not what it cost."""
SETTLE_NS = 900_000_000_000
"""How long before the cut-off a line may still be on its way: three captures of five minutes."""


class Fault(msgspec.Struct, frozen=True):
    """What was broken, and what a report that finds it must name.

    Args:
        cause: Its code in the taxonomy.
        event: Number of the event it struck.
        needs: Groups of names, each ``left:<id>`` or ``right:<id>``; a report must name one of
            every group in a break of this cause.
        about: Names that such a break may mention beside.
        money: Asset -> external minus internal base units that the breaks must add up to; an
            asset that is absent is not held to a sum.
        also: Causes that a report may give for the same lines, since they are true too.
    """

    cause: str
    event: int
    needs: tuple[tuple[str, ...], ...]
    about: tuple[str, ...]
    money: dict[str, int] = {}
    also: tuple[str, ...] = ()


class Broken(NamedTuple):
    """An event with a fault in it."""

    event: Event
    fault: Fault


class Pair(NamedTuple):
    """One leg as both sides tell it, by the places of its lines."""

    leg: str
    left: Line
    right: Line


class Hand:
    """What breaks a desk: chance, the catalog, and what the rules must come to know.

    Args:
        shape: The desk being broken.
        seed: Of the breaking; the same desk can be broken in many ways.
    """

    def __init__(self, shape: Shape, seed: str) -> None:
        self.chance = random.Random(f"{shape.seed}/{seed}")
        self.catalog: Catalog = catalog(shape)
        self.start_ns, self.end_ns = span_ns(shape)
        self.orphans: set[str] = set()
        self.failed: set[str] = set()
        self.shared: set[str] = set()
        self.struck: set[str] = set()
        self.silent_until = -1

    @property
    def blind(self) -> set[str]:
        """Accounts that nothing can be told of."""
        return self.failed | self.shared

    def delta(self, line: Line) -> int:
        """Draw a wrong amount for a line: whole lots off, and nothing another cause explains."""
        while True:
            off = line.asset.lot_units * self.chance.randrange(1, 50)
            if off <= 100 * dust_units(line.asset):
                off *= 1_009
            wrong = line.units + off * self.chance.choice((-1, 1))
            if _is_plain_error(wrong, line):
                return wrong - line.units

    def other_account(self, account: str) -> str:
        """Choose another account of the same place."""
        for place in (*self.catalog.venues, *self.catalog.chains):
            if account in place.accounts:
                return self.chance.choice([one for one in place.accounts if one != account])
        return account

    def other_asset(self, line: Line) -> Asset | None:
        """Choose another plain asset of the same place, if there is one."""
        places = [(v.accounts, (v.quote, *v.traded)) for v in self.catalog.venues]
        places += [(c.accounts, (c.stable, *c.plain)) for c in self.catalog.chains]
        for accounts, assets in places:
            if line.account in accounts and line.asset in assets:
                return self.chance.choice([one for one in assets if one != line.asset])
        return None


Apply = Callable[[Event, Hand], Broken | None]


class Injector(NamedTuple):
    """How one cause is brought about.

    Args:
        touches: What of a line it changes; two that touch different things may share an event.
        apply: Gives the broken event, or None where this event cannot bear the fault.
    """

    cause: str
    touches: frozenset[str]
    apply: Apply


def dust_units(asset: Asset) -> int:
    """Give the amount up to which a balance is dust."""
    return max(9, asset.lot_units // 10_000)


def _is_plain_error(wrong: int, line: Line) -> bool:
    """Ask whether an amount is wrong by nothing but quantity."""
    small, large = sorted((abs(wrong), abs(line.units)))
    fee_units = abs(line.fee_units)
    is_fee = abs(wrong - line.units) in {fee_units, 2 * fee_units}
    if not small or wrong * line.units < 0 or is_fee:
        return False
    ratio = Fraction(large, small)
    return ratio.denominator != 1 or set(str(ratio.numerator)) - {"0"} != {"1"}


def leg_of(line: Line) -> str:
    """Tell which leg of its event a line is."""
    return line.id.rpartition("-")[2]


def pairs(event: Event, kinds: Iterable[str] = LEGS) -> list[Pair]:
    """List the legs that both sides tell."""
    right = {leg_of(line): line for line in event.right}
    wanted = frozenset(kinds)
    return [
        Pair(leg_of(line), line, right[leg_of(line)])
        for line in event.left
        if leg_of(line) in right and line.kind in wanted
    ]


def keyed(event: Event, kinds: Iterable[str] = LEGS) -> list[Pair]:
    """List the legs whose lines share a key on both sides."""
    return [
        pair
        for pair in pairs(event, kinds)
        if pair.left.id == pair.right.id or (pair.left.ref and pair.left.ref == pair.right.ref)
    ]


def has_hash(event: Event) -> bool:
    """Ask whether both sides know the event's transaction and its nonce."""
    first = (event.left[0], event.right[0]) if event.left and event.right else ()
    return bool(first) and all(line.ref and line.block and line.order for line in first)


def left_name(line: Line) -> str:
    """Name a line of the left side as faults do."""
    return f"left:{line.id}"


def right_name(line: Line) -> str:
    """Name a line of the right side as faults do."""
    return f"right:{line.id}"


def names(event: Event) -> tuple[str, ...]:
    """Name every line of an event."""
    return (*map(left_name, event.left), *map(right_name, event.right))


def either(pair: Pair) -> tuple[str, str]:
    """Name the two lines of a leg, one of which a report must name."""
    return left_name(pair.left), right_name(pair.right)


def changed(lines: Sequence[Line], line: Line, **changes: Any) -> tuple[Line, ...]:  # noqa: ANN401
    """Give the lines with one of them changed."""
    return tuple(structs.replace(one, **changes) if one is line else one for one in lines)


def broken(
    before: Event,
    cause: str,
    needs: Iterable[tuple[str, ...]],
    *,
    left: Sequence[Line] | None = None,
    right: Sequence[Line] | None = None,
    money: dict[str, int] | None = None,
    also: tuple[str, ...] = (),
) -> Broken:
    """Put the changed sides and the fault together."""
    after = structs.replace(
        before,
        left=before.left if left is None else tuple(left),
        right=before.right if right is None else tuple(right),
    )
    about = tuple(dict.fromkeys((*names(before), *names(after))))
    return Broken(after, Fault(cause, before.number, tuple(needs), about, money or {}, also))


def total(lines: Iterable[Line], sign: int = 1) -> dict[str, int]:
    """Sum lines by asset."""
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.asset.name] = sums.get(line.asset.name, 0) + sign * line.units
    return sums


def is_trade(event: Event) -> bool:
    """Ask whether the event is a fill at a venue."""
    return event.kind is Kind.TRADE
