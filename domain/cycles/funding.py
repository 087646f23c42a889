"""Where a cycle's input comes from, what that costs, and a cycle at a size. Integers."""

from __future__ import annotations

from dataclasses import dataclass

from domain.money import PIPS


@dataclass(frozen=True, slots=True)
class Funding:
    """Where the input comes from.

    Args:
        name: ``own`` or ``flash``.
        most_units: No more than that.
        fee_pips: Of what is borrowed, in millionths, rounded up; 0 for our own.
        gas: What the funding adds to the transaction.
    """

    name: str
    most_units: int
    fee_pips: int = 0
    gas: int = 0

    def fee_units(self, units: int) -> int:
        """Compute what borrowing costs."""
        return -(-units * self.fee_pips // PIPS)

    def left_units(self, amounts: tuple[int, ...]) -> int:
        """Compute what is left of the first asset after a round, the loan's fee paid."""
        return amounts[-1] - amounts[0] - self.fee_units(amounts[0])


UNBOUNDED = Funding("own", (1 << 256) - 1)
"""Whatever a cycle can take, at no cost."""


@dataclass(frozen=True, slots=True)
class Sized:
    """A cycle at its best size; every amount is what its venue quotes.

    Args:
        amounts: Base units before the first hop, then after each; (hops + 1,).
        is_proven: Whether no other size leaves more.
    """

    funding: Funding
    amounts: tuple[int, ...]
    is_proven: bool

    @property
    def fee_units(self) -> int:
        """Of the loan, in the first asset."""
        return self.funding.fee_units(self.amounts[0])

    @property
    def gain_units(self) -> int:
        """What is left of the first asset before gas."""
        return self.funding.left_units(self.amounts)
