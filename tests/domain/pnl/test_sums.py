"""One pass adds up to what the definition says line by line, whatever happened."""

from __future__ import annotations

from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.desk import BOOK_CURRENCY
from domain.pnl.equity import plus, sum_known
from domain.pnl.lines import lines_of
from domain.pnl.marks import MarkBook
from domain.pnl.sums import AttributionInput, nets_out, sums_of
from domain.pnl.types import Mark, row_id
from domain.pnl.values import Valuer
from tests.kit.books import World, dex_dex
from tests.kit.clock import NOON_NS
from tests.kit.histories import HISTORIES, few
from tests.kit.world_names import DAY, OPENING

_MARKS = st.lists(st.tuples(st.integers(-3, 40), st.integers(1, 10**11)), max_size=40)


@few
@given(HISTORIES, _MARKS, st.integers(0, 40), st.booleans(), st.booleans())
def test_every_cell_is_the_sum_of_its_lines(
    world: World, moments: list, seconds: int, are_lost: bool, is_unmarked: bool
):
    marks = [Mark(NOON_NS + at * 5 * 10**8, "ETH", e6) for at, e6 in moments if not is_unmarked]
    given_ = world.attributed(
        end_ns=NOON_NS + 1 + seconds * 10**9,
        decisions=() if are_lost else world.decisions,
        marks=MarkBook.of(marks, start_ns=NOON_NS),
    )
    _assert_equal_to_lines(given_)


def _assert_equal_to_lines(given_: AttributionInput) -> None:
    by_line: dict[tuple[str, str], list[int | None]] = {}
    for line in lines_of(given_):
        by_line.setdefault((line.row_id, line.asset), []).append(line.amount_usd_e24)
    sums = sums_of(given_, valuer := Valuer.of(given_.assets, given_.marks))
    cells = {(row_id(DAY, *key[:3]), key[3]): amount for key, amount in sums.cells.items()}
    for (account, asset), one in sums.holders.items():
        name = valuer.underlying(asset)
        if name != BOOK_CURRENCY and given_.marks.opening(name) is not None:
            key = row_id(DAY, "desk", given_.venues.get(account, account), "price_move"), asset
            cells[key] = plus(cells.get(key, 0), one.moved_usd_e24)
    lined = {key: sum_known(amounts) for key, amounts in by_line.items()}
    idle = {key for key in cells.keys() - lined.keys() if cells[key] == 0}
    unknown = {key for key in lined.keys() - cells.keys() if lined[key] is None}
    assert {key: cells[key] for key in cells.keys() - idle} == {
        key: lined[key] for key in lined.keys() - unknown
    }
    assert all(name.endswith("price_move") for name, _ in unknown | idle)


@few
@given(HISTORIES, st.integers())
def test_the_order_entries_come_in_changes_nothing(world: World, seed: int):
    given_ = world.attributed()
    valuer = Valuer.of(given_.assets, given_.marks)
    mixed = Random(seed).sample(given_.entries, len(given_.entries))
    assert sums_of(world.attributed(entries=mixed), valuer) == sums_of(given_, valuer)


@few
@given(HISTORIES)
def test_holders_end_where_the_outsider_counts_them(world: World):
    given_ = world.attributed()
    holders = sums_of(given_, Valuer.of(given_.assets, given_.marks)).holders
    known = {name.asset for name in given_.assets}
    held = {key: units for key, units in world.held.items() if key[1] in known and units}
    assert {key: one.held_units for key, one in holders.items() if one.held_units} == held
    opened = {key: one.opening_units for key, one in holders.items() if one.opening_units}
    assert opened == OPENING


@few
@given(HISTORIES, _MARKS, st.integers(-1, 20), st.booleans(), st.booleans())
def test_going_on_from_any_instant_adds_up_to_the_whole(
    world: World, moments: list, seconds: int, are_lost: bool, is_unmarked: bool
):
    marks = [Mark(NOON_NS + at * 5 * 10**8, "ETH", e6) for at, e6 in moments if not is_unmarked]
    whole = world.attributed(
        decisions=() if are_lost else world.decisions, marks=MarkBook.of(marks, start_ns=NOON_NS)
    )
    cut_ns = NOON_NS + 1 + seconds * 10**9
    early = tuple(one for one in whole.entries if one.at_ns < cut_ns)
    late = tuple(one for one in whole.entries if one.at_ns >= cut_ns)
    valuer = Valuer.of(whole.assets, whole.marks)
    past = sums_of(msgspec.structs.replace(whole, entries=early, end_ns=cut_ns), valuer)
    before = msgspec.json.encode(sorted(past.cells.items()))
    fresh = msgspec.structs.replace(whole, entries=late, end_ns=max(whole.end_ns, cut_ns))
    end = msgspec.structs.replace(whole, end_ns=fresh.end_ns)
    assert sums_of(fresh, valuer, past, cut_ns) == sums_of(end, valuer)
    assert msgspec.json.encode(sorted(past.cells.items())) == before


def test_a_wrap_nets_out_and_a_trade_does_not():
    world = World()
    dex_dex(world, 10, 20, 30, gas_wei=7)
    given_ = world.attributed()
    valuer = Valuer.of(given_.assets, given_.marks)
    (sold, *_) = [one for one in world.entries() if one.cause == "gas"]
    assert nets_out([], valuer)
    assert not nets_out(sold.postings[:1], valuer)
    assert nets_out([sold.postings[0], sold.postings[1]], valuer)


@few
@given(HISTORIES)
def test_a_part_of_a_large_order_is_slippage_against_the_mark_and_nothing_is_missing(world: World):
    given_ = world.attributed(end_ns=NOON_NS + 10**12, decisions=())
    entries = tuple(
        msgspec.structs.replace(entry, purpose="slice") if entry.purpose else entry
        for entry in given_.entries
    )
    sliced = msgspec.structs.replace(given_, entries=entries)
    _assert_equal_to_lines(sliced)
    found = sums_of(sliced, Valuer.of(sliced.assets, sliced.marks))
    assert "legging" not in {cause for _, _, cause, _ in found.cells}
    assert not found.lost
