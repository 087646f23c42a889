"""Opening: ports nobody has, secrets that differ, and no folder removed that is not a desk."""

import asyncio

import pytest

from domain.errors import Refused
from domain.home import DeskHome
from journal.entry import Entry
from journal.post import post
from ops.opening import clear, free_ports
from rehearsal.chain.opening import open_chain
from tests.kit.clock import NOON_NS, HandClock
from tests.kit.facts import fact


def test_free_ports_are_all_different():
    assert len(set(free_ports(20))) == 20


def test_a_folder_with_something_else_in_it_is_not_cleared(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(Refused, match="more than a desk"):
        clear(DeskHome(tmp_path))
    assert (tmp_path / "holiday.jpg").exists()


def test_a_desk_is_cleared(tmp_path):
    (tmp_path / "desk" / "journal").mkdir(parents=True)
    clear(DeskHome(tmp_path / "desk"))
    assert not (tmp_path / "desk").exists()


def test_a_desk_with_a_locked_day_is_not_cleared_until_it_is_reopened(tmp_path):
    home, clock = DeskHome(tmp_path / "desk"), HandClock(NOON_NS)
    for is_locked in (True, False):
        mark = fact("period.marked", is_locked=is_locked, decided_ns=NOON_NS + (not is_locked))
        post(home, clock, Entry(mark, clock.now_ns()))
        if is_locked:
            with pytest.raises(Refused, match="locked"):
                clear(home)
            assert home.journal_db.exists()
    clear(home)
    assert not home.root.exists()


@pytest.mark.chain
def test_the_chain_a_killed_desk_left_running_is_stopped_with_it(tmp_path):
    home = DeskHome(tmp_path / "desk")
    chain = asyncio.run(open_chain(home, seed=1))
    clear(home)
    assert not chain.is_alive()
    assert not home.root.exists()
