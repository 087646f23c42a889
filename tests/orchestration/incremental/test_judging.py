"""Judging what is new says what judging everything says, whatever came, went or was changed."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import StorageFailed
from orchestration.checks.expectations import POSTING, captured, fill_suite, met, posting_suite
from orchestration.day import Day
from orchestration.incremental import kept
from orchestration.incremental.judging import Asked, Unjudged
from orchestration.resources.lake import Cursor, write_parquet
from orchestration.resources.lake_schema import TEXT, WIDE, Column
from tests.kit.homes import a_home

DAY = "2025-11-20"
COLUMNS = tuple(Column(name, WIDE if name == "units" else TEXT, "") for name in POSTING)
Row = tuple[str | None, int | None]
rows_st = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", None]), st.sampled_from([1, 2, 3, None])), max_size=5
)


@pytest.fixture
def day(tmp_path: Path) -> Day:
    return a_day(tmp_path)


def a_day(folder: Path) -> Day:
    return Day(a_home(folder), DAY)


def asked_of(day: Day, rows: Iterable[Row]) -> Asked:
    path = day.home.marts / "postings.parquet"
    filled = [
        dict.fromkeys(POSTING, "said") | {"entry_id": entry_id, "units": units}
        for entry_id, units in rows
    ]
    write_parquet(path, filled, COLUMNS)
    return Asked("postings", [path], "entry_id", POSTING)


def unmet(rows: Iterable[dict[str, object]]) -> set[str]:
    """Say what is wrong with rows, as the suite of postings does."""
    said = [(one["entry_id"], one["units"]) for one in rows]
    empty = {"units" for _, units in said if units is None}
    named = {"entry_id" for name, _ in said if name is None}
    return empty | named | {"twice" for times in Counter(said).values() if times > 1}


@settings(max_examples=15)
@given(looks=st.lists(rows_st, min_size=1, max_size=5))
def test_at_every_look_what_is_judged_is_found_as_all_of_it_would_be(looks: list[list[Row]]):
    with tempfile.TemporaryDirectory() as made:
        day, last = a_day(Path(made)), ()
        for rows in looks:
            asked = asked_of(day, rows)
            unjudged = Unjudged(day, asked)
            whole = [{"entry_id": name, "units": units} for name, units in rows]
            assert unmet(unjudged.rows) == unmet(whole)
            assert unjudged.of == len(rows)
            if sorted(rows, key=repr) == last:
                assert unjudged.rows == []
            if not unmet(unjudged.rows):
                unjudged.are_good()
                last = sorted(rows, key=repr)


def test_one_row_more_is_judged_with_the_rows_of_its_key_and_few_others(day: Day):
    rows = [(f"entry-{n}", units) for n in range(300) for units in (1, -1)]
    Unjudged(day, asked_of(day, rows)).are_good()
    found = Unjudged(day, asked_of(day, [*rows, ("entry-7", 5)])).rows
    assert {one["units"] for one in found if one["entry_id"] == "entry-7"} == {1, -1, 5}
    assert len(found) < len(rows) / 10


@pytest.mark.slow  # the library that judges takes seconds to import
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("said", ["changed", "twice", "empty"])
def test_an_old_posting_that_is_not_as_it_was_judged_is_judged_again(day: Day, said: str):
    rows: list[Row] = [("one", 1), ("one", -1), ("two", 2), ("two", -2)]
    assert met(day, asked_of(day, rows), posting_suite).passed
    wrong: Row = {"changed": (None, -1), "twice": ("one", 1), "empty": ("one", None)}[said]
    for _ in range(2):  # and again as long as it is wrong
        found = met(day, asked_of(day, [rows[0], wrong, *rows[2:]]), posting_suite)
        assert not found.passed
        assert found.metadata["not_met"].value
    mended = met(day, asked_of(day, rows), posting_suite)
    assert mended.passed
    assert mended.metadata["judged"].value == 0


def test_what_was_found_good_by_other_rules_or_forged_is_judged_again(
    day: Day, monkeypatch: pytest.MonkeyPatch
):
    asked = asked_of(day, [("one", 1), ("two", 2)])
    Unjudged(day, asked).are_good()
    assert Unjudged(day, asked).rows == []
    with monkeypatch.context() as changed:
        changed.setattr(kept, "rules_digest", lambda: "others")
        assert len(Unjudged(day, asked).rows) == 2
    path = kept.kept_path(day.home, "kept_checks__postings", DAY)
    written = path.read_bytes()
    path.write_bytes(written[:-1] + bytes([written[-1] ^ 1]))
    assert len(Unjudged(day, asked).rows) == 2


@pytest.mark.slow  # the library that judges takes seconds to import
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_captured_row_told_twice_counts_once_and_two_of_one_name_do_not_pass(day: Day):
    fill = {
        "venue": "paper", "trade_id": "t1", "venue_order_id": "v1", "client_order_id": "c1",
        "pair": "ETHUSDC", "side": "buy", "order_type": "limit", "price": "3000", "volume": "1",
        "cost": "3000", "fee": "0.3", "traded_ns": 1, "raw": "{}",
    }  # fmt: skip
    table = "raw_exchange__fills"
    day.lake.append(table, DAY, [fill], Cursor(1))
    day.lake.append(table, DAY, [fill, fill | {"trade_id": "t2"}], Cursor(2))
    assert met(day, captured(day, table, "trade_id"), fill_suite).passed
    day.lake.append(table, DAY, [fill | {"price": "3001"}], Cursor(3))
    found = met(day, captured(day, table, "trade_id"), fill_suite)
    assert not found.passed
    assert "unique" in str(found.metadata["not_met"].value)


def test_a_day_without_files_or_rows_meets_everything(day: Day):
    assert met(day, captured(day, "raw_exchange__fills", "trade_id"), fill_suite).passed
    assert met(day, asked_of(day, []), posting_suite).passed


def test_a_file_that_cannot_be_read_is_no_verdict(day: Day):
    asked = asked_of(day, [("one", 1)])
    asked.parts[0].write_bytes(b"no parquet")
    with pytest.raises(StorageFailed, match="restore"):
        Unjudged(day, asked)
