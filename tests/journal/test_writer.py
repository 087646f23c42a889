"""The writer: durable, idempotent, all or nothing, one at a time."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import JournalBusy, JournalConflict, StorageFailed
from domain.home import DeskHome
from journal.reader import JournalReader
from journal.record import GENESIS_HASH
from journal.writer import CORRECTION_NS, JournalWriter, recorded_after
from tests.kit.clock import NOON_NS, noon_clock
from tests.kit.facts import a_mark, an_entry, sample_facts
from tests.kit.homes import a_home

STREAM = """
import sys
from pathlib import Path
from domain.home import DeskHome
from journal.writer import JournalWriter
from tests.kit.clock import noon_clock
from tests.kit.facts import a_mark, an_entry
writer = JournalWriter(DeskHome(Path(sys.argv[1])), noon_clock())
for n in range(1_000_000):
    seqs = writer.append([an_entry(a_mark(2 * n)), an_entry(a_mark(2 * n + 1))])
    print(seqs[-1], flush=True)
"""

UNTIL_THE_DISK_IS_FULL = """
import resource, signal, sys
from pathlib import Path
from domain.errors import StorageFailed
from domain.home import DeskHome
from journal.writer import JournalWriter
from tests.kit.clock import noon_clock
from tests.kit.facts import a_mark, an_entry
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writer = JournalWriter(DeskHome(Path(sys.argv[1])), noon_clock())
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
acked = 0
try:
    for n in range(1_000_000):
        writer.append([an_entry(a_mark(10 * n + i)) for i in range(10)])
        acked += 10
