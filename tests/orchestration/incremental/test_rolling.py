"""A statement that goes on is rolled on from where it stood, whatever comes late or again."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from domain.home import DeskHome
from domain.matching import balances
from orchestration.day import Day
from orchestration.incremental.rolling import ROLLED, statement_found
from orchestration.resources.lake import Cursor
from tests.kit.desk_day import a_traded_world
from tests.kit.kept_state import state_of
from tests.kit.matched import rolled_whole
from tests.kit.ticking import ToldDay
from tests.kit.world_names import DAY

LINES = "raw_exchange__ledger_lines"
OPENING = {"paper:ETH": 3}


class Statement(ToldDay):
    """A statement whose lines come in parts, in any order, some told again or otherwise."""

    def tell_in_parts(self, random: Random) -> int:
        """Tell the day anew in random parts; give how many there are."""
        for path in self.lake.parts(LINES, DAY):
            path.unlink()
        (self.lake.folder(LINES, DAY) / "cursor.json").unlink(missing_ok=True)
        rows = self.whole[LINES]
        told = [*rows, *(one | {"balance": "7"} for one in random.sample(rows, 2))]
        told.sort(key=lambda one: one["booked_ns"] + random.choice((0, 0, 0, 10**10)))
        cuts = sorted(random.sample(range(1, len(told)), 3))
        self.waiting = [told[a:b] for a, b in zip([0, *cuts], [*cuts, len(told)], strict=True)]
        return len(self.waiting)

    def tell_next(self) -> None:
        """Append the next part, as a capture does."""
        at = self.lake.cursor(LINES, DAY).position
        self.lake.append(LINES, DAY, self.waiting.pop(0), Cursor(at + 5))


def test_whatever_comes_when_the_same_lines_do_not_follow_as_in_the_whole_statement(
    tmp_path: Path, staged: DeskHome, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(balances, "STANDING_LINES", 2)
    told = Statement(tmp_path / "desk", staged, a_traded_world())
    day, lengths = Day(told.home, DAY), set()
    for seed in range(4):
        for _ in range(told.tell_in_parts(Random(seed))):
            told.tell_next()
            found = statement_found(day, OPENING)
            assert found == rolled_whole(told.home, OPENING)
            assert statement_found(day, OPENING) == found
            lengths.add(len(found))
    assert len(lengths) > 1
    assert "standing" in state_of(told.home, ROLLED)["what"].to_pylist()
    assert statement_found(day, {}) == rolled_whole(told.home, {})


def test_what_stands_before_a_new_line_is_not_read_again(
    tmp_path: Path, staged: DeskHome, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(balances, "STANDING_LINES", 2)
    told = Statement(tmp_path / "desk", staged, a_traded_world())
    day, read = Day(told.home, DAY), []
    told.tell_in_parts(Random(0))
    rows = sorted(told.whole[LINES], key=lambda one: one["booked_ns"])
    told.waiting = [rows[:-2], rows[-2:]]
    roll = balances.roll_statement

    def counted(lines, since):
        read.append(len(lines))
        return roll(lines, since)

    monkeypatch.setattr("orchestration.incremental.rolling.roll_statement", counted)
    for _ in range(2):
        told.tell_next()
        statement_found(day, OPENING)
    assert read[0] == len(rows) - 2
    assert read[1] <= 4
