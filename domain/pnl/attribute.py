"""Where the change of equity came from, by strategy, venue, cause and asset, without a remainder.

`lines.py` defines it, `sums.py` adds it up; here sums become rows and cells with their names,
beside equity, capital and the residual. That is taken against *external* balances, so it
is not 0 by construction: a fill the books miss shows. A hedge or an unwind was not planned and is
`legging` as a whole; deposits and withdrawals are capital. A day that is marked otherwise than the
last one closed opens with a `revaluation` of what it holds, and a change of side is one too
(`sides.py`). An asset outside the desk's reference data is valued on neither side and is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from domain.desk import BOOK_CURRENCY
from domain.pnl.equity import equity_usd_e24, plus, residual_usd_e24, sum_known
from domain.pnl.lines import DESK, revaluation_usd_e24
from domain.pnl.sides import flipped_usd_e24
from domain.pnl.sums import AttributionInput, CellKey, HolderKey, RowKey, Sums, sums_of
from domain.pnl.types import PRICE_MOVE, REVALUATION, Attribution, PnlCell, PnlRow, row_id
from domain.pnl.values import Valuer


def attribute(given: AttributionInput) -> Attribution:
    """Attribute a day's change of equity to strategy, venue, cause and asset, exactly.

    Returns:
        Rows and cells ordered by id, and the residual: 0 when the outside's balances are what the
        books say. A number that lacks a mark or a balance is None and named in `missing`.
    """
    return attribution_of(given, sums_of(given, Valuer.of(given.assets, given.marks)))


def attribution_of(given: AttributionInput, sums: Sums) -> Attribution:
    """Name what a day adds up to.

    Args:
        given: The day; its entries say what a change of side met, and nothing else.
        sums: Of all of its entries.

    Returns:
        As :func:`attribute`.
    """
    valuer = Valuer.of(given.assets, given.marks)
    cells = sorted((sums.cells | _moves(given, sums, valuer)).items())
    rows = _rows(given, cells, sums, valuer)
    total = sum_known(row.amount_usd_e24 for row in rows)
    missing: list[str] = []
    opened, closed = _equities(given, sums, valuer, missing)
    return Attribution(
        day=given.day,
        policy=given.marks.policy,
        rows=tuple(rows),
        cells=tuple(_cell(given, key, amount) for key, amount in cells),
        opening_equity_usd_e24=opened,
        closing_equity_usd_e24=closed,
        external_flow_usd_e24=sums.capital_usd_e24,
        total_usd_e24=total,
        residual_usd_e24=residual_usd_e24(opened, closed, sums.capital_usd_e24, total),
        opening_marks=dict(given.marks.openings),
        closing_marks=_closing_marks(given),
        missing=(
            *sorted(set(missing)),
            *(f"{asset} is not in the desk's reference data" for asset in sorted(sums.unvalued)),
            *sorted({name for row in rows for name in row.missing}),
        ),
    )


def _equities(
    given: AttributionInput, sums: Sums, valuer: Valuer, missing: list[str]
) -> tuple[int | None, int | None]:
    """Value what the outside says was held at the start, and at the end; name what is missing."""
    before = Valuer.of(given.assets, given.marks.before())
    opening = {key: one.opening_units for key, one in sums.holders.items()}
    closing = {key: one.held_units for key, one in sums.holders.items()}
    return (
        equity_usd_e24(given.external_opening, opening, before, given.start_ns - 1, missing),
        equity_usd_e24(given.external_closing, closing, valuer, given.end_ns - 1, missing),
    )


def _moves(given: AttributionInput, sums: Sums, valuer: Valuer) -> dict[CellKey, int | None]:
    """Name what prices made of holdings, and what marking them otherwise did."""
    flipped = flipped_usd_e24(
        given.marks.flips, given.entries, given.opening, valuer, given.start_ns
    )
    moves = _price_moves(given, sums, valuer, flipped)
    return moves | _revaluations(given, sums, valuer, flipped)


def _price_moves(
    given: AttributionInput, sums: Sums, valuer: Valuer, flipped: Mapping[HolderKey, int]
) -> dict[CellKey, int | None]:
    """Name what price moves made of each holding; holdings of one venue's asset are one cell."""
    parts: defaultdict[CellKey, list[int | None]] = defaultdict(list)
    for (account, asset), one in sums.holders.items():
        name = valuer.underlying(asset)
        moved = one.moved_usd_e24 - flipped.get((account, asset), 0)
        amount = None if given.marks.opening(name) is None else moved
        if name != BOOK_CURRENCY and (amount or one.opening_units or one.held_units):
            venue = given.venues.get(account, account)
            parts[DESK, venue, PRICE_MOVE, asset].append(amount)
    return {key: sum_known(amounts) for key, amounts in parts.items()}


def _revaluations(
    given: AttributionInput, sums: Sums, valuer: Valuer, flipped: Mapping[HolderKey, int]
) -> dict[CellKey, int | None]:
    """Name what marking otherwise made of each holding: by another policy, or on another side."""
    parts: defaultdict[CellKey, list[int | None]] = defaultdict(list)
    for (account, asset), one in sums.holders.items():
        opened = revaluation_usd_e24(given.marks, valuer, asset, one.opening_units)
        amount = plus(opened, flipped.get((account, asset), 0))
        if amount != 0:
            venue = given.venues.get(account, account)
            parts[DESK, venue, REVALUATION, asset].append(amount)
    return {key: sum_known(amounts) for key, amounts in parts.items()}


_Cells = list[tuple[CellKey, int | None]]


def _rows(given: AttributionInput, cells: _Cells, sums: Sums, valuer: Valuer) -> list[PnlRow]:
    grouped: defaultdict[RowKey, _Cells] = defaultdict(list)
    for cell in cells:
        strategy, venue, cause, _ = cell[0]
        grouped[strategy, venue, cause].append(cell)
    named = {row_id(given.day, *key): key for key in grouped}
    return [_row(given, key, grouped[key], sums, valuer) for _, key in sorted(named.items())]


def _row(given: AttributionInput, key: RowKey, cells: _Cells, sums: Sums, valuer: Valuer) -> PnlRow:
    strategy, venue, cause = key
    exposed = {valuer.underlying(asset) for (_, _, _, asset), _ in cells}
    unmarked = [asset for (_, _, _, asset), amount in cells if amount is None]
    lost = sums.lost[key] if key in sums.lost else set[str]()
    missing = {f"a mark of {valuer.underlying(asset)}" for asset in unmarked}
    return PnlRow(
        row_id=row_id(given.day, *key),
        day=given.day,
        strategy=strategy,
        venue=venue,
        cause=cause,
        underlying="+".join(sorted(exposed - {BOOK_CURRENCY}) or [BOOK_CURRENCY]),
        amount_usd_e24=sum_known(amount for _, amount in cells),
        policy=given.marks.policy,
        missing=tuple(sorted(missing | {f"the decision behind leg {leg}" for leg in lost})),
    )


def _cell(given: AttributionInput, key: CellKey, amount_usd_e24: int | None) -> PnlCell:
    strategy, venue, cause, asset = key
    name = row_id(given.day, strategy, venue, cause)
    policy = given.marks.policy
    return PnlCell(
        f"{name}/{asset}", name, given.day, strategy, venue, asset, cause, amount_usd_e24, policy
    )


def _closing_marks(given: AttributionInput) -> dict[str, int]:
    names = sorted({asset.underlying for asset in given.assets})
    marked = {name: given.marks.at(name, given.end_ns - 1) for name in names}
    return {name: mark_e6 for name, mark_e6 in marked.items() if mark_e6 is not None}
