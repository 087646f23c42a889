"""Equity at marks, capital that came and went, and what is left when the rows are taken away.

Equity is counted from balances the *outside* stated. A balance that the books have and the outside
did not state is unknown, and so is everything summed from it: unknown is None, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from domain.ledger.types import DEPOSIT, WITHDRAWAL
from domain.pnl.types import Holding
from domain.pnl.values import Valuer

CAPITAL = (DEPOSIT, WITHDRAWAL)


def sum_known(amounts: Iterable[int | None]) -> int | None:
    """Sum, unless one amount is not known: then neither is the sum."""
    total = 0
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def plus(left: int | None, right: int | None) -> int | None:
    """Add two amounts, unless one is not known."""
    return None if left is None or right is None else left + right


def equity_usd_e24(
    holdings: Sequence[Holding],
    ledger: Mapping[tuple[str, str], int],
    valuer: Valuer,
    ns: int,
    missing: list[str],
) -> int | None:
    """Value stated balances at the marks in force.

    Args:
        holdings: As the outside stated them.
        ledger: (account, asset) -> units by our books; says only which balances had to be stated.
        valuer: Reference data and marks.
        ns: The instant.
        missing: Receives a line for each balance or mark that is not known.
    """
    stated = {(one.account, one.asset): one.units for one in holdings if valuer.knows(one.asset)}
    silent = [key for key, units in ledger.items() if units and valuer.knows(key[1])]
    values: list[int | None] = []
    for account, asset in sorted({*stated, *silent}):
        value = _value(valuer, asset, stated.get((account, asset)), ns)
        if value is None:
            missing.append(f"the value of {asset} on {account}")
        values.append(value)
    return sum_known(values)


def _value(valuer: Valuer, asset: str, units: int | None, ns: int) -> int | None:
    if not units:
        return units
    return valuer.at(asset, units, ns)


def residual_usd_e24(
    opened: int | None, closed: int | None, capital: int | None, total: int | None
) -> int | None:
    """Take capital and rows from the change of equity; None while any of them is unknown."""
    if opened is None or closed is None or capital is None or total is None:
        return None
    return closed - opened - capital - total
