"""A made day tells what is new and nothing twice; what it states is what its fills add up to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from domain.home import DeskHome
from domain.money import exact_units
from journal.reader import JournalReader
from ops.bench.held_day import DAY, HeldDay


def test_what_a_made_day_states_is_what_its_statement_adds_up_to(tmp_path: Path):
    day = HeldDay(DeskHome(tmp_path / "desk"))
    for fills in (30, 10):
        day.trade(fills)
        day.tell()
    lines = day.lake.read("raw_exchange__ledger_lines", DAY)
    fills = day.lake.read("raw_exchange__fills", DAY)
    assert len(fills) == len({one["trade_id"] for one in fills}) == 40
    decimals = {"ETH": 10, "USDC": 8}
    held = Counter()
    for line in lines:
        places = decimals[line["currency"]]
        held[line["currency"]] += exact_units(line["amount"], places) - exact_units(
            line["fee"], places
        )
    stated = day.lake.read("raw_exchange__balances", DAY)
    assert {one["asset"]: int(one["units"]) for one in stated} == {
        f"paper:{code}": units for code, units in held.items()
    }


def test_what_was_told_is_in_the_journal_once(tmp_path: Path):
    day = HeldDay(DeskHome(tmp_path / "desk"))
    day.trade(20)
    day.tell()
    day.trade(10)
    day.tell()
    with JournalReader(day.home.journal_db) as reader:
        kinds = Counter(one.kind for one in reader.read(0))
    assert kinds["order.intended"] == kinds["order.observed"] == 3
    assert (kinds["desk.opened"], kinds["desk.closed"]) == (1, 2)
