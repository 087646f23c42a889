"""A difference between loop and books is asked about once, and told as an alert."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import msgspec

from domain.home import DeskHome
from domain.ledger.types import Entry
from journal.reader import JournalReader
from journal.records import AlertRaised, AssetHeld
from journal.writer import JournalWriter
from orchestration.captures.facts import capture_facts
from orchestration.checks.live_positions import loop_against_books
from orchestration.day import ENTRIES, Day
from orchestration.jobs import alert_positions
from orchestration.movements import EXECUTIONS, save_settlement
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Cursor, Lake
from sensors.live_positions import live_positions
from tests.kit.books import World
from tests.kit.clock import HandClock
from tests.kit.desk_day import a_desk_day
from tests.kit.facts import WETH, an_entry, fact
from tests.kit.world_names import DAY, WALLET_ACCOUNT, block_hash


def _tick(home: DeskHome, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(cursor=cursor, instance=instance)
        return live_positions(context, desk=Desk(root=str(home.root)))


def _settled(tmp_path: Path, units: int) -> tuple[DeskHome, World]:
    """Settle a day in which the books hold so much more of the first order than the loop heard."""
    home, world = a_desk_day(tmp_path)
    capture_facts(home, DAY)
    done = world.settled()
    at = next(i for i, leg in enumerate(done.legs) if leg.venue == "paper")
    leg = done.legs[at]
    move = msgspec.structs.replace(leg.moves[0], units=leg.moves[0].units + units)
    changed = msgspec.structs.replace(leg, moves=(move, *leg.moves[1:]))
    legs = (*done.legs[:at], changed, *done.legs[at + 1 :])
    save_settlement(home, DAY, msgspec.structs.replace(done, legs=legs))
    settled_to(home, Day(home, DAY).anchor.block_hash)
    return home, world


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
    with dg.DagsterInstance.ephemeral() as instance:
        done = alert_positions.execute_in_process(
            partition_key=DAY, instance=instance, resources={"desk": Desk(root=str(home.root))}
        )
    assert done.success
    with JournalReader(home.journal_db) as reader:
        (alert,) = [record.fact() for record in reader.read(kinds=[AlertRaised.KIND])]
    assert isinstance(alert, AlertRaised)
    assert alert.subject == f"{found.subject} {found.asset}"


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
