"""A venue's own account statement: what was held after its last line, and whether it is whole.

Lines of one instant come in any order (two fills of one order share their time, and ids are
random), so the last of them is found by adding up, never by sorting. Matching the statement with
what we did is `domain/matching`.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    """Give the balance after the last line of a statement that begins with an empty account.

    Args:
        lines: Of one asset, in any order, each once.

    Returns:
        The venue's own figure, in base units; 0 when there is no line.

    Raises:
        InvariantBroken: No line of some instant has the balance that all lines up to it add up to:
            one is missing or wrong.
    """
    held = 0
    for at_ns, group in groupby(sorted(lines, key=attrgetter("at_ns")), attrgetter("at_ns")):
        together = list(group)
        held += sum(line.amount_units - line.fee_units for line in together)
        if held not in {line.balance_units for line in together}:
            raise InvariantBroken(
                "the exchange's statement does not add up, so a line of it is missing; ask the"
                " venue for the lines around this instant",
                at_ns=at_ns,
                adds_up_to_units=held,
            )
    return held
