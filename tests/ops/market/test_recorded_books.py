"""Recorded feeds are rebuilt with every proof the exchanges gave; a line removed is noticed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.feed import Standing, Unknown
from domain.market.feeds import Feeds
from domain.market.word import BookKey, BookSaid
from domain.venues.catalog import DIALECTS
from ops.market.book_replay import details, replay_recording, report
from ops.market.recording import Form, Line, read_recording

SHARED = Path(__file__).parents[4] / "shared" / "data" / "cex_l2"


class Recorded(NamedTuple):
    """A recording of the shared data."""

    venue: str
    frames: str
    answers: str = ""


RECORDED = {
    "KRAKEN.ws.50.0": Recorded("kraken", "KRAKEN.ws.50.0.gz"),
    "OKX.ws.1.0": Recorded("okx", "OKX.ws.1.0.gz"),
    "BINANCE_US": Recorded("binance", "BINANCE_US.ws.1.0.gz", "BINANCE_US.http.0.0.gz"),
}
recorded = pytest.mark.parametrize("name", RECORDED)


def shared(file: str) -> Path:
    path = SHARED / file
    if not path.exists():
        pytest.skip("the recorded exchange feeds are not on this machine")
    return path


def expected(name: str) -> dict[str, int]:
    return json.loads(shared("expected.json").read_text())[name]


def reported(name: str) -> dict[str, object]:
    venue, frames, answers = RECORDED[name]
    path = shared(answers) if answers else None
    replay = replay_recording(DIALECTS[venue], shared(frames), path)
    return report(replay) | details(replay)


def test_every_checksum_of_krakens_recording_matches():
    told, true = reported("KRAKEN.ws.50.0"), expected("KRAKEN.ws.50.0")
    assert told["symbols"] == true["instruments"]
    assert told["snapshots"] == true["snapshots"]
    assert told["updates"] == true["level_updates"]
    assert told["checks"] == true["exchange_crc32_checks"] == true["must_match"]
    assert (told["mismatches"], told["gaps"], told["unknown"]) == (0, 0, [])


def test_every_checksum_of_okxs_recording_matches():
    told, true = reported("OKX.ws.1.0"), expected("OKX.ws.1.0")
    assert told["symbols"] == true["instruments"]
    assert told["snapshots"] == true["snapshots"]
    assert told["updates"] == true["level_updates"]
    assert told["checks"] == true["exchange_crc32_checks"] == true["must_match"]
    assert (told["mismatches"], told["gaps"], told["unknown"]) == (0, 0, [])


def test_every_link_and_best_price_of_binances_recording_matches():
    told, true = reported("BINANCE_US"), expected("BINANCE_US")
    assert told["symbols"] == told["snapshots"] == true["symbols"] == true["sync_ok"]
    assert told["sequence_links"] == true["U_chain_links"]
    assert told["messages_applied"] == true["applied"]
    assert told["messages_in_snapshot"] == true["dropped_before_snapshot"]
    assert told["gaps"] == true["chain_breaks"]
    assert told["bbo_checks"] == true["bbo_same_update_id"]
    assert told["bbo_mismatches"] == 0
    assert told["bbo_last_checks"] == true["bbo_last_le_u"]
    assert told["bbo_last_mismatches"] == 0
    assert told["unknown"] == []


@cache
def lines_of(name: str) -> list[Line]:
    """Read a recording with its answers in their places."""
    _, frames, answers = RECORDED[name]
    lines = list(read_recording(shared(frames)))
    if answers:
        lines += [line for line in read_recording(shared(answers)) if line.url]
    return sorted(lines, key=lambda line: line.at_ns)


@cache
def books_of(name: str) -> dict[BookKey, list[Line]]:
    """Share the lines out by book; those about none are left out."""
    dialect = DIALECTS[RECORDED[name].venue]
    books: dict[BookKey, list[Line]] = {}
    for line in lines_of(name):
        words = dialect.parse(line.text) if line.form is Form.HEARD else []
        words += dialect.parse_answer(line.url, line.text) if line.form is Form.ANSWERED else []
        for word in words:
            if isinstance(word, BookSaid):
                books.setdefault(word.key, []).append(line)
    return books


def heard(feeds: Feeds, line: Line) -> None:
    if line.form is Form.ANSWERED:
        feeds.hear_answer(line.url, line.text, line.at_ns)
    else:
        feeds.hear(line.text, line.at_ns)


@recorded
@given(data=st.data())
def test_with_a_line_removed_nothing_can_be_read_that_is_not_true(name, data):
    dialect = DIALECTS[RECORDED[name].venue]
    books = books_of(name)
    key = data.draw(st.sampled_from(sorted(books)))
    removed = data.draw(st.integers(0, len(books[key]) - 1))
    whole, lacking = Feeds(dialect), Feeds(dialect)
    for at, line in enumerate(books[key]):
        heard(whole, line)
        if at == removed:
            continue
        heard(lacking, line)
        believed, true = lacking.read(key), whole.read(key)
        if not isinstance(believed, Unknown) and not isinstance(true, Unknown):
            deep = dialect.proved_levels or None
            assert believed.bids[:deep] == true.bids[:deep]
            assert believed.asks[:deep] == true.asks[:deep]


@recorded
@given(data=st.data())
def test_a_removed_line_that_matters_is_noticed(name, data):
    """It matters where the proof reaches: the best price, unless no later message tells of it."""
    dialect = DIALECTS[RECORDED[name].venue]
    books = books_of(name)
    key = data.draw(st.sampled_from(sorted(books)))
    lines, tops = books[key], []
    whole = Feeds(dialect)
    for line in lines:
        heard(whole, line)
        book = whole.read(key)
        tops.append(None if isinstance(book, Unknown) else (book.bids[:1], book.asks[:1]))
    matters = [at for at in range(1, len(lines) - 1) if tops[at - 1] != tops[at] == tops[at + 1]]
    if not matters:
        return
    removed = data.draw(st.sampled_from(matters))
    lacking = Feeds(dialect)
    for at, line in enumerate(lines):
        if at != removed:
            heard(lacking, line)
    assert not lacking.tally.is_proved or lacking.keys(Standing.WAITING)


@given(data=st.data())
def test_a_line_removed_from_a_chain_is_noticed_wherever_it_was(data):
    books = books_of("BINANCE_US")
    key = data.draw(st.sampled_from(sorted(books)))
    changes = [at for at, line in enumerate(books[key]) if line.form is Form.HEARD]
    removed = data.draw(st.sampled_from(changes[1:-1]))
    lacking = Feeds(DIALECTS["binance"])
    for at, line in enumerate(books[key]):
        if at != removed:
            heard(lacking, line)
    assert lacking.tally.gaps == 1
    assert isinstance(lacking.read(key), Unknown)
