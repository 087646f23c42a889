"""A round through several venues as it was found: legs as facts carry them, and what it is worth.

Fees of exchanges are inside what their legs move, as a pool's are: no order of ours is charged one,
since nobody of this desk can execute a round.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.arbitrage.edge import Expectation
from journal.records import QuotedLeg


@dataclass(frozen=True, slots=True)
class Round:
    """An opportunity of three legs and more, or of two that our executor does not know."""

    strategy: str
    legs: tuple[QuotedLeg, ...]
    gas_wei: int
    expectation: Expectation
