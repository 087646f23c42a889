"""Places: later commands mean the desk that ran last, as long as it is there."""

from __future__ import annotations

import pytest

from domain.errors import ConfigRefused
from domain.home import DeskHome
from ops.cli import places


@pytest.fixture(autouse=True)
def var(tmp_path, monkeypatch):
    monkeypatch.delenv("ALPHAPULSE_HOME", raising=False)
    monkeypatch.setattr(places, "VAR", tmp_path / "var")
    monkeypatch.setattr(places, "LAST_DESK", tmp_path / "var" / "last-desk")
    return tmp_path / "var"


def test_before_any_desk_ran_it_is_the_one_that_up_opens(var):
    assert places.default_home() == var / "desk"


def test_the_desk_that_ran_last_is_meant(tmp_path):
    home = DeskHome(tmp_path / "elsewhere")
    home.root.mkdir()
    places.remember(home)
    assert places.default_home() == home.root


def test_a_desk_that_is_gone_is_forgotten(tmp_path, var):
    places.remember(DeskHome(tmp_path / "gone"))
    assert places.default_home() == var / "desk"


def test_the_environment_comes_first(tmp_path, monkeypatch):
    places.remember(DeskHome(tmp_path))
    monkeypatch.setenv("ALPHAPULSE_HOME", "/srv/desk")
    assert str(places.default_home()) == "/srv/desk"


@pytest.mark.parametrize("name", ["o'brien", "a,b", 'a"b', "a;b"])
def test_a_folder_whose_name_ends_a_setting_of_the_warehouse_is_refused(tmp_path, name):
    with pytest.raises(ConfigRefused, match="name a folder without"):
        places.desk_home(tmp_path / name)
