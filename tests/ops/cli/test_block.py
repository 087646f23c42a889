"""`alphapulse block settle` as a stranger meets it."""

import json

import pytest

from tests.kit.block_files import log_row, write_block
from tests.kit.command import alphapulse
from tests.kit.logs import a_block, a_receipt, in_sequence, transfer

LOGS = in_sequence(transfer(0x70, 0xA1, 0xB0, 5), transfer(0x71, 0xA1, 0xB0, 5))
BLOCK = a_block([a_receipt(0, LOGS)])


def settle(folder):
    return alphapulse("block", "settle", str(folder))


def test_a_whole_block_prints_one_object_and_succeeds(tmp_path):
    done = settle(write_block(tmp_path, BLOCK))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["log_set_complete"] is True


def test_a_truncated_log_set_still_prints_and_exits_1(tmp_path):
    done = settle(write_block(tmp_path, BLOCK, logs=[log_row(LOGS[1])]))
    report = json.loads(done.stdout)
    assert (done.returncode, report["receipts_root_ok"]) == (1, False)
    assert "logs are missing at index 0" in done.stderr


@pytest.mark.parametrize("spoiled", [{"logs": "{"}, {"blocks": []}], ids=["cut short", "no block"])
def test_a_malformed_folder_is_refused_in_one_sentence(tmp_path, spoiled):
    done = settle(write_block(tmp_path, BLOCK, **spoiled))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("alphapulse: ")
    assert len(done.stderr.splitlines()) == 1


def test_an_absent_folder_is_refused(tmp_path):
    assert settle(tmp_path / "nowhere").returncode == 2
