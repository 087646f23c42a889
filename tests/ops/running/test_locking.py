"""One crew a desk."""

import os

import pytest

from domain.errors import Refused
from domain.home import DeskHome
from ops.running.locking import held_alone


def test_a_second_crew_on_the_same_desk_is_refused_with_the_holder(tmp_path):
    home = DeskHome(tmp_path / "desk")
    with held_alone(home), pytest.raises(Refused, match=f"pid={os.getpid()}"), held_alone(home):
        pass


def test_the_desk_is_free_again_afterwards(tmp_path):
    home = DeskHome(tmp_path / "desk")
    with held_alone(home):
        pass
    with held_alone(home):
        assert (home.root / "crew.lock").read_text() == str(os.getpid())
