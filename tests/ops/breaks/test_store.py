"""Every change of a case has its audit row, which nobody can alter; on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from domain.breaks.case import approved, assigned, explained
from domain.breaks.lifecycle import State
from domain.errors import ConfigRefused, InputRefused, InvariantBroken, Refused, StorageFailed
from domain.home import DeskHome
from ops.breaks.schema import make_ready
from ops.breaks.store import GENESIS_HASH, CaseStore, Change, Deed, _sealed, database_url
from tests.kit.breaks import FOUND, PROOF
from tests.kit.postgres import a_postgres

OTHER = msgspec.structs.replace(FOUND, break_id="k2", day="2026-03-03")
ASSIGN = Deed("ann", "assign", 7)


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this test's own, on a socket; skipped where there is none."""
    with a_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CaseStore]:
    """An empty store of each engine."""
    home = DeskHome(tmp_path)
    environment = {}
    if request.param == "postgresql":
        environment["ALPHAPULSE_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    made = CaseStore(database_url(home, environment))
    yield made
    if request.param == "postgresql":
        with made._engine.begin() as connection:
            connection.exec_driver_sql("drop table break_case, break_change")
    made.close()


def test_a_close_opens_its_breaks_once(store):
    assert store.take([FOUND, OTHER], 5) == 2
    assert store.take([FOUND, OTHER], 6) == 0
    assert [case.found for case in store.cases()] == [FOUND, OTHER]
    assert [case.found for case in store.cases("2026-03-03")] == [OTHER]
    assert [(one.seq, one.action, one.at_ns) for one in store.history()] == [
        (1, "open", 5),
        (2, "open", 5),
    ]


def test_a_break_that_several_days_list_is_a_case_of_each_and_worked_on_for_the_first(store):
    again = msgspec.structs.replace(FOUND, day="2026-03-04", evidence="said otherwise")
    store.take([FOUND], 5)
    assert store.take([FOUND, again], 6) == 1
    assert store.take([FOUND, again], 7) == 0
    assert store.case("k1").found == FOUND
    assert [[case.found.break_id for case in store.cases(f"2026-03-0{n}")] for n in (2, 3, 4)] == [
        ["k1"], [], ["k1"],
    ]  # fmt: skip
    assert store.take([again], 8) == 1
    assert (store.case("k1").days, store.cases("2026-03-02")) == (("2026-03-04",), [])
    assert [one.action for one in store.history("k1")] == ["open", "find", "find"]
    assert store.verify() == 3


FOLLOWER = msgspec.structs.replace(OTHER, day=FOUND.day, follows=("k1",))


def test_what_follows_a_break_goes_with_it_in_one_transaction_and_the_audit_row_says_so(store):
    store.take([FOUND, FOLLOWER], 5)
    deed = Deed("ann", "explain", 8)
    with pytest.raises(Refused, match="work on that"):
        store.change("k2", deed, lambda case: explained(case, "ann", "QTY", PROOF, ""))
    store.change("k1", deed, lambda case: explained(case, "ann", "QTY", PROOF, "why"))
    store.change("k1", Deed("bob", "approve", 9), lambda case: approved(case, "bob"))
    root, follower = store.case("k1"), store.case("k2")
    assert (root.state, follower.state) == (State.RESOLVED, State.RESOLVED)
    assert root.entry_id != follower.entry_id
    assert [(one.actor, one.action) for one in store.history("k2")] == [
        ("detected", "open"), ("ann", "explain with k1"), ("bob", "approve with k1"),
    ]  # fmt: skip
    assert store.verify() == 6


def test_a_break_that_cleared_is_kept_and_may_come_again(store):
    store.take([FOUND], 5)
    store.take([], 6)
    assert not store.case("k1").is_current
    store.take([FOUND], 7)
    assert store.case("k1").is_current
    assert [one.action for one in store.history("k1")] == ["open", "clear", "return"]


def test_what_people_did_survives_a_later_close(store):
    store.take([FOUND], 5)
    store.change("k1", ASSIGN, lambda case: assigned(case, "cyd"))
    store.take([msgspec.structs.replace(FOUND, amount_units=-8, first_seen_ns=900)], 9)
    case = store.case("k1")
    assert (case.owner, case.found.amount_units, case.found.first_seen_ns) == ("cyd", -8, 100)


def test_every_change_is_a_row_that_says_who_did_what_from_what_to_what(store):
    store.take([FOUND], 5)
    deed = Deed("ann", "explain", 8)
    store.change("k1", deed, lambda case: explained(case, "ann", "QTY", PROOF, "why"))
    store.change("k1", Deed("bob", "approve", 9), lambda case: approved(case, "bob"))
    rows = store.history("k1")
    assert [(one.actor, one.action, one.at_ns) for one in rows[1:]] == [
        ("ann", "explain", 8),
        ("bob", "approve", 9),
    ]
    assert rows[1].before == rows[0].after
    assert rows[2].before == rows[1].after
    assert msgspec.json.decode(rows[2].after)["state"] == State.RESOLVED
    assert store.verify() == 3


def test_a_deed_that_is_refused_writes_nothing(store):
    store.take([FOUND], 5)
    with pytest.raises(Refused):
        store.change("k1", ASSIGN, lambda case: approved(case, "bob"))
    assert store.case("k1").state is State.OPEN
    assert len(store.history()) == 1


def test_a_case_is_found_by_how_its_id_begins_if_no_other_begins_so(store):
    store.take([FOUND, OTHER], 5)
    assert store.case("k2").found == OTHER
    for name in ("k", "zz", "", "k%"):
        with pytest.raises(InputRefused, match="named so"):
            store.case(name)
    with pytest.raises(InputRefused, match="no break"):
        store.change("k", ASSIGN, lambda case: case)


@pytest.mark.parametrize(
    "deed", ["update break_change set actor = 'nobody'", "delete from break_change"]
)
def test_the_database_itself_refuses_to_alter_the_audit_trail(store, deed):
    store.take([FOUND], 5)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), store._engine.begin() as connection:
        connection.exec_driver_sql(deed)
    assert store.verify() == 1


