"""From a break in the books to an alert and a tripped breaker in the journal, once, whatever fails.

A real Dagster instance, the sensor as the definitions have it, and the runs it asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import msgspec
import pytest

from domain.clock import day_bounds_ns
from domain.errors import StorageFailed
from domain.home import DeskHome
from domain.matching.types import Break, make_break
from journal.reader import JournalReader
from journal.records import AlertRaised, HaltOrdered
from orchestration.day import BALANCED, LOTS_BROKEN, MATCHED, MESSAGES_BROKEN, ROLLS_BROKEN
from orchestration.jobs import alert_breaks
from orchestration.reading.breaking import TABLES
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Lake
from sensors import new_breaks as sensor
from sensors import watching
from tests.kit.facts import PAPER_ETH, PAPER_USDC
from tests.kit.homes import a_home

DAY, NEXT_DAY = "2025-11-20", "2025-11-21"
AT_NS = int(day_bounds_ns(DAY)[0]) + 5


def a_break(recon: str, cause: str = "UNEXPLAINED", units: int | None = 7, **changes) -> Break:
    return make_break(recon, cause, "paper:spot", "seen", AT_NS, amount_units=units, **changes)


GRAVE = a_break("ledger-balance", asset=PAPER_ETH, account="paper:spot")
MILD = a_break("fills-statement", "DUPLICATE", asset=PAPER_USDC)


class Daemon:
    """What the sensor daemon does: ticks with the cursor kept, one run a key, and its outcome."""

    def __init__(self, home: DeskHome, instance: dg.DagsterInstance) -> None:
        self.home, self.instance = home, instance
        self.cursor: str | None = None
        self.keys: set[str] = set()

    def tick(self) -> list[bool]:
        """Look once, run what is asked for, and give how each run ended."""
        desk = Desk(root=str(self.home.root))
        context = dg.build_sensor_context(
            cursor=self.cursor, instance=self.instance, resources={"desk": desk}
        )
        answer = sensor.new_breaks(context)
        assert isinstance(answer, dg.SensorResult)
        self.cursor = answer.cursor
        return [self._run(one, desk) for one in answer.run_requests or ()]

    def _run(self, asked: dg.RunRequest, desk: Desk) -> bool:
        assert asked.run_key not in self.keys
        self.keys.add(str(asked.run_key))
        return alert_breaks.execute_in_process(
            partition_key=asked.partition_key,
            instance=self.instance,
            resources={"desk": desk},
            raise_on_error=False,
        ).success


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Daemon(a_home(tmp_path), instance)


def found(home: DeskHome, day: str = DAY, **tables: Break) -> None:
    """Let a settlement write its five tables of breaks, empty where nothing is said."""
    for table in TABLES:
        Lake(home).save(table, day, Break, [tables[table]] if table in tables else [])


def told(home: DeskHome) -> tuple[list[AlertRaised], list[HaltOrdered]]:
    if not home.journal_db.exists():
        return [], []
    with JournalReader(home.journal_db) as reader:
        facts = [record.fact() for record in reader.read()]
    return (
        [one for one in facts if isinstance(one, AlertRaised)],
        [one for one in facts if isinstance(one, HaltOrdered)],
    )


@pytest.mark.parametrize(
    ("table", "one", "scopes"),
    [
        (MATCHED, MILD, []),
        (BALANCED, GRAVE, ["venue:paper"]),
        (ROLLS_BROKEN, a_break("roll-forward", asset="eip155:1/x", account="w"), ["desk"]),
        (ROLLS_BROKEN, a_break("tolerance", asset=PAPER_ETH), []),
        (LOTS_BROKEN, a_break("inventory", asset="ETH"), []),
        (MESSAGES_BROKEN, a_break("messages", "MISSING_INTERNAL"), []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_break_of_any_table_is_told_once_and_a_grave_one_about_money_trips(
    daemon: Daemon, table: str, one: Break, scopes: list[str]
):
    found(daemon.home, **{table: one})
    assert daemon.tick() == [True]
    alerts, orders = told(daemon.home)
    assert [(alert.alert, alert.severity, alert.subject) for alert in alerts] == [
        ("break", one.severity, one.break_id)
    ]
    assert [(order.scope, order.cause_id) for order in orders] == [
        (scope, one.break_id) for scope in scopes
    ]
    cursor = daemon.cursor
    assert daemon.tick() == []
    assert (daemon.cursor, told(daemon.home)) == (cursor, (alerts, orders))


def test_a_day_that_is_clean_or_was_never_settled_asks_for_nothing(daemon: Daemon):
    assert daemon.tick() == []
    found(daemon.home)
    assert daemon.tick() == []
    assert told(daemon.home) == ([], [])


def test_a_close_that_words_the_evidence_anew_does_not_keep_the_next_break_from_people(
    daemon: Daemon,
):
    found(daemon.home, **{BALANCED: GRAVE})
    assert daemon.tick() == [True]
    reworded = msgspec.structs.replace(GRAVE, evidence="seen at a later block")
    found(daemon.home, **{BALANCED: reworded, MATCHED: MILD})
    assert daemon.tick() == [True]
    assert [one.subject for one in told(daemon.home)[0]] == [GRAVE.break_id, MILD.break_id]


def test_yesterdays_close_is_told_although_today_has_begun(daemon: Daemon):
    found(daemon.home, NEXT_DAY)
    found(daemon.home, DAY, **{BALANCED: GRAVE})
    assert daemon.tick() == [True]
    found(daemon.home, NEXT_DAY, **{BALANCED: GRAVE})
    assert daemon.tick() == []
    assert len(told(daemon.home)[0]) == 1


def test_while_a_settlement_has_written_a_part_nothing_that_was_seen_is_forgotten(daemon: Daemon):
    found(daemon.home, **{BALANCED: GRAVE})
    assert daemon.tick() == [True]
    before = daemon.cursor
    table = Lake(daemon.home).folder(BALANCED, DAY)
    away = table.rename(table.with_name("away"))
    assert daemon.tick() == []
    assert daemon.cursor == before
    away.rename(table)
    assert daemon.tick() == []


def test_a_table_that_cannot_be_read_moves_no_cursor(daemon: Daemon):
    found(daemon.home, **{BALANCED: GRAVE})
    assert daemon.tick() == [True]
    before = daemon.cursor
    (part,) = Lake(daemon.home).parts(MATCHED, DAY)
    part.write_bytes(b"torn")
    with pytest.raises(StorageFailed):
        daemon.tick()
    assert daemon.cursor == before
    found(daemon.home, **{BALANCED: GRAVE, MATCHED: MILD})
    assert daemon.tick() == [True]


def test_alerts_that_could_not_be_written_are_asked_for_again(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
):
    found(daemon.home, **{BALANCED: GRAVE})

    def full(*_: object) -> list[int]:
        raise StorageFailed("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("orchestration.jobs.post", full)
        assert daemon.tick() == [False]
    assert daemon.tick() == []
    assert told(daemon.home) == ([], [])
    monkeypatch.setattr(watching, "PATIENCE_NS", -(10**12))
    assert daemon.tick() == [True]
    assert [len(facts) for facts in told(daemon.home)] == [1, 1]
    assert daemon.tick() == []
