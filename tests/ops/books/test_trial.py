"""A trial balance is read by a person or a program, and one that is off ends in exit code 1."""

from __future__ import annotations

import json

import msgspec
import pytest

from domain.clock import day_bounds_ns
from domain.errors import InputRefused, InvariantBroken
from domain.ledger.bitemporal import Notice, book
from ops.books.trial import try_and_print
from orchestration.closing import recalling
from orchestration.closing.bookings import append
from tests.kit.facts import WETH
from tests.kit.homes import a_home
from tests.kit.notices import DAYS, LATER_NS, START_NS, an_entry_at


def _booked(tmp_path):
    home = a_home(tmp_path)
    second_ns = day_bounds_ns(DAYS[1])[0]
    entries = [an_entry_at("first", START_NS, 5), an_entry_at("second", second_ns, -2)]
    append(home, book([Notice(LATER_NS, one.entry_id, one, "") for one in entries], []))
    return home


def test_a_day_goes_on_from_what_the_one_before_left(tmp_path, capsys):
    try_and_print(_booked(tmp_path), DAYS[1], as_json=True)
    told = json.loads(capsys.readouterr().out)
    (own,) = [line for line in told["lines"] if line["account"] == "wallet:1"]
    amounts = [own[f"{name}_units"] for name in ("opening", "received", "given", "closing")]
    assert (amounts, told["off"]) == (["5", "0", "2", "3"], {})
    assert sum(int(line["closing_units"]) for line in told["lines"]) == 0


def test_a_known_asset_is_told_in_whole_coins_and_another_in_units(tmp_path, monkeypatch, capsys):
    entry = an_entry_at("one", START_NS, 5)
    of_weth = [
        msgspec.structs.replace(p, asset=WETH, units=p.units * 10**17) for p in entry.postings
    ]
    known = msgspec.structs.replace(entry, postings=tuple(of_weth))
    monkeypatch.setattr(
        recalling, "tried", lambda _home, _day: recalling.trial_balance([entry, known])
    )
    try_and_print(a_home(tmp_path), DAYS[0], as_json=False)
    told = capsys.readouterr().out
    rows = [line.split() for line in told.replace("│", " ").splitlines()]
    own = {row[-5]: row[-4:] for row in rows if "wallet:1" in row}
    assert own == {"WETH": ["0", "0.5", "0", "0.5"], "eth": ["0", "5", "0", "5"]}
    assert "every asset sums to zero" in told


def test_a_book_that_is_off_is_told_and_fails(tmp_path, monkeypatch, capsys):
    entry = an_entry_at("one", START_NS, 5)
    half = msgspec.structs.replace(entry, postings=entry.postings[:1])
    monkeypatch.setattr(recalling, "tried", lambda _home, _day: recalling.trial_balance([half]))
    with pytest.raises(InvariantBroken, match="does not sum to zero"):
        try_and_print(a_home(tmp_path), DAYS[0], as_json=True)
    assert json.loads(capsys.readouterr().out)["off"] == {"eth": "5"}


def test_a_day_nothing_is_booked_on_has_no_balance(tmp_path):
    with pytest.raises(InputRefused, match="close this day first"):
        try_and_print(a_home(tmp_path), DAYS[0], as_json=True)
