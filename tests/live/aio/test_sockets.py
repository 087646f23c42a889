"""Taking a socket's path."""

from __future__ import annotations

import socket

import pytest

from domain.errors import ConfigRefused, StorageFailed
from live.aio.sockets import claim


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
