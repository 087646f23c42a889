"""What pairing two rows costs, as one integer that orders by fields, then units, then time.

Each part has room for the sum over any component, so comparing integers is comparing the parts in
turn. The margin of a match is such an integer, read back into its parts.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator

from domain.reconciliation.amounts import is_related
from domain.reconciliation.assignment import Costs, assign, components
from domain.reconciliation.board import LEFT, RIGHT, Board, Pair
from domain.reconciliation.exact import BALANCE, instant
from domain.reconciliation.fields import COSTS
from domain.reconciliation.rules import Rules
from domain.reconciliation.types import Margin, Row

TIME_BITS = 80
UNIT_BITS = 320
"""An int256 and a nanosecond count, each with room for a component's sum."""
ENOUGH = 2
"""Of account, asset and amount, how many have to agree for two rows to be one event."""
Edge = tuple[int, int]


def cost(left: Row, right: Row, fields: int = 0) -> int:
    """Weigh a pair: fields that differ, then units, then nanoseconds."""
    units = abs(right.amount_units - left.amount_units)
    apart_ns = abs(right.time_ns - left.time_ns)
    return ((fields << UNIT_BITS) + units << TIME_BITS) + apart_ns


def margin_of(added: int | None) -> Margin | None:
    """Read an added cost back into its parts; each may be less than 0 under a larger one."""
    if added is None:
        return None
    half = 1 << TIME_BITS - 1
    rest, ns = divmod(added + half, 1 << TIME_BITS)
    fields, units = divmod(rest + (1 << UNIT_BITS - 1), 1 << UNIT_BITS)
    return Margin(fields, units - (1 << UNIT_BITS - 1), ns - half)


def is_clear(margin: Margin | None, rules: Rules) -> bool:
    """Ask whether the runner-up is far enough behind for a match nobody looks at."""
    if margin is None or margin.fields:
        return True
    if margin.units:
        return margin.units >= rules.margin_units
    return margin.ns >= rules.margin_ns


def fields_apart(left: Row, right: Row, rules: Rules) -> int:
    """Weigh the fields in which two rows differ: an account or asset as two, a fee as one."""
    booked = rules.converted(left.amount_units, left.asset, right.asset)
    if is_related(booked, right.amount_units):
        amounts = 0 if booked == right.amount_units else 1
    else:
        amounts = 2
    same_fee = (left.fee_units, left.fee_asset) == (right.fee_units, right.fee_asset)
    kinds = left.kind != right.kind
    return (
        2 * (left.account != right.account)
        + 2 * (rules.root(left.asset) != rules.root(right.asset))
        + amounts
        + (not same_fee)
        + kinds
    )


def is_plausible(left: Row, right: Row, rules: Rules) -> bool:
    """Ask whether two of account, asset and amount agree, as far as misreadings go."""
    if (left.kind in COSTS) != (right.kind in COSTS) and left.amount_units != right.amount_units:
        return False
    if (left.kind == BALANCE) != (right.kind == BALANCE):
        return False
    same_asset = rules.root(left.asset) == rules.root(right.asset)
    same_asset = same_asset or rules.is_migrated(left.asset, right.asset)
    booked = rules.converted(left.amount_units, left.asset, right.asset)
    related = is_related(booked, right.amount_units)
    return (left.account == right.account) + same_asset + related >= ENOUGH


def weighed(
    board: Board, edges: Iterable[Edge], rule: str, weigh: Callable[[Row, Row], int]
) -> Iterator[Pair]:
    """Pair along possible edges at the lowest cost, component by component.

    A component of more rows than the rules allow keeps its cheaper half of edges, until it fits:
    what it leaves out is dearer than everything it weighs.
    """
    costs: dict[int, dict[int, int]] = {}
    mine, theirs = board.rows
    for at, to in edges:
        costs.setdefault(at, {})[to] = weigh(mine[at], theirs[to])
    costs = fitting(costs, board.rules.max_block)
    columns = {to for of_row in costs.values() for to in of_row}
    lefts = {at: instant(mine[at]) for at in costs}
    rights = {to: instant(theirs[to]) for to in columns}
    for row, column, added, runner_up in assign(costs, lefts, rights):
        margin = margin_of(added)
        other = () if runner_up is None else (theirs[runner_up].id,)
        yield Pair((row,), (column,), rule, other, margin, is_clear(margin, board.rules))


def fitting(costs: Costs, most: int) -> dict[int, dict[int, int]]:
    """Drop the dearest edges of components that are too large; those that cannot fit pair none."""
    kept: dict[int, dict[int, int]] = {}
    for rows in components(costs):
        part = {row: dict(costs[row]) for row in rows}
        if len(rows) <= most:
            kept.update(part)
            continue
        prices = [price for of_row in part.values() for price in of_row.values()]
        middle = statistics.median_low(prices)
        if middle == max(prices):
            middle -= 1
        cheap = {
            row: less
            for row, of_row in part.items()
            if (less := {to: price for to, price in of_row.items() if price <= middle})
        }
        kept.update(fitting(cheap, most))
    return kept


def between(board: Board, mine: Iterable[int], theirs: Iterable[int]) -> Iterator[Edge]:
    """Give the edges between two groups of rows that may be one event on what they say."""
    rights = list(theirs)
    for at in mine:
        for to in rights:
            if is_plausible(board.rows[LEFT][at], board.rows[RIGHT][to], board.rules):
                yield at, to
