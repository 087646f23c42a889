"""A recording told by each venue's teller is replayed, and whatever is wrong with it is told."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from domain.errors import InputRefused
from domain.venues.catalog import DIALECTS
from ops.market.book_replay import Replay, details, replay_recording, report, sentences
from tests.kit.teller import Item, Step, Teller
from tests.kit.tellers import TELLERS, binance, coinbase, kraken_v1

CONNECTION = "wss://x"
STEPS = [Step("AB", {16: 2}, {61: 1}), Step("CD", {6: 1}, {}), Step("AB", {16: 0}, {})]


def counted(replay: Replay) -> dict[str, object]:
    return report(replay) | details(replay)


def recording(tmp_path: Path, name: str, *items: Item | str, packed: bool = False) -> Path:
    """Record what a teller told, or lines as they are."""
    lines = [f"{CONNECTION} <-> 1.0", f'{CONNECTION} <- 1.1: {{"op":"subscribe"}}', ""]
    for at, item in enumerate(items, start=2):
        if isinstance(item, str):
            lines.append(item)
        elif item.url:
            lines.append(f"{item.url} -> {at}.25: {item.text}")
        else:
            lines.append(f"{at}.25: {item.text}")
    text = "\n".join([*lines, "", ""]).encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(text) if packed else text)
    return path


@pytest.mark.parametrize("name", TELLERS)
@pytest.mark.parametrize("packed", [False, True])
def test_every_venues_recording_is_replayed(tmp_path, name, packed):
    venue, teller = TELLERS[name]
    path = recording(tmp_path, "frames", "2.0: pong", *teller().story(STEPS), packed=packed)
    replayed = replay_recording(DIALECTS[venue], path)
    told = counted(replayed)
    assert replayed.is_proved
    assert (told["venue"], told["symbols"], told["snapshots"]) == (venue, 2, 2)
    assert (told["messages_applied"], told["updates"]) == (3, 4)
    assert told["checks"] or told["sequence_links"]
    assert list(sentences(replayed)) == []


def test_answers_of_another_file_are_taken_in_at_their_times(tmp_path):
    story = binance().story(STEPS, snapshots_at=[1])
    answers = [item if item.url else "9.9: frame" for item in story]
    frames = ["9.9: pong" if item.url else item for item in story]
    replayed = replay_recording(
        DIALECTS["binance"],
        recording(tmp_path, "frames", *frames),
        recording(tmp_path, "answers", *answers),
    )
    assert replayed.is_proved
    assert counted(replayed)["messages_in_snapshot"] == 1


def test_a_book_without_its_snapshot_is_said_to_be_unknown(tmp_path):
    story = [item for item in binance().story(STEPS) if not item.url]
    replayed = replay_recording(DIALECTS["binance"], recording(tmp_path, "frames", *story))
    assert not replayed.is_proved
    assert counted(replayed)["unknown"] == ["AB depth", "CD depth"]
    assert len([said for said in sentences(replayed) if "--snapshot" in said]) == 2


def test_a_break_is_told_with_its_time_and_reason(tmp_path):
    teller = kraken_v1()
    story = teller.story(STEPS)
    lost = Step("AB", {21: 3}, {})
    teller.change(lost)
    path = recording(tmp_path, "frames", *story, teller.change(STEPS[0]))
    replayed = replay_recording(DIALECTS["kraken"], path)
    (said,) = sentences(replayed)
    assert said.startswith("AB book is unknown from 1970-01-01T00:00:07.250000000Z on: the venue's")
    assert counted(replayed)["reasons"] == {"checksum": 1}
    assert counted(replayed)["unknown"] == ["AB book"]


def test_a_book_that_breaks_again_before_its_snapshot_is_told_once(tmp_path):
    teller = TELLERS["bybit"][1]()
    story = teller.story(STEPS)
    for _ in range(2):
        teller.change(STEPS[0])
        story.append(teller.change(STEPS[0]))
    replayed = replay_recording(DIALECTS["bybit"], recording(tmp_path, "frames", *story))
    assert counted(replayed)["gaps"] == 2
    assert len(list(sentences(replayed))) == 1


def test_a_connection_made_anew_begins_with_new_snapshots(tmp_path):
    first, second = coinbase(), coinbase()
    path = recording(
        tmp_path,
        "frames",
        *first.story(STEPS),
        f"{CONNECTION} <-> 9.0",
        *second.story(STEPS),
    )
    replayed = replay_recording(DIALECTS["coinbase"], path)
    assert replayed.is_proved
    assert counted(replayed)["reasons"] == {"reconnected": 2}


def test_lines_of_no_form_are_counted(tmp_path):
    path = recording(tmp_path, "frames", *kraken_v1().story(STEPS), "<html>", "</html>")
    assert counted(replay_recording(DIALECTS["kraken"], path))["strange_lines"] == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: line.replace(":", ";", 1),
        lambda line: "x" + line,
        lambda line: line.replace("{", "", 1),
        lambda line: line[:-4],
        lambda line: line.replace('"', "", 1),
    ],
)
@pytest.mark.parametrize("name", TELLERS)
def test_a_damaged_message_is_noticed_wherever_it_is(tmp_path, name, damage):
    venue, teller = TELLERS[name]
    story = [f"{at}.5: {item.text}" for at, item in enumerate(teller().story(STEPS), start=2)]
    asked = teller().is_snapshot_asked
    answers = [item for item in teller().story(STEPS) if item.url] if asked else []
    story[-1] = damage(story[-1])
    replayed = replay_recording(DIALECTS[venue], recording(tmp_path, "x", *answers, *story))
    assert not replayed.is_proved
    assert list(sentences(replayed))


def test_a_recording_that_breaks_off_within_its_last_line_proves_what_came_before(tmp_path):
    path = recording(tmp_path, "frames", *kraken_v1().story(STEPS))
    path.write_bytes(path.read_bytes().rstrip()[:-9])
    replayed = replay_recording(DIALECTS["kraken"], path)
    assert replayed.is_proved
    assert list(sentences(replayed)) == [
        "the recording breaks off within its last line, which was left out"
    ]
    assert report(replayed)["checks"] == 2


@pytest.mark.parametrize("name", ["binance", "binance-futures"])
def test_a_chain_that_begins_anew_with_a_connection_is_no_gap(tmp_path, name):
    venue, teller = TELLERS[name]
    first = teller()
    story = first.story(STEPS)
    for symbol in ("AB", "CD"):
        first.next_number(symbol, by=50)
    again = first.story(STEPS, snapshots_at=[1])
    path = recording(tmp_path, "frames", *story, f"{CONNECTION} <-> 9.0", *again)
    replayed = replay_recording(DIALECTS[venue], path)
    assert replayed.is_proved
    assert report(replayed)["gaps"] == 0
    assert report(replayed)["snapshots"] == 4
    path = recording(tmp_path, "frames", *story, *again)
    assert report(replay_recording(DIALECTS[venue], path))["gaps"] == 2


def test_a_book_that_was_never_said_again_after_a_connection_is_not_proved(tmp_path):
    path = recording(tmp_path, "frames", *kraken_v1().story(STEPS), f"{CONNECTION} <-> 9.0")
    replayed = replay_recording(DIALECTS["kraken"], path)
    assert not replayed.is_proved
    assert counted(replayed)["unknown"] == ["AB book", "CD book"]


@pytest.mark.parametrize("venue", DIALECTS)
def test_a_recording_of_another_venue_is_refused(tmp_path, venue):
    path = recording(tmp_path, "frames", "2.0: pong", '3.0: {"event":"heartbeat"}')
    with pytest.raises(InputRefused, match="check --venue"):
        replay_recording(DIALECTS[venue], path)


def test_two_channels_of_one_symbol_are_two_books_of_one_symbol(tmp_path):
    story = Teller(TELLERS["bybit"][1]().says, "orderbook.50").story([STEPS[0]])
    other = [
        item._replace(text=item.text.replace("orderbook.50", "orderbook.200")) for item in story
    ]
    replayed = replay_recording(DIALECTS["bybit"], recording(tmp_path, "frames", *story, *other))
    assert counted(replayed)["symbols"] == 2
    assert len(replayed.feeds.keys()) == 4
