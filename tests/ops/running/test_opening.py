"""Opening: ports nobody has, secrets that differ, and no folder removed that is not a desk."""

import asyncio

import msgspec
import pytest

from domain.breaks.case import assigned
from domain.errors import Refused
from domain.home import DeskHome
from journal.entry import Entry
from journal.post import post
from journal.records import canonical_payload
from ops.breaks.store import CaseStore, Deed, database_url
from ops.running.opening import clear_for_demo, free_ports, keep, opening_of
from rehearsal.chain.opening import open_chain
from tests.kit.breaks import FOUND
from tests.kit.clock import NOON_NS, HandClock
from tests.kit.facts import a_card, fact


def test_free_ports_are_all_different():
    assert len(set(free_ports(20))) == 20


def test_the_fact_that_a_desk_opened_keeps_a_hosted_nodes_key_to_itself():
    card = a_card()
    hosted = msgspec.structs.replace(card.chain, rpc_url="https://node.example/v2/c0ffee")
    payload = canonical_payload(opening_of(msgspec.structs.replace(card, chain=hosted)))
    assert b"node.example" in payload
    assert b"c0ffee" not in payload


def traded(home: DeskHome) -> None:
    """Leave a desk with one fact in its journal."""
    post(home, HandClock(NOON_NS), Entry(fact("desk.opened"), NOON_NS))


def test_a_folder_with_something_else_in_it_is_not_cleared(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(Refused, match="more than a desk"):
        clear_for_demo(DeskHome(tmp_path))
    assert (tmp_path / "holiday.jpg").exists()


def test_what_a_demo_left_is_cleared_for_the_next(tmp_path):
    home = DeskHome(tmp_path)
    for _ in range(2):
        clear_for_demo(home)
        assert not home.journal_db.exists()
        traded(home)
    clear_for_demo(home)


def test_a_desk_that_no_demo_made_is_not_cleared(tmp_path):
    home = DeskHome(tmp_path)
    traded(home)
    with pytest.raises(Refused, match="no demo's"):
        clear_for_demo(home)
    assert home.journal_db.exists()


def test_a_demos_desk_that_somebody_went_on_with_is_not_cleared(tmp_path):
    home = DeskHome(tmp_path)
    clear_for_demo(home)
    traded(home)
    keep(home)
    with pytest.raises(Refused, match="no demo's"):
        clear_for_demo(home)
    assert home.journal_db.exists()


def test_a_desk_whose_breaks_were_listed_is_cleared_and_one_whose_breaks_were_worked_on_is_not(
    tmp_path, monkeypatch
):
    monkeypatch.delenv("ALPHAPULSE_DATABASE_URL", raising=False)
    home = DeskHome(tmp_path)
    clear_for_demo(home)
    for is_worked_on in (False, True):
        store = CaseStore(database_url(home))
        store.take([FOUND], NOON_NS)
        if is_worked_on:
            store.change(
                FOUND.break_id, Deed("ann", "assign", NOON_NS), lambda case: assigned(case, "ann")
            )
        store.close()
        if is_worked_on:
            with pytest.raises(Refused, match="worked on its breaks"):
                clear_for_demo(home)
        else:
            clear_for_demo(home)
        assert home.operations_db.exists() == is_worked_on


def test_a_desk_whose_breaks_were_worked_on_in_a_database_elsewhere_is_not_cleared(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("ALPHAPULSE_DATABASE_URL", f"sqlite:///{tmp_path / 'cases.sqlite'}")
    home = DeskHome(tmp_path / "desk")
    home.root.mkdir()
    clear_for_demo(home)
    store = CaseStore(database_url(home))
    store.take([FOUND], NOON_NS)
    store.change(FOUND.break_id, Deed("ann", "assign", NOON_NS), lambda case: assigned(case, "ann"))
    store.close()
    clear_for_demo(home)  # nothing was traded here that those breaks could be of
    traded(home)
    with pytest.raises(Refused, match="worked on its breaks"):
        clear_for_demo(home)
    assert home.journal_db.exists()


def test_a_desk_with_a_locked_day_is_not_cleared_until_it_is_reopened(tmp_path):
    home, clock = DeskHome(tmp_path / "desk"), HandClock(NOON_NS)
    home.root.mkdir()
    clear_for_demo(home)
    for is_locked in (True, False):
        mark = fact("period.marked", is_locked=is_locked, decided_ns=NOON_NS + (not is_locked))
        post(home, clock, Entry(mark, clock.now_ns()))
        if is_locked:
            with pytest.raises(Refused, match="locked"):
                clear_for_demo(home)
            assert home.journal_db.exists()
    clear_for_demo(home)
    assert not home.journal_db.exists()


@pytest.mark.chain
def test_the_chain_a_killed_desk_left_running_is_stopped_with_it(tmp_path):
    home = DeskHome(tmp_path / "desk")
    chain = asyncio.run(open_chain(home, seed=1))
    clear_for_demo(home)
    assert not chain.is_alive()
    assert not home.chain.exists()
