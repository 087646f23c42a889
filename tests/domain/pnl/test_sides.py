"""Marked at the side it would be closed at, every identity holds, also when the sign flips."""

from __future__ import annotations

from collections import Counter

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from domain.lots.types import Method
from domain.pnl.attribute import attribute
from domain.pnl.lines import lines_of
from domain.pnl.marks import MarkBook
from domain.pnl.realised import opening_lots, realised_by_lots
from domain.pnl.sides import CEX_SIDE, Sided, net_changes, sided_marks
from domain.pnl.sums import AttributionInput
from domain.pnl.types import Flip, Holding
from domain.pnl.values import Valuer
from tests.kit.books import World
from tests.kit.clock import NOON_NS
from tests.kit.facts import PAPER_ETH
from tests.kit.histories import HISTORIES, few
from tests.kit.world_names import OPENING, OPENING_MARKS_E6

PRICES = st.lists(
    st.tuples(st.integers(0, 16), st.integers(1, 10**11)), min_size=1, max_size=8
).map(lambda told: [(NOON_NS + s * SECOND_NS, "ETH", e6) for s, e6 in told])


def walked(steps: list[tuple[int, int]], bids, asks, carried=None) -> Sided:
    net = {"ETH": [(NOON_NS + at_ns, change) for at_ns, change in steps]}
    sold, bought = ([(NOON_NS + at_ns, "ETH", e6) for at_ns, e6 in side] for side in (bids, asks))
    return sided_marks(sold, bought, net, NOON_NS, carried or {})


def path(sided: Sided) -> list[tuple[int, int]]:
    return [(mark.at_ns - NOON_NS, mark.mark_e6) for mark in sided.marks]


OWED = st.integers(150 * 10**10, 250 * 10**10)
"""About what the desk opens with, so that its position crosses nought."""


def test_long_is_marked_at_the_bid_and_short_at_the_ask():
    sided = walked([(-1, 5), (3, -9), (6, 9)], [(1, 100), (5, 90)], [(2, 104), (4, 105)])
    assert path(sided) == [(-1, 100), (3, 104), (4, 105), (6, 90)]
    assert sided.flips == {"ETH": (Flip(NOON_NS + 3, 100, 104), Flip(NOON_NS + 6, 105, 90))}


def test_a_position_of_nought_keeps_the_side_it_had():
    sided = walked([(-1, -5), (3, 5), (6, -2)], [(1, 100)], [(2, 104), (4, 105)])
    assert path(sided) == [(-1, 104), (4, 105)]
    assert sided.flips == {}


def test_what_was_carried_holds_until_its_side_is_shown_again():
    sided = walked([(-1, 5), (2, -9)], [(-9, 99), (3, 101)], [(-5, 104)], {"ETH": 98})
    assert path(sided) == [(-1, 98), (2, 104)]
    assert sided.flips == {"ETH": (Flip(NOON_NS + 2, 98, 104),)}


def test_a_side_nobody_ever_showed_leaves_the_day_without_a_mark():
    sided = walked([(-1, 5), (3, -9)], [(1, 100)], [], {"ETH": 98})
    assert (sided.marks, sided.unmarked) == ((), frozenset({"ETH"}))
    flat = walked([], [], [(1, 104)])
    assert flat.unmarked == frozenset()


MARGIN = "paper:margin"
METHODS = [method for method in Method if method is not Method.SPECIFIC]


def by_side(world: World, bids, asks, owed: int) -> AttributionInput:
    """Give what attribution looks at of a desk that also owes, marked by side."""
    debt = Holding(MARGIN, PAPER_ETH, -owed)
    given = world.attributed()
    given = msgspec.structs.replace(
        given,
        opening={(MARGIN, PAPER_ETH): -owed},
        external_opening=[*given.external_opening, debt],
        external_closing=[*given.external_closing, debt],
    )
    valuer = Valuer.of(given.assets, given.marks)
    nets = net_changes(given.entries, given.opening, valuer, given.start_ns, given.end_ns)
    fees = [(NOON_NS, "BNB", OPENING_MARKS_E6["BNB"])]
    sided = sided_marks([*bids, *fees], [*asks, *fees], nets, given.start_ns, {})
    book = MarkBook.of(sided.marks, start_ns=given.start_ns, policy=CEX_SIDE, flips=sided.flips)
    return msgspec.structs.replace(given, marks=book)