except StorageFailed as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(acked, writer.append([an_entry(a_mark(5_000_000))]))
writer.close()
"""


def run_script(script: str, home: DeskHome) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(home.root)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
    )


def read_all(home: DeskHome) -> list:
    with JournalReader(home.journal_db) as reader:
        reader.verify()
        return reader.read(limit=1_000_000)


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path)


@pytest.fixture
def writer(home):
    with JournalWriter(home, noon_clock()) as opened:
        yield opened


def test_every_kind_is_kept_and_read_back(home, writer):
    facts = list(sample_facts().values())
    assert writer.append([an_entry(f) for f in facts]) == list(range(1, len(facts) + 1))
    assert [record.fact() for record in read_all(home)] == facts


def test_a_record_keeps_what_was_known_about_the_fact(home, writer):
    writer.append([an_entry(observed_ns=7, correlation_id="opp", causation_id="cause", venue_ns=5)])
    [record] = read_all(home)
    known = (record.observed_ns, record.correlation_id, record.causation_id, record.venue_ns)
    assert known == (7, "opp", "cause", 5)
    assert (record.recorded_ns, record.prev_hash) == (NOON_NS, GENESIS_HASH)


def test_a_fact_written_twice_is_written_once(home, writer):
    assert writer.append([an_entry(a_mark(1)), an_entry(a_mark(2))]) == [1, 2]
    again = an_entry(a_mark(1), observed_ns=NOON_NS + 5)
    assert writer.append([an_entry(a_mark(3)), again, an_entry(a_mark(3))]) == [3, 1, 3]
    assert len(read_all(home)) == 3


def test_other_content_under_one_id_is_a_conflict_and_nothing_of_the_batch_is_kept(home, writer):
    writer.append([an_entry(a_mark(1))])
    with pytest.raises(JournalConflict) as conflict:
        writer.append([an_entry(a_mark(2)), an_entry(a_mark(1, mark_e6=5))])
    assert conflict.value.context["seq"] == 1
    assert len(read_all(home)) == 1


def test_a_conflict_inside_a_batch_is_found_too(home, writer):
    with pytest.raises(JournalConflict):
        writer.append([an_entry(a_mark(1)), an_entry(a_mark(1, mark_e6=5))])
    assert read_all(home) == []


def test_groups_share_a_commit_and_fall_alone(home, writer):
    good, bad = [an_entry(a_mark(1))], [an_entry(a_mark(2)), an_entry(a_mark(1, mark_e6=5))]
    first, second, third = writer.append_groups([good, bad, [an_entry(a_mark(3))]])
    assert (first, third) == ([1], [2])
    assert isinstance(second, JournalConflict)
    assert [record.fact() for record in read_all(home)] == [a_mark(1), a_mark(3)]


@given(st.integers(0, 2**62), st.integers(0, 2**62))
def test_nothing_is_recorded_before_what_it_follows_unless_that_was_dated_wrong(last_ns, now_ns):
    recorded_ns = recorded_after(last_ns, now_ns)
    assert recorded_ns in (last_ns, now_ns)
    assert recorded_ns >= now_ns
    assert recorded_ns >= last_ns or last_ns > now_ns + CORRECTION_NS


@given(st.integers(0, 2**62), st.integers(0, CORRECTION_NS))
def test_a_clock_that_was_corrected_dates_nothing_back(last_ns, back_ns):
    assert recorded_after(last_ns, last_ns - back_ns) == last_ns


def test_nothing_handed_in_is_nothing_written(writer):
    assert writer.append([]) == []


def test_a_second_writer_is_refused_in_one_sentence(home, writer):
    with pytest.raises(JournalBusy) as refused:
        JournalWriter(home, noon_clock())
    assert f"pid={os.getpid()}" in str(refused.value)


def test_a_writer_goes_on_where_the_last_one_stopped(home, writer):
    writer.append([an_entry(a_mark(1))])
    writer.close()
    with JournalWriter(home, noon_clock()) as next_writer:
        assert next_writer.append([an_entry(a_mark(2))]) == [2]
    assert len(read_all(home)) == 2


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 8), max_size=5), max_size=8))
def test_any_interleaving_of_repeats_keeps_each_fact_once(tmp_path_factory, batches):
    home = a_home(tmp_path_factory.mktemp("d"))
    with JournalWriter(home, noon_clock()) as writer:
        for batch in batches:
            writer.append([an_entry(a_mark(n)) for n in batch])
    kept = [record.fact() for record in read_all(home)]
    assert kept == [a_mark(n) for n in dict.fromkeys(n for batch in batches for n in batch)]


def test_a_killed_writer_loses_nothing_it_acknowledged(home):
    with run_script(STREAM, home) as process:
        assert process.stdout is not None
        acked = [int(process.stdout.readline()) for _ in range(100)]
        process.kill()
        acked += [int(line) for line in process.stdout if line.endswith("\n")]
    records = read_all(home)
    assert process.returncode == -signal.SIGKILL
    assert acked[-1] <= len(records)
    assert len(records) % 2 == 0, "half a batch was kept"
    assert [r.fact() for r in records] == [a_mark(n) for n in range(len(records))]
    with JournalWriter(home, noon_clock()) as writer:
        assert writer.append([an_entry(a_mark(0))]) == [1]


def test_a_full_disk_is_one_sentence_and_nothing_half_written(home):
    with run_script(UNTIL_THE_DISK_IS_FULL, home) as process:
        assert process.stdout is not None
        sentence, last = process.stdout.read().splitlines()
    acked, seq = last.split(" ", 1)
    assert "make room" in sentence
    records = read_all(home)
    assert (len(records), seq) == (int(acked) + 1, f"[{int(acked) + 1}]")
    assert records[-1].fact() == a_mark(5_000_000)


def test_a_store_at_its_limit_refuses_whole_batches(home, writer):
    pages = writer._connection.execute("pragma page_count").fetchone()[0]
    writer._connection.execute(f"pragma max_page_count = {pages + 2}")
    kept = fill(writer)
    assert len(read_all(home)) == kept
    with pytest.raises(StorageFailed):
        writer.append([an_entry(a_mark(n)) for n in range(90_000, 90_100)])
    assert len(read_all(home)) == kept


def fill(writer: JournalWriter) -> int:
    for n in range(1000):
        try:
            writer.append([an_entry(a_mark(10 * n + i)) for i in range(10)])
        except StorageFailed:
            return 10 * n
    raise AssertionError("the store never filled up")


def test_a_fact_with_any_text_survives(home, writer):
    odd = '\x00 \u2028 \U0001f40b " \\ \x7f'
    writer.append([an_entry(msgspec.structs.replace(a_mark(1), policy=odd))])
    assert read_all(home)[0].fact().policy == odd


def test_limits_of_this_process_are_untouched():
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
