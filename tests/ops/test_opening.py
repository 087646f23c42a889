"""Opening: ports nobody has, secrets that differ, and no folder removed that is not a desk."""

import asyncio

import pytest

from domain.errors import Refused
from domain.home import DeskHome
from ops.opening import clear, free_ports
from rehearsal.chain.opening import open_chain


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


@pytest.mark.chain
def test_the_chain_a_killed_desk_left_running_is_stopped_with_it(tmp_path):
    home = DeskHome(tmp_path / "desk")
    chain = asyncio.run(open_chain(home, seed=1))
    clear(home)
    assert not chain.is_alive()
    assert not home.root.exists()
