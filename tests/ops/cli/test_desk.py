"""How a running desk is told to end."""

from __future__ import annotations

import signal

import pytest

from domain.errors import Refused
from ops.cli import desk, places
from ops.cli.desk import ONE_WISH_S, Interrupt


def test_the_same_ctrl_c_heard_twice_is_one_wish_and_a_later_one_is_another():
    now_s = [0.0]
    interrupt = Interrupt(lambda: now_s[0])
    with pytest.raises(KeyboardInterrupt):
        interrupt(signal.SIGINT, None)
    now_s[0] = ONE_WISH_S / 2
    interrupt(signal.SIGTERM, None)
    now_s[0] = 2 * ONE_WISH_S
    with pytest.raises(KeyboardInterrupt):
        interrupt(signal.SIGINT, None)


def test_a_demo_that_is_refused_is_not_the_desk_that_ran_last(tmp_path, monkeypatch):
    monkeypatch.setattr(desk, "_end_on_sigterm", lambda: None)
    monkeypatch.setattr(places, "LAST_DESK", tmp_path / "last-desk")
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"")
    with pytest.raises(Refused, match="more than a desk"):
        desk.demo(home=folder)
    assert not places.LAST_DESK.exists()
