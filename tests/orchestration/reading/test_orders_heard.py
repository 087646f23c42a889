"""Orders that agreed are not looked at again, and what is found is found as among all of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.home import DeskHome
from domain.positions.live import Disagreement, booked_moves, disagreements, live_moves
from domain.settlement.revisions import standing_legs
from orchestration.captures.facts import capture_facts
from orchestration.day import Day
from orchestration.incremental import kept
from orchestration.reading import orders_heard
from orchestration.reading.movements import load_settlement, save_settlement
from orchestration.reading.orders_heard import AGREED, orders_against_books, orders_of
from orchestration.resources.lake import read_parquet
from tests.kit.books import World
from tests.kit.desk_day import a_desk_day
from tests.kit.kept_state import forge_state, state_of
from tests.kit.world_names import DAY

LOOKS = st.lists(
    st.tuples(
        st.dictionaries(st.integers(0, 2), st.integers(-3, 3), max_size=2),
        st.sampled_from((0, 1, 2, 10**12)),
    ),
    min_size=1,
    max_size=4,
)
"""By how much the books hold more of which leg, and how long before its end the day is cut off."""


def a_captured_day(folder: Path) -> tuple[Day, World]:
    home, world = a_desk_day(folder)
    capture_facts(home, DAY)
    save_settlement(home, DAY, world.settled())
    return Day(home, DAY), world


def hold_more(home: DeskHome, world: World, more: dict[int, int]) -> None:
    done = world.settled()
    legs = list(done.legs)
    places = [at for at, leg in enumerate(legs) if leg.venue == "paper"]
    for number, units in more.items():
        at = places[number % len(places)]
        first, *others = legs[at].moves
        changed = msgspec.structs.replace(first, units=first.units + units)
        legs[at] = msgspec.structs.replace(legs[at], moves=(changed, *others))
    save_settlement(home, DAY, msgspec.structs.replace(done, legs=tuple(legs)))


def found_among_all(day: Day) -> list[Disagreement]:
    settled, journal = load_settlement(day.home, DAY), orders_of(day, [DAY])
    exchange = day.card.exchange
    live = live_moves(
        journal.orders, journal.order_answers, exchange.base_asset, exchange.quote_asset,
        day.anchor.cutoff_ns,
    )  # fmt: skip
    legs = standing_legs(settled.legs, settled.revisions)
    return disagreements(live, booked_moves(leg for leg in legs if leg.venue == exchange.venue))


@settings(max_examples=5)
@given(looks=LOOKS)
def test_any_looks_find_what_comparing_every_order_finds(looks):
    with tempfile.TemporaryDirectory() as made:
        day, world = a_captured_day(Path(made))
        [anchor] = day.lake.read("raw_chain__anchors", DAY)
        for more, before_ns in [*looks, ({}, 0)]:
            hold_more(day.home, world, more)
            cut = anchor | {"cutoff_ns": anchor["cutoff_ns"] - before_ns}
            day.lake.replace("raw_chain__anchors", DAY, [cut])
            assert orders_against_books(day) == found_among_all(day)


def test_what_agreed_is_not_read_again_and_what_differs_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    day, world = a_captured_day(tmp_path)
    asked: list[list[str]] = []
    read = orders_heard.orders_of

    def counted(day: Day, days: list[str], names: list[str]):
        asked.append(sorted(names))
        return read(day, days, names)

    monkeypatch.setattr(orders_heard, "orders_of", counted)
    assert orders_against_books(day) == orders_against_books(day) == []
    assert len(asked) == 1
    assert len(asked[0]) > 1
    hold_more(day.home, world, {0: 5})
    (one,) = orders_against_books(day)
    assert orders_against_books(day) == [one]
    assert asked[1:] == [[one.subject], [one.subject]]


@pytest.mark.parametrize("damage", ["forged", "of other rules"])
def test_orders_that_are_not_as_they_agreed_are_all_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
):
    day, world = a_captured_day(tmp_path)
    hold_more(day.home, world, {0: 5})
    found = orders_against_books(day)
    assert found
    if damage == "forged":
        forge_state(day.home, AGREED, orders_heard._said(day))
        assert state_of(day.home, AGREED).num_rows
    else:
        monkeypatch.setattr(kept, "rules_digest", lambda: "others")
    assert orders_against_books(day) == found


def test_a_day_of_which_nothing_was_captured_has_no_order(tmp_path: Path):
    home, _ = a_desk_day(tmp_path)
    day = Day(home, DAY)
    for path in day.lake.parts("raw_journal__facts", DAY):
        assert read_parquet(path)
        path.unlink()
    assert orders_against_books(day) == []
