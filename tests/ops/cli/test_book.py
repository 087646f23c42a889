"""`alphapulse book replay` as a stranger meets it."""

import json

import pytest

from domain.venues.catalog import DIALECTS
from ops.cli.book import Venue
from tests.kit.command import alphapulse
from tests.kit.teller import Step
from tests.kit.tellers import binance, kraken_v1

FIELDS = [
    "venue",
    "symbols",
    "snapshots",
    "updates",
    "checks",
    "mismatches",
    "gaps",
    "sequence_links",
    "bbo_checks",
    "bbo_mismatches",
]
STEPS = [Step("AB", {16: 2}, {}), Step("CD", {6: 1}, {}), Step("AB", {11: 1}, {})]


def written(tmp_path, name, lines):
    path = tmp_path / name
    path.write_text("\n".join(lines))
    return str(path)


def frames(items):
    return [f"{at}.5: {item.text}" for at, item in enumerate(items) if not item.url]


def test_the_names_on_the_command_line_are_those_of_the_dialects():
    assert {venue.value for venue in Venue} == set(DIALECTS)


def test_a_proved_recording_is_reported_as_one_object(tmp_path):
    path = written(tmp_path, "recording", frames(kraken_v1().story(STEPS)))
    done = alphapulse("book", "replay", "--venue", "kraken", path)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert list(told) == FIELDS
    assert [told[field] for field in FIELDS] == ["kraken", 2, 2, 3, 3, 0, 0, 0, 0, 0]


def test_whatever_else_was_counted_is_printed_where_asked_for(tmp_path):
    path = written(tmp_path, "recording", frames(kraken_v1().story(STEPS)))
    done = alphapulse("book", "replay", "--venue", "kraken", "--details", path)
    told = json.loads(done.stdout)
    assert list(told)[: len(FIELDS)] == FIELDS
    assert told["proved_levels"] == 10


def test_a_line_removed_is_noticed(tmp_path):
    lines = frames(kraken_v1().story(STEPS))
    del lines[2]
    done = alphapulse("book", "replay", "--venue", "kraken", written(tmp_path, "x", lines))
    assert done.returncode == 1
    assert json.loads(done.stdout)["mismatches"] == 1
    assert done.stderr.startswith("AB book is unknown from 1970-01-01T00:00:04.500000000Z on: ")


def test_snapshots_come_from_a_file_of_answers(tmp_path):
    story = binance().story(STEPS)
    answers = [f"{item.url} -> 0.5: {item.text}" for item in story if item.url]
    done = alphapulse(
        "book",
        "replay",
        "--venue",
        "binance",
        "--snapshot",
        written(tmp_path, "answers", answers),
        written(tmp_path, "frames", frames(story)),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["snapshots"] == 2


@pytest.mark.parametrize("lines", [[], ["hello"], ['{"a": 1}'], ["1.5: pong"], ['1.5: {"a":']])
def test_a_malformed_file_is_refused_in_one_sentence(tmp_path, lines):
    done = alphapulse("book", "replay", "--venue", "okx", written(tmp_path, "x", lines))
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_file_is_refused_in_one_sentence(tmp_path):
    done = alphapulse("book", "replay", "--venue", "okx", str(tmp_path / "none"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "does not exist" in done.stderr
