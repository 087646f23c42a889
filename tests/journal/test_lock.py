"""One writer a journal."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from domain.errors import JournalBusy, StorageFailed
from journal.lock import WriterLock

HOLD = """
import sys
from pathlib import Path
from journal.lock import WriterLock
lock = WriterLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_writer_is_refused_with_the_pid_of_the_first(tmp_path):
    path = tmp_path / "writer.lock"
    lock = WriterLock(path)
    with pytest.raises(JournalBusy) as refused:
        WriterLock(path)
    assert refused.value.context["pid"] == str(os.getpid())
    lock.release()
    WriterLock(path).release()


def test_a_killed_writer_leaves_no_lock_behind(tmp_path):
    path = tmp_path / "writer.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(JournalBusy, match=str(holder.pid)):
            WriterLock(path)
        holder.kill()
        holder.wait()
    WriterLock(path).release()


def test_releasing_twice_takes_nothing_from_the_next_who_holds_it(tmp_path):
    path = tmp_path / "writer.lock"
    lock = WriterLock(path)
    lock.release()
    following = WriterLock(path)
    lock.release()
    with pytest.raises(JournalBusy):
        WriterLock(path)
    following.release()


def test_a_lock_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed):
        WriterLock(tmp_path / "file" / "writer.lock")
