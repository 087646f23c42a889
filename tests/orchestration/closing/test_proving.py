"""A closed day that was touched afterwards says so, and says where; one that was not holds."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from pyarrow import parquet

from domain.errors import InputRefused
from domain.home import DeskHome
from orchestration.closing.periods import lock_day
from orchestration.closing.proving import prove
from orchestration.resources.lake import Lake, read_table
from orchestration.resources.warehouse import mart_path
from tests.kit.clock import NOON_NS, HandClock
from tests.kit.closing import close
from tests.kit.desk_day import a_desk_day
from tests.kit.homes import a_home
from tests.kit.world_names import DAY

Touch = Callable[[DeskHome], object]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home, _ = a_desk_day(tmp_path_factory.mktemp("proved"))
    assert close(home).success
    lock_day(home, DAY, HandClock(2 * NOON_NS), by="reviewer", reason="signed off")
    return home.root


def _differing(home: DeskHome) -> set[str]:
    return {one.name.split()[0] + one.name.split()[1] for one in prove(home, DAY) if one.differs}


def test_a_day_nobody_touched_holds(closed: Path):
    assert [one.differs for one in prove(DeskHome(closed), DAY)] == [()] * 5


def _last_row_gone(path: Path) -> None:
    kept = read_table(path)
    parquet.write_table(kept.slice(0, kept.num_rows - 1), path)


def _touch_a_capture(home: DeskHome) -> None:
    _last_row_gone(Lake(home).parts("raw_exchange__fills", DAY)[0])


def _touch_the_ledger(home: DeskHome) -> None:
    _last_row_gone(Lake(home).parts("int_ledger__entries_posted", DAY)[0])


def _damage_what_is_published(home: DeskHome) -> None:
    path = mart_path(home, "fct_postings", DAY)
    path.write_bytes(path.read_bytes()[:-9])


def _touch_the_manifest(home: DeskHome) -> None:
    path = home.exports / f"manifest-{DAY}.json"
    path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))


def _touch_the_journal(home: DeskHome) -> None:
    with sqlite3.connect(home.journal_db) as connection:
        connection.execute("drop trigger fact_is_never_changed")
        connection.execute("update fact set payload = payload || ' ' where seq = 3")


@pytest.mark.parametrize(
    ("touch", "differing"),
    [
        (_touch_a_capture, {"capturedfiles"}),
        (_damage_what_is_published, {"publishedpostings"}),
        (_touch_the_manifest, {"capturedfiles"}),
        (_touch_the_journal, {"thejournal's"}),
        (_touch_the_ledger, {"theledger", "publishedpostings", "publishedprofit"}),
        (lambda home: _last_row_gone(mart_path(home, "fct_pnl", DAY)), {"publishedprofit"}),
        (lambda home: _last_row_gone(mart_path(home, "fct_postings", DAY)), {"publishedpostings"}),
    ],
)
def test_what_was_touched_is_named(closed: Path, tmp_path: Path, touch: Touch, differing: set[str]):
    home = DeskHome(shutil.copytree(closed, tmp_path / "desk"))
    touch(home)
    assert _differing(home) == differing


def test_a_day_that_was_not_closed_is_refused(tmp_path: Path):
    with pytest.raises(InputRefused, match="close this day first"):
        prove(a_home(tmp_path), DAY)
