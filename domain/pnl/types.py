"""The words of attribution: marks in, rows and their residual out.

Values are integers of 10^-24 book currency, exact. A row that lacks a mark has no amount at all: an
incomplete number is not a smaller one.
"""

from __future__ import annotations

import msgspec

PRICE_MOVE = "price_move"
QUOTED_EDGE = "quoted_edge"
LP_FEE = "lp_fee"
SIZE_IMPACT = "size_impact"
SLIPPAGE = "slippage"
LATENCY_DRIFT = "latency_drift"
LEGGING = "legging"
REVALUATION = "revaluation"
"""Causes of rows besides those of entries (`domain.ledger.types`)."""


def row_id(day: str, strategy: str, venue: str, cause: str) -> str:
    """Name a row."""
    return f"{day}/{strategy}/{venue}/{cause}"


class Mark(msgspec.Struct, frozen=True, order=True):
    """What one whole unit of an underlying was worth from `at_ns` on, in millionths."""

    at_ns: int
    underlying: str
    mark_e6: int
    policy: str = "cex_mid"


class Flip(msgspec.Struct, frozen=True, order=True):
    """A change of the side a position is marked at: the old side's price and the new one's then."""

    at_ns: int
    before_e6: int
    after_e6: int


class PnlLine(msgspec.Struct, frozen=True, gc=False):
    """What one asset of one entry contributed to one row.

    Args:
        entry_id: Empty for a price move, which has no entry.
        underlying: Of the asset.
        asset: Whose amount it is: of a planned leg the base, whose terms they are.
    """

    row_id: str
    entry_id: str
    underlying: str
    amount_usd_e24: int | None
    missing: str = ""
    asset: str = ""


class PnlCell(msgspec.Struct, frozen=True):
    """One number by strategy, venue, asset and cause; the cells of a row sum to it.

    Args:
        cell_id: The row's id and the asset.
        amount_usd_e24: None when incomplete.
        policy: Of the marks it was valued at.
    """

    cell_id: str
    row_id: str
    day: str
    strategy: str
    venue: str
    asset: str
    cause: str
    amount_usd_e24: int | None
    policy: str


class PnlRow(msgspec.Struct, frozen=True):
    """One number of the close.

    Args:
        row_id: ``<day>/<strategy>/<venue>/<cause>``.
        underlying: What it is exposed to; several are joined by ``+``, and the book currency is
            named where there is nothing else.
        amount_usd_e24: None when incomplete.
        missing: Underlyings without a mark, and facts the books lack.
    """

    row_id: str
    day: str
    strategy: str
    venue: str
    cause: str
    underlying: str
    amount_usd_e24: int | None
    policy: str
    missing: tuple[str, ...] = ()


class Holding(msgspec.Struct, frozen=True):
    """Units of one asset on one own account; None is unknown, not zero."""

    account: str
    asset: str
    units: int | None


class Attribution(msgspec.Struct, frozen=True):
    """A day's rows, what they sum to and what they leave.

    Args:
        cells: The rows by asset.
        opening_equity_usd_e24, closing_equity_usd_e24: From *external* balances at marks.
        external_flow_usd_e24: Deposits minus withdrawals, each at the mark of its instant.
        total_usd_e24: Sum of rows; None if one is incomplete.
        residual_usd_e24: Equity change minus flows minus rows; 0, or there is a break; None is
            unknown.
        opening_marks: Underlying -> (mark, ``carried`` or ``first_observed``).
    """

    day: str
    policy: str
    rows: tuple[PnlRow, ...]
    cells: tuple[PnlCell, ...]
    opening_equity_usd_e24: int | None
    closing_equity_usd_e24: int | None
    external_flow_usd_e24: int | None
    total_usd_e24: int | None
    residual_usd_e24: int | None
    opening_marks: dict[str, tuple[int, str]]
    closing_marks: dict[str, int]
    missing: tuple[str, ...] = ()
