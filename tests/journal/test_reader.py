"""The reader: pages after a cursor, and the proof that nothing was changed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import ConfigRefused, JournalTampered
from journal.reader import JournalReader
from journal.record import GENESIS_HASH
from journal.writer import JournalWriter
from tests.kit.clock import noon_clock
from tests.kit.facts import a_mark, an_entry, fact
from tests.kit.homes import a_home


def a_mixed_journal(home, size: int) -> None:
    """Every third fact is a halt, every third an alert, the rest are marks."""
    entries = [
        an_entry(
            (
                fact("order.halt", cause_id=str(n)),
                fact("alert.raised", raised_ns=n),
                a_mark(n),
            )[n % 3]
        )
        for n in range(size)
    ]
    with JournalWriter(home, noon_clock()) as writer:
        writer.append(entries)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    home = a_home(tmp_path_factory.mktemp("mixed"))
    a_mixed_journal(home, 90)
    return home.journal_db


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 100),
    st.none() | st.sets(st.sampled_from(["order.halt", "alert.raised", "market.mark", "none"])),
    st.integers(0, 50),
    st.none() | st.integers(0, 100),
)
def test_a_page_is_what_filtering_everything_would_give(mixed, after, kinds, limit, until):
    with JournalReader(mixed) as reader:
        everything = reader.read()
        wanted = [
            record
            for record in everything
            if record.seq > after
            and (until is None or record.seq <= until)
            and (kinds is None or record.kind in kinds)
        ][:limit]
        assert reader.read(after, kinds, limit, until) == wanted


def test_reading_page_by_page_misses_and_repeats_nothing(mixed):
    with JournalReader(mixed) as reader:
        seqs, cursor = [], 0
        while page := reader.read(cursor, kinds=["order.halt", "market.mark"], limit=7):
            seqs += [record.seq for record in page]
            cursor = page[-1].seq
    assert seqs == [n + 1 for n in range(90) if n % 3 != 1]


def test_times_are_those_of_the_facts_and_are_read_page_by_page(mixed):
    with JournalReader(mixed) as reader:
        every = [(one.seq, one.recorded_ns) for one in reader.read()]
        assert reader.times() == every
        assert reader.times(7, limit=20) == every[7:27]
        assert reader.times(len(every)) == []


def test_an_empty_journal_has_the_genesis_head(tmp_path):
    home = a_home(tmp_path)
    with JournalWriter(home, noon_clock()), JournalReader(home.journal_db) as reader:
        assert reader.head() == reader.verify() == (0, GENESIS_HASH)
        assert reader.read() == []


def test_an_absent_journal_is_refused(tmp_path):
    with pytest.raises(ConfigRefused):
        JournalReader(a_home(tmp_path).journal_db)


def test_a_reader_sees_what_is_written_after_it_opened_and_does_not_hold_the_writer_up(tmp_path):
    home = a_home(tmp_path)
    with JournalWriter(home, noon_clock()) as writer, JournalReader(home.journal_db) as reader:
        for n in range(1, 20):
            writer.append([an_entry(a_mark(n))])
            assert reader.head()[0] == n
            assert [record.seq for record in reader.read(n - 1)] == [n]


def test_a_reader_works_from_other_threads(mixed):
    with JournalReader(mixed) as reader, ThreadPoolExecutor(4) as pool:
        heads = list(pool.map(lambda _: reader.verify(), range(8)))
    assert len(set(heads)) == 1


def test_reading_does_not_change_the_head(mixed):
    with JournalReader(mixed) as reader:
        assert reader.verify() == reader.head()
        assert reader.head()[0] == 90


def a_flipped_byte(home, at: int) -> None:
    """Change one digit inside a payload on the disk, under the engine's feet."""
    raw = bytearray(home.journal_db.read_bytes())
    raw[at] ^= 0x01
    home.journal_db.write_bytes(raw)


def test_a_flipped_byte_on_the_disk_is_named_by_its_record(tmp_path):
    home = a_home(tmp_path)
    a_mixed_journal(home, 30)
    at = home.journal_db.read_bytes().index(b'"cause_id":"12"') + len(b'"cause_id":"')
    a_flipped_byte(home, at)
    with JournalReader(home.journal_db) as reader, pytest.raises(JournalTampered) as found:
        reader.verify()
    assert found.value.context["seq"] == 13


def tampered(home, *statements: str) -> JournalReader:
    connection = sqlite3.connect(home.journal_db)
    for trigger in ("fact_is_never_changed", "fact_is_never_deleted"):
        connection.execute(f"drop trigger {trigger}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return JournalReader(home.journal_db)


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("update fact set observed_ns = observed_ns + 1 where seq = 7", 7),
        ("update fact set correlation_id = 'x' where seq = 1", 1),
        ("update fact set venue_ns = 0 where seq = 5", 5),
        ("update fact set hash = prev_hash where seq = 9", 9),
        ("delete from fact where seq = 4", 4),
        ("delete from fact where seq = 1", 1),
    ],
)
def test_a_changed_or_missing_record_is_named(tmp_path, statement, seq):
    home = a_home(tmp_path)
    a_mixed_journal(home, 10)
    with tampered(home, statement) as reader, pytest.raises(JournalTampered) as found:
        reader.verify()
    assert found.value.context["seq"] == seq


def test_a_cut_end_shows_only_against_a_checkpoint(tmp_path):
    home = a_home(tmp_path)
    a_mixed_journal(home, 10)
    with JournalReader(home.journal_db) as reader:
        checkpoint = reader.head()
        earlier = reader.read(limit=5)[-1]
        assert reader.verify((earlier.seq, earlier.hash)) == checkpoint
    with tampered(home, "delete from fact where seq > 6") as reader:
        assert reader.verify()[0] == 6
        with pytest.raises(JournalTampered) as found:
            reader.verify(checkpoint)
        assert found.value.context["seq"] == 7


def test_a_rewritten_history_shows_against_a_checkpoint(tmp_path):
    homes = [a_home(tmp_path / name) for name in "ab"]
    for n, home in enumerate(homes):
        with JournalWriter(home, noon_clock()) as writer:
            writer.append([an_entry(a_mark(n)), an_entry(a_mark(9))])
    with JournalReader(homes[0].journal_db) as ours:
        checkpoint = ours.head()
    with JournalReader(homes[1].journal_db) as forged, pytest.raises(JournalTampered) as found:
        forged.verify(checkpoint)
    assert found.value.context["seq"] == 2


CLOSED_UNDER_A_READ = """
import sys, threading
from pathlib import Path
from journal.reader import JournalReader

reader = JournalReader(Path(sys.argv[1]))
is_read, is_closed = threading.Event(), threading.Event()
pauses = iter([0.05] * 6)

def pause():
    is_read.set()
    is_closed.wait(next(pauses, 0))

def close():
    is_read.wait()
    reader.close()
    is_closed.set()

reader._connection.set_progress_handler(pause, 25)
closer = threading.Thread(target=close)
closer.start()
print(len(reader.read()))
closer.join()
"""
"""The engine is held within its statement, row after row, while another thread closes the file."""


def test_a_reader_closed_by_another_thread_reads_its_page_to_the_end(tmp_path):
    """In a process of its own: one whose file is closed under the engine ends by a signal."""
    home = a_home(tmp_path)
    a_mixed_journal(home, 30)
    ended = subprocess.run(
        [sys.executable, "-c", CLOSED_UNDER_A_READ, str(home.journal_db)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout) == (0, "30\n"), ended.stderr
