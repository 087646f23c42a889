"""What every pool can be asked, whatever its curve: quote a swap, undergo one, or say why not.

A pool is an immutable snapshot of its contract at one block. Coins are numbered as the contract
numbers them; amounts are base units and exact. The families beside this module raise where their
contract reverts; :func:`quote_in`, :func:`quote_out` and :func:`swapped` turn that into a value,
because "this swap reverts" is an ordinary answer to a question.

Two prices appear. Amounts are what the contract would move, to the last unit, and decide; the
float rate only screens which swaps are worth asking about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from domain.errors import InputRefused, Refused

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Reverts:
    """The contract would refuse this swap.

    Args:
        reason: One sentence; names the contract's own code where it has one.
    """

    reason: str


class Pool(Protocol):
    """A snapshot of one pool contract. Its methods raise a ``Refused`` where the contract reverts.

    What pays at size n pays at least as much at n + 1, up to a last unit or two where a contract
    iterates; outputs over inputs are concave up to roundings.
    """

    @property
    def coin_count(self) -> int:
        """How many coins the pool trades; they are numbered from 0."""
        ...

    def out_units(self, sold: int, bought: int, units: int) -> int:
        """Compute what selling `units` of coin `sold` pays in coin `bought`."""
        ...

    def in_units(self, sold: int, bought: int, units: int) -> int:
        """Compute what taking `units` of coin `bought` costs in coin `sold`."""
        ...

    def swap(self, sold: int, bought: int, units: int) -> Fill:
        """Sell `units` of coin `sold` for good: what moved, and the pool as it is afterwards."""
        ...

    def spot_rate(self, sold: int, bought: int) -> float:
        """Estimate what the first unit sold pays, fee taken: never less than any size pays."""
        ...


@dataclass(frozen=True, slots=True)
class Fill:
    """A swap that was done.

    Args:
        in_units: Really taken, fee included; less than offered where a curve ends.
        out_units: Really paid.
        after: The pool once the block is over.
    """

    in_units: int
    out_units: int
    after: Pool


def is_zero_in(sold: int, bought: int) -> bool:
    """Say of a pool of two coins whether coin 0 goes in.

    Raises:
        InputRefused: These are not its two coins.
    """
    if (sold, bought) not in {(0, 1), (1, 0)}:
        raise InputRefused("sell one of the pool's two coins for the other", sold=sold, got=bought)
    return sold == 0


def no_exact_output(sold: int, bought: int, units: int) -> InputRefused:
    """Word the refusal of a contract that quotes exact inputs only."""
    return InputRefused(
        "this contract quotes no exact output; ask for an exact input",
        sold=sold,
        bought=bought,
        units=units,
    )


def quote_in(pool: Pool, sold: int, bought: int, units: int) -> int | Reverts:
    """Quote an exact input: the units bought, or why the contract refuses."""
    return attempted(lambda: pool.out_units(sold, bought, units))


def quote_out(pool: Pool, sold: int, bought: int, units: int) -> int | Reverts:
    """Quote an exact output: the units it costs, or why the contract refuses or cannot say."""
    return attempted(lambda: pool.in_units(sold, bought, units))


def swapped(pool: Pool, sold: int, bought: int, units: int) -> Fill | Reverts:
    """Undergo a swap of an exact input: what moved and the next snapshot, or why it reverts."""
    return attempted(lambda: pool.swap(sold, bought, units))


def attempted(ask: Callable[[], Answer]) -> Answer | Reverts:
    """Ask something of a contract's maths, with a revert as a value instead of an exception."""
    try:
        return ask()
    except Refused as refusal:
        return Reverts(refusal.sentence)