def test_two_at_once_write_one_chain(store):
    store.take([FOUND, OTHER], 5)

    def assign(break_id: str) -> None:
        for turn in range(10):
            store.change(break_id, ASSIGN, lambda case, turn=turn: assigned(case, f"{turn}"))

    threads = [threading.Thread(target=assign, args=[name]) for name in ("k1", "k2", "k1")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.verify() == 32


@pytest.fixture
def tampered(tmp_path: Path) -> Iterator[tuple[CaseStore, sqlite3.Connection]]:
    """A store with three rows, and a hand in its file that no trigger holds back."""
    home = DeskHome(tmp_path)
    made = CaseStore(database_url(home, {}))
    made.take([FOUND, OTHER], 5)
    made.change("k1", ASSIGN, lambda case: assigned(case, "cyd"))
    hand = sqlite3.connect(home.operations_db, isolation_level=None)
    for verb in ("update", "delete"):
        hand.execute(f"drop trigger break_change_keeps_{verb}")
    yield made, hand
    hand.close()
    made.close()


@pytest.mark.parametrize(
    "deed",
    [
        "update break_change set actor = 'bob' where seq = 3",
        "delete from break_change where seq = 1",
        "delete from break_change where seq = 3",
        "update break_case set document = replace(document, 'cyd', 'bob')",
        "update break_change set after = replace(after, 'QTY', 'DUST') where seq = 1",
    ],
)
def test_a_trail_that_was_tampered_with_does_not_verify(tampered, deed):
    store, hand = tampered
    assert store.verify() == 3
    hand.execute(deed)
    with pytest.raises(InvariantBroken):
        store.verify()


EARLIER = """
    create table break_case (break_id text not null primary key, day text not null,
        state text not null, document text not null);
    create table break_change (seq bigint not null primary key, break_id text not null,
        at_ns bigint not null, actor text not null, action text not null, before text not null,
        after text not null, prev_hash text not null, hash text not null);
"""


def test_a_database_of_an_earlier_version_goes_on_where_it_was(tmp_path: Path):
    home = DeskHome(tmp_path)
    made = CaseStore(database_url(home, {}))
    made.take([FOUND, OTHER], 5)
    made.take([FOUND], 6)
    rows = [tuple(one) for one in made.history()]
    made.close()
    later = ("days", "booked")
    documents = {}
    with sqlite3.connect(home.operations_db) as hand:
        cases = hand.execute("select break_id, day, state, document from break_case").fetchall()
        hand.executescript("drop table break_case; drop table break_change;" + EARLIER)
        for name, day, state, text in cases:
            case = json.loads(text)
            del case["found"]["follows"]
            documents[name] = json.dumps({k: v for k, v in case.items() if k not in later})
            hand.execute("insert into break_case values (?, ?, ?, ?)",
                         (name, day, state, documents[name]))  # fmt: skip
        last = {row[1]: row[0] for row in rows}
        previous = GENESIS_HASH
        for row in rows:
            after = documents[row[1]] if last[row[1]] == row[0] else row[6]
            kept = Change(*row[:6], after, previous, "")
            previous = _sealed(kept)
            hand.execute("insert into break_change values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         (*kept[:8], previous))  # fmt: skip
    hand.close()
    store = CaseStore(database_url(home, {}))
    assert store.verify() == 3
    assert [case.found.break_id for case in store.cases("2026-03-03")] == ["k2"]
    assert not store.case("k2").is_current
    again = msgspec.structs.replace(FOUND, day="2026-03-04")
    assert store.take([FOUND, again], 7) == 1
    assert [case.found.break_id for case in store.cases("2026-03-04")] == ["k1"]
    assert store.verify() == 4
    store.close()


def test_either_engine_gets_the_column_that_an_earlier_version_lacked(store):
    store.take([FOUND], 5)
    with store._engine.begin() as connection:
        connection.exec_driver_sql("alter table break_case drop column last_day")
        make_ready(connection)
        make_ready(connection)
    assert [case.found for case in store.cases(FOUND.day)] == [FOUND]
    assert store.take([FOUND, msgspec.structs.replace(FOUND, day="2026-03-04")], 6) == 1
    assert len(store.cases("2026-03-04")) == store.verify() - 1 == 1


def test_only_an_engine_that_is_known_is_taken(tmp_path):
    home = DeskHome(tmp_path)
    assert database_url(home, {}) == f"sqlite:///{home.operations_db}"
    named = {"ALPHAPULSE_DATABASE_URL": "postgresql://desk@db/books"}
    assert database_url(home, named) == "postgresql+psycopg://desk@db/books"
    with pytest.raises(ConfigRefused):
        database_url(home, {"ALPHAPULSE_DATABASE_URL": "mysql://db"})


def test_a_database_that_does_not_answer_is_told_in_one_sentence(tmp_path):
    url = database_url(DeskHome(tmp_path / "absent"), {})
    with pytest.raises(StorageFailed, match="does not answer"):
        CaseStore(url)
