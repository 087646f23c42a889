"""Opening: ports nobody has, secrets that differ, and no folder removed that is not a desk."""

import pytest

from domain.errors import Refused
from domain.home import DeskHome
from ops.opening import clear, free_ports


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
