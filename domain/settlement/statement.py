"""A venue's own account statement: what it says was held after its last line.

Lines of one instant come in any order (two fills of one order share their time, and ids are
random), so the last of them is found by adding up, never by sorting. Matching the statement with
what we did is `domain/matching`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from domain.errors import InvariantBroken


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of one asset's statement, in base units.

    Args:
        amount_units: What it moved, signed.
        fee_units: What was charged on top; it lowers the balance.
        balance_units: What the venue says was held afterwards.
    """

    at_ns: int
    amount_units: int
    fee_units: int
    balance_units: int


def closing_units(lines: Iterable[StatementLine]) -> int:
    """Give the balance after the last line of a statement.

    The venue's own figure is given also where lines are missing before it: that is for a
    reconciliation to find, which needs the figure.

    Args:
        lines: Of one asset, in any order, each once.

    Returns:
        In base units; 0 when there is no line, for an account begins empty.

    Raises:
        InvariantBroken: The last lines share one instant, and what is missing before or among them
            leaves open which of them is the last.
    """
    held: int | None = 0
    for _, group in groupby(sorted(lines, key=attrgetter("at_ns")), attrgetter("at_ns")):
        held = _last(list(group), held)
    if held is None:
        raise InvariantBroken(
            "lines of one instant do not follow from each other, so the exchange's statement lacks"
            " some; ask the venue for its last lines again"
        )
    return held


def units_before(held_units: int, later: Iterable[StatementLine]) -> int | None:
    """Give what was held before some lines, from what is held now.

    What is held may have been asked before the last of the lines was written, so it need not be
    the balance after all of them; but it has to be a balance they run through.

    Args:
        held_units: What the venue answered.
        later: Lines of one asset from an instant up to when it was asked or later, in any order.

    Returns:
        In base units; None where the two do not meet, or the first line cannot be told.
    """
    told = sorted(later, key=attrgetter("at_ns"))
    if not told:
        return held_units
    first = [line for line in told if line.at_ns == told[0].at_ns]
    begins = {_begun(line) for line in first}
    if len(first) > 1:
        begins -= {line.balance_units for line in first}
    if len(begins) != 1:
        return None
    begun = begins.pop()
    return begun if held_units in {begun, *(line.balance_units for line in told)} else None


def _begun(line: StatementLine) -> int:
    return line.balance_units - line.amount_units + line.fee_units


def _last(together: Sequence[StatementLine], held: int | None) -> int | None:
    """Find the balance after lines of one instant: their sum, else the one that none begins at."""
    balances = {line.balance_units for line in together}
    moved = sum(line.amount_units - line.fee_units for line in together)
    if held is not None and held + moved in balances:
        return held + moved
    ends = balances - {_begun(line) for line in together}
    return ends.pop() if len(ends) == 1 else None
