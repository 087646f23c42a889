"""Taking a socket's path."""

from __future__ import annotations

import os
import socket

import pytest

from domain.errors import ConfigRefused, StorageFailed
from live.aio.sockets import claim, private_folder


def test_a_dead_process_file_is_replaced(tmp_path):
    path = tmp_path / "run" / "x.sock"
    assert claim(path) == str(path)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    claim(path)
    assert not path.exists()


def test_a_living_process_is_not_robbed(tmp_path):
    path = tmp_path / "x.sock"
    with socket.socket(socket.AF_UNIX) as living:
        living.bind(str(path))
        living.listen()
        with pytest.raises(ConfigRefused):
            claim(path)
    assert path.exists()


def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed):
        claim(tmp_path / "file" / "x.sock")


def test_nobody_else_enters_the_folder_of_a_desks_sockets(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    for _ in range(2):
        private_folder(folder)
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_somebody_else_made_first_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / "run"
    folder.mkdir()
    elsewhere = tmp_path / "link"
    elsewhere.symlink_to(folder)
    me = os.geteuid()
    monkeypatch.setattr("live.aio.sockets.os.geteuid", lambda: me + 1)
    for path in (folder, elsewhere):
        with pytest.raises(ConfigRefused, match="somebody else's"):
            private_folder(path)


def test_a_folder_below_a_file_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed):
        private_folder(tmp_path / "file" / "run")
