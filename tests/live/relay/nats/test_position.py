"""How far a stream has been read, told by two who may differ: a file of ours and the server."""

from __future__ import annotations

import pytest

from domain.errors import StorageFailed
from live.relay.nats.position import ReadPosition


def test_it_survives_being_opened_again_without_being_closed(tmp_path):
    first = ReadPosition(tmp_path / "run" / "a.position")
    first.begin(1, acknowledged=0, newest=10)
    first.keep(7)
    assert ReadPosition(tmp_path / "run" / "a.position").begin(1, acknowledged=5, newest=10) == 7
    first.close()


def test_the_server_counts_where_it_knows_more(tmp_path):
    assert ReadPosition(tmp_path / "a").begin(1, acknowledged=5, newest=10) == 5


def test_another_stream_of_the_same_name_is_read_from_its_beginning(tmp_path):
    position = ReadPosition(tmp_path / "a")
    position.begin(1, acknowledged=0, newest=10)
    position.keep(9)
    assert ReadPosition(tmp_path / "a").begin(2, acknowledged=0, newest=10) == 0


def test_a_server_that_lost_its_end_is_followed_back(tmp_path):
    position = ReadPosition(tmp_path / "a")
    position.begin(1, acknowledged=0, newest=10)
    position.keep(9)
    assert position.begin(1, acknowledged=3, newest=6) == 6


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match="mend the folder"):
        ReadPosition(tmp_path / "file" / "a")