@few
@given(HISTORIES, PRICES, PRICES, OWED)
def test_equity_change_is_the_attribution_also_when_the_sign_flips(world, bids, asks, owed: int):
    found = attribute(by_side(world, bids, asks, owed))
    assert (found.residual_usd_e24, found.policy, found.missing) == (0, CEX_SIDE, ())


@few
@given(HISTORIES, PRICES, PRICES, OWED, st.sampled_from(METHODS))
def test_realised_and_unrealised_say_the_same_by_every_lot_method(
    world, bids, asks, owed: int, method: Method
):
    given = by_side(world, bids, asks, owed)
    valuer = Valuer.of(given.assets, given.marks)
    held = {(one.account, one.asset): one.units or 0 for one in given.external_opening}
    entries = [entry for entry in given.entries if entry.cause != "opening"]
    lots = realised_by_lots(entries, opening_lots(held, valuer)[0], valuer, given.end_ns, method)
    assert lots.total_usd_e24 == attribute(given).total_usd_e24


@few
@given(HISTORIES, PRICES, PRICES, OWED)
def test_the_lines_of_each_row_sum_to_it(world, bids, asks, owed: int):
    given = by_side(world, bids, asks, owed)
    sums: Counter[str] = Counter()
    for line in lines_of(given):
        sums[line.row_id] += line.amount_usd_e24 or 0
    rows = {row.row_id: row.amount_usd_e24 for row in attribute(given).rows}
    assert {name: sums[name] for name in rows} == rows
    assert {name for name, amount in sums.items() if amount} <= set(rows)


@few
@given(HISTORIES, PRICES, PRICES, OWED)
def test_the_price_in_force_is_the_side_s_own_at_every_instant(world, bids, asks, owed: int):
    given = by_side(world, bids, asks, owed)
    valuer = Valuer.of(given.assets, given.marks)
    nets = net_changes(given.entries, given.opening, valuer, given.start_ns, given.end_ns)["ETH"]
    for at_ns in sorted({ns for ns, _ in nets} | {ns for ns, _, _ in (*bids, *asks)}):
        if given.start_ns <= at_ns < given.end_ns:
            held = sum(change for ns, change in nets if ns <= at_ns)
            shown = [bids, asks][held < 0]
            last = sorted({ns: e6 for ns, _, e6 in shown}.items())
            before = [e6 for ns, e6 in last if ns <= at_ns]
            if held:
                assert given.marks.at("ETH", at_ns) == (before[-1] if before else last[0][1])


def test_a_flip_is_a_revaluation_of_what_was_held_when_it_came():
    world = World()
    world.tick()
    world.statement("withdrawal", "", PAPER_ETH, -(10**10), 0)
    start_ns, at_ns = NOON_NS + 1, world.now_ns
    bids, asks = [(start_ns, "ETH", 100)], [(start_ns, "ETH", 104)]
    units = sum(
        units * 10 ** (18 - asset.decimals)
        for asset in world.card.assets
        for (_, name), units in OPENING.items()
        if name == asset.asset and asset.underlying == "ETH"
    )
    given = by_side(world, bids, asks, units // 10**8)
    assert given.marks.flips == {"ETH": (Flip(at_ns, 100, 104),)}
    rows = {(row.venue, row.cause): row.amount_usd_e24 for row in attribute(given).rows}
    parts = [amount or 0 for (_, cause), amount in rows.items() if cause == "revaluation"]
    assert parts
    assert sum(parts) == (units - units // 10**8 * 10**8) * 4
