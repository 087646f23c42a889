"""What the front desk says of locks and restatements: exact text, with the reason beside it."""

from __future__ import annotations

import json

import pytest

from domain.desk import Asset
from domain.errors import InputRefused, Refused
from domain.home import DeskHome
from domain.ledger.bitemporal import Notice, book
from domain.ledger.periods import PeriodMark
from domain.ledger.restatement import by_day, restatement
from ops.books.periods import change_lock, mark_object, restate_and_print, restatement_object
from orchestration.closing.restating import Restatement
from tests.kit.notices import DAYS, LATER_NS, START_NS, an_entry_at

ETH = Asset("eth", "ETH", 3, "ETH")


def _found(value: int | None) -> Restatement:
    locks = [PeriodMark(DAYS[0], is_locked=True, decided_ns=LATER_NS)]
    late = an_entry_at("late", START_NS, -1_234)
    log = book([Notice(LATER_NS + 1, "late", late, "told late")], locks)
    days = by_day(restatement(log, 0), {(DAYS[0], "eth"): value})
    return Restatement(DAYS[0], True, "told again", tuple(days), tuple(log), (DAYS[1],))


def test_a_restatement_is_exact_text_with_its_reason_and_where_it_counts():
    told = json.loads(json.dumps(restatement_object(_found(10**21), {"eth": ETH})))
    (day,) = told["days"]
    (change,) = day["changes"]
    assert (told["is_locked"], told["is_booked"]) == (True, True)
    assert (day["value"], day["missing"]) == ("-1.234", [])
    assert (change["amount"], change["units"]) == ("-1.234", "-1234")
    assert (change["booked_on"], change["reasons"]) == ([DAYS[1]], ["told late"])


def test_a_value_without_a_mark_is_unknown_and_an_unknown_asset_keeps_its_base_units():
    (day,) = restatement_object(_found(None), {})["days"]
    assert (day["value"], day["missing"]) == (None, ["a mark of eth"])
    assert (day["changes"][0]["amount"], day["changes"][0]["units"]) == (None, "-1234")


def test_a_lock_is_told_with_who_when_and_what_it_covers():
    mark = PeriodMark(DAYS[0], True, LATER_NS, "reviewer", "signed off", "9:ab")
    assert mark_object(mark)["audit_head"] == "9:ab"
    assert mark_object(mark)["by"] == "reviewer"


def test_where_no_desk_is_nothing_is_locked_or_restated(tmp_path):
    home = DeskHome(tmp_path)
    with pytest.raises(Refused, match="there is no journal"):
        change_lock(home, DAYS[0], lock=True, by="", reason="x")
    with pytest.raises(Refused, match="there is no journal"):
        restate_and_print(home, DAYS[0], book=False, as_json=True)


@pytest.mark.parametrize(
    ("by", "reason", "words"),
    [("ann", "  ", "say why"), ("\u200b", "month end", "name the person")],
)
def test_a_lock_needs_a_person_and_a_reason(tmp_path, by, reason, words):
    for lock in (True, False):
        with pytest.raises(InputRefused, match=words):
            change_lock(DeskHome(tmp_path), DAYS[0], lock=lock, by=by, reason=reason)
