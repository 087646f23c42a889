"""Which cycles are worth asking their contracts about: upper bounds in float64, whole rows at once.

For a cycle, first the product A of its rates: none gains anything at A <= 1. For the few that are
left, the composed line A·x / (1 + B·x) with its cap C, whose gain over x is largest at
x = (√A - 1)/B, or where the cap or the capital ends. The gain there, valued, less gas, is an upper
bound on what the cycle can bring; below the minimum it is dropped.

What is guaranteed: every line lies above what its venue pays (:mod:`domain.cycles.line`), so a
dropped cycle was not profitable. Roundings of float64 are covered by `MARGIN`: twelve hops with a
rate, a bend and a product each err by less than 10^-14, and what is paid counts 10^5 times that
more. What is not: contracts that iterate (stableswap) or round a fee for the trader (Solidly)
may pay a unit or two above their line; a cycle whose whole profit is a few base units may be
dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from domain.cycles.graph import Floats, Ints
from domain.cycles.table import Some

MARGIN = 1e-9
MOST = 1e100
"""More than any amount. Rates are at most 10^25, so no product of both overflows."""
_LEAST = 1e-60
"""Less than any bend or slope that counts; it keeps divisors above 0."""
Number = TypeVar("Number", np.float64, np.int64)


@dataclass(frozen=True, slots=True)
class Wants:
    """What a gain is worth and what it must reach, as floats for the screen.

    Args:
        worth_usd: Of one base unit of each asset, (assets,); 0 where nothing values it.
        most_units: Most that cycles of each key may put in of each asset, (keys, assets): own or
            borrowed.
        least_usd: A net gain below it is not worth doing.
        gas_usd: What the transaction of each key costs, (keys,).
    """

    worth_usd: Floats
    most_units: Floats
    least_usd: float
    gas_usd: Floats


class Kept(NamedTuple):
    """Cycles that may be profitable.

    Args:
        numbers: Columns of the cycles, (kept,).
        keys: Numbers of their keys, (kept,).
        net_usd: Upper bound of what each brings after gas, (kept,).
        inputs: Where each line gains most, in base units of the first asset, (kept,); a start for
            the exact search.
    """

    numbers: Ints
    keys: Ints
    net_usd: Floats
    inputs: Floats


def gaining(rates: Floats, cycles: Ints) -> Ints:
    """Find the columns whose product of rates may exceed 1.

    Args:
        rates: By arc, (arcs,).
        cycles: Arcs of cycles of one length, (hops, cycles).
    """
    product = np.multiply.reduce(rates.take(cycles), axis=0)
    return (product > 1 - MARGIN).nonzero()[0]


def screened(lines: Floats, starts: Ints, some: Some, wants: Wants) -> tuple[Some, Kept]:
    """Screen cycles of one length.

    Args:
        lines: Rate, bend and cap by arc, (3, arcs).
        starts: Asset each arc takes, (arcs,).
        some: The cycles.
        wants: What a gain must reach.

    Returns:
        Those that gain anything at all, and of these those that may bring enough.
    """
    at = gaining(lines[0], some.arcs)
    chosen = Some(some.arcs.take(at, axis=1), picked(some.keys, at))
    kept = worthwhile(lines, starts, chosen, wants)
    return chosen, kept._replace(numbers=at[kept.numbers])


def worthwhile(lines: Floats, starts: Ints, some: Some, wants: Wants) -> Kept:
    """Keep the cycles that may bring enough; short ones may be filled up with the arc `WHOLE`."""
    assets = picked(starts, some.arcs[0])
    inputs, gains = _best(lines, some.arcs, wants.most_units[some.keys, assets])
    net = gains * picked(wants.worth_usd, assets) - picked(wants.gas_usd, some.keys)
    kept = (net >= wants.least_usd * (1 - MARGIN)).nonzero()[0]
    return Kept(kept, some.keys[kept], net[kept], inputs[kept])


def _best(lines: Floats, cycles: Ints, most: Floats) -> tuple[Floats, Floats]:
    """Give the inputs at which the composed lines gain most, and upper bounds of those gains."""
    slope, bend, cap = composed(lines, cycles)
    room = np.maximum(slope - bend * cap, _LEAST)
    inputs = np.minimum(np.minimum((np.sqrt(slope) - 1) / (bend + _LEAST), cap / room), most)
    inputs = np.maximum(inputs, 0.0)
    paid = np.minimum(slope * inputs / (1 + bend * inputs), cap)
    return inputs, paid * (1 + MARGIN) - inputs


def composed(lines: Floats, cycles: Ints) -> tuple[Floats, Floats, Floats]:
    """Compose the lines of each cycle into one: slope A, bend B and cap C, (cycles,) each.

    A cap on the way counts at what the rates after it make of it, which leaves their bends out: an
    upper bound still, and one look at all hops at once. Nothing here is infinite: a cap that
    nothing sets is :data:`MOST`.
    """
    rates, bends, caps = lines.take(cycles, axis=1)
    slopes = np.multiply.accumulate(rates, axis=0)
    slope, bend = slopes[-1], bends[0] + (bends[1:] * slopes[:-1]).sum(axis=0)
    cap = np.minimum((caps / (slopes + _LEAST)).min(axis=0) * slope, MOST)
    return slope, bend, cap


def picked(values: NDArray[Number], at: Ints) -> NDArray[Number]:
    """Give the values at some places: `take`, which is twice as fast as indexing."""
    return values.take(at)
