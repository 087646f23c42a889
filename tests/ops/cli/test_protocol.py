"""`alphapulse protocol` as a stranger meets it."""

import json
import subprocess
import sys

import pytest

from live.protocol import v1
from live.protocol.v2.manual import manual
from tests.kit.command import alphapulse
from tests.live.protocol.v1 import vectors

TRADE = "fe01004000010000150d8317d97f5d18b5938417d97f5d18" + "00" * 16 + (
    "4e49ed66e90500004e61bc00000000007ea568f16639bde90100000000000000"
)  # fmt: skip
TOLD = {
    "type": 1,
    "name": "Trade",
    "sequence": 1,
    "fields": {
        "timestamp_ns": "1755700000123456789",
        "ingestion_ns": "1755700000123556789",
        "relay_ns": 0,
        "bridge_ns": 0,
        "price": 6500012345678,
        "volume": 12345678,
        "symbol_hash": "16842681295735137662",
        "side": 1,
    },
}
GOOD = vectors.load("protocol-v1.json")
BAD = vectors.load("protocol-v1-negative.json")


def lines_in(tmp_path, *lines):
    path = tmp_path / "lines"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def test_a_trade_is_told_under_the_deployed_names_and_written_again(tmp_path):
    done = alphapulse("protocol", "decode", lines_in(tmp_path, TRADE))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == TOLD
    again = alphapulse("protocol", "encode", lines_in(tmp_path, done.stdout.strip()))
    assert again == (0, f"{TRADE}\n", "")


def test_a_bad_line_is_answered_in_its_place_and_the_exit_code_says_so(tmp_path):
    done = alphapulse("protocol", "decode", lines_in(tmp_path, TRADE, "fd01", TRADE))
    assert done.returncode == 1
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert first == third == TOLD
    assert set(second) == {"error"}
    assert alphapulse("protocol", "encode", lines_in(tmp_path, "{}")).returncode == 1


@pytest.mark.skipif(not GOOD, reason=vectors.ABSENT)
@pytest.mark.parametrize("generation", ["g1", "g2"])
def test_every_deployed_frame_of_a_generation_comes_back(tmp_path, generation):
    other = "layout_b" if generation == "g1" else "layout_a"
    most = 10 if generation == "g1" else 14
    chosen = [v["hex"] for v in GOOD if v["type"] <= most and other not in v["name"]]
    option = ("--generation", generation)
    told = alphapulse("protocol", "decode", *option, lines_in(tmp_path, *chosen))
    assert told.returncode == 0
    again = alphapulse("protocol", "encode", *option, lines_in(tmp_path, told.stdout))
    assert again.stdout.split() == chosen


@pytest.mark.skipif(not BAD, reason=vectors.ABSENT)
def test_every_malformed_frame_is_an_error_and_what_old_readers_accept_is_none(tmp_path):
    done = alphapulse("protocol", "decode", lines_in(tmp_path, *(v["hex"] for v in BAD)))
    is_error = ["error" in json.loads(line) for line in done.stdout.splitlines()]
    assert is_error == [vector["name"] != "flags_ff" for vector in BAD]


def test_standard_input_is_read_where_a_file_would_be_even_when_it_is_no_text():
    ended = subprocess.run(
        [sys.executable, "-m", "ops.cli.main", "protocol", "decode", "-"],
        input=TRADE.encode() + b"\n\xff\xfe\n",
        capture_output=True,
        check=False,
    )
    good, bad = map(json.loads, ended.stdout.splitlines())
    assert (ended.returncode, good, set(bad)) == (1, TOLD, {"error"})


def test_a_file_that_is_not_there_is_refused_in_one_sentence(tmp_path):
    done = alphapulse("protocol", "decode", str(tmp_path / "nothing"))
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_symbols_are_hashed_one_a_line():
    done = alphapulse("protocol", "hash", "coinbase:BTC-USD", "")
    assert done.stdout.split() == ["16842681295735137662", str(v1.symbol_hash(""))]


def test_the_document_is_printed():
    assert alphapulse("protocol", "docs").stdout == manual()
