"""A difference between loop and books is asked about once, and told as an alert."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import msgspec
import pytest

from domain.home import DeskHome
from domain.ledger.types import Entry
from domain.positions.live import Disagreement
from domain.positions.told import LOCKED
from journal.reader import JournalReader
from journal.records import AlertRaised, AssetHeld
from journal.writer import JournalWriter
from orchestration.captures.facts import capture_facts
from orchestration.checks.live_positions import loop_against_books
from orchestration.day import ENTRIES, Day
from orchestration.jobs import alert_positions
from orchestration.reading.movements import EXECUTIONS, save_settlement
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Cursor, Lake
from sensors import live_positions as sensor
from tests.kit.books import World
from tests.kit.clock import HandClock
from tests.kit.desk_day import a_desk_day
from tests.kit.facts import PAPER_ETH, WETH, an_entry, fact
from tests.kit.world_names import DAY, WALLET_ACCOUNT, block_hash


def _tick(home: DeskHome, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(cursor=cursor, instance=instance)
        return sensor.live_positions(context, desk=Desk(root=str(home.root)))


def _told(home: DeskHome) -> dg.ExecuteInProcessResult:
    with dg.DagsterInstance.ephemeral() as instance:
        return alert_positions.execute_in_process(
            partition_key=DAY, instance=instance, resources={"desk": Desk(root=str(home.root))}
        )


def _alerts(home: DeskHome) -> list[AlertRaised]:
    with JournalReader(home.journal_db) as reader:
        facts = [record.fact() for record in reader.read(kinds=[AlertRaised.KIND])]
    return [one for one in facts if isinstance(one, AlertRaised)]


def _settled(tmp_path: Path, units: int) -> tuple[DeskHome, World]:
    """Settle a day in which the books hold so much more of the first order than the loop heard."""
    home, world = a_desk_day(tmp_path)
    capture_facts(home, DAY)
    _books_hold_more(home, units, world)
    settled_to(home, Day(home, DAY).anchor.block_hash)
    return home, world


def _books_hold_more(home: DeskHome, units: int, world: World) -> None:
    done = world.settled()
    at = next(i for i, leg in enumerate(done.legs) if leg.venue == "paper")
    leg = done.legs[at]
    move = msgspec.structs.replace(leg.moves[0], units=leg.moves[0].units + units)
    changed = msgspec.structs.replace(leg, moves=(move, *leg.moves[1:]))
    legs = (*done.legs[:at], changed, *done.legs[at + 1 :])
    save_settlement(home, DAY, msgspec.structs.replace(done, legs=legs))


def settled_to(home: DeskHome, block_hash: str) -> None:
    for table in (EXECUTIONS, ENTRIES):
        Lake(home).remember(table, DAY, Cursor(0, block_hash))


def test_a_desk_that_agrees_asks_for_nothing(tmp_path: Path):
    home, _ = _settled(tmp_path, 0)
    result = _tick(home)
    assert isinstance(result, dg.SensorResult)
    assert not result.run_requests


def test_while_newer_captures_wait_to_be_settled_nothing_is_compared(tmp_path: Path):
    home, _ = _settled(tmp_path, 5)
    settled_to(home, "0x" + "ab" * 32)
    assert isinstance(_tick(home), dg.SkipReason)


def test_before_anything_is_settled_there_is_nothing_to_compare(tmp_path: Path):
    home, _ = a_desk_day(tmp_path)
    assert isinstance(_tick(home), dg.SkipReason)


def test_a_difference_is_asked_about_once_and_told_as_an_alert(tmp_path: Path):
    home, _ = _settled(tmp_path, 5)
    first = _tick(home)
    assert isinstance(first, dg.SensorResult)
    assert [one.partition_key for one in first.run_requests or ()] == [DAY]
    second = _tick(home, first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert not second.run_requests
    (found,) = loop_against_books(Day(home, DAY))
    assert found.booked_units - found.live_units == 5
    assert _told(home).success
    (alert,) = _alerts(home)
    assert alert.subject == f"{found.subject} {found.asset}"


def test_a_difference_that_becomes_another_is_told_too_and_each_once(tmp_path: Path):
    home, world = _settled(tmp_path, 5)
    words: list[str] = []
    for units in (5, 7, 7):
        _books_hold_more(home, units, world)
        assert _told(home).success
        words.append(_alerts(home)[-1].detail)
    assert len(_alerts(home)) == len(set(words)) == 2
    assert all(one.startswith(f"{DAY}: ") for one in words)


def test_what_is_kept_for_orders_is_asked_about_once_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home, _ = _settled(tmp_path, 0)
    kept = Disagreement(f"paper:spot{LOCKED}", PAPER_ETH, 5, 0)
    monkeypatch.setattr(sensor, "loop_against_books", lambda _day: [kept])
    first = _tick(home)
    assert isinstance(first, dg.SensorResult)
    assert len(first.run_requests or ()) == 1
    second = _tick(home, first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert not second.run_requests


def test_a_wallet_the_loop_misread_is_told_with_its_account(tmp_path: Path):
    home, world = _settled(tmp_path, 0)
    Lake(home).save(ENTRIES, DAY, Entry, world.entries())
    assert loop_against_books(Day(home, DAY)) == []
    right = world.held[WALLET_ACCOUNT, WETH]
    for units, found in ((right, []), (right + 5, [5])):
        told = fact(
            "inventory.read", account=WALLET_ACCOUNT, block_hash=block_hash(world.step),
            holdings=(AssetHeld(asset=WETH, units=units),), read_ns=world.now_ns + units,
        )  # fmt: skip
        with JournalWriter(home, HandClock(world.now_ns)) as writer:
            writer.append([an_entry(told)])
        capture_facts(home, DAY)
        differing = loop_against_books(Day(home, DAY))
        assert [one.live_units - one.booked_units for one in differing] == found
        assert {one.subject for one in differing} <= {WALLET_ACCOUNT}
