"""Wire segments: whole frames on disk, a digest for each file, torn ends cut off."""

from __future__ import annotations

import errno
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InputRefused, StorageFailed
from live.recorder import segments
from live.recorder.segments import (
    ROTATE_AFTER_BYTES,
    ROTATE_AFTER_NS,
    SegmentLog,
    describe,
    leftovers,
    read_segment,
    seal_part,
    sealed_since,
)


def a_log(root, next_frame: int = 0) -> SegmentLog:
    return SegmentLog(root, root / "wire" / "market", "market", next_frame)


def sealed(log: SegmentLog):
    [part] = log.detach()
    return log.seal(part)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.binary(max_size=30), min_size=1, max_size=5), min_size=1, max_size=6))
def test_what_is_written_is_read_back_with_its_times(tmp_path_factory, batches):
    root = tmp_path_factory.mktemp("d")
    log = a_log(root, 40)
    for n, batch in enumerate(batches):
        log.append(batch, 100 + n)
    segment = sealed(log)
    path = root / segment.path
    written = [(100 + n, frame) for n, batch in enumerate(batches) for frame in batch]
    assert list(read_segment(path)) == written
    assert (segment.first_frame, segment.last_frame) == (40, 39 + len(written))
    assert (segment.frames, segment.size_bytes) == (len(written), path.stat().st_size)
    assert (segment.first_ns, segment.last_ns) == (100, 99 + len(batches))
    assert segment.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_is_due_when_old_or_large_and_not_before(tmp_path):
    log = a_log(tmp_path)
    assert not log.is_due(10**20)
    log.append([b"x"], 1000)
    assert not log.is_due(1000 + ROTATE_AFTER_NS - 1)
    assert log.is_due(1000 + ROTATE_AFTER_NS)
    log.append([bytes(ROTATE_AFTER_BYTES)], 1001)
    assert log.is_due(1001)
    log.detach()


def test_indexes_run_on_from_file_to_file(tmp_path):
    log = a_log(tmp_path)
    log.append([b"a", b"b"], 1)
    first = sealed(log)
    log.append([b"c"], 2)
    second = sealed(log)
    assert (first.last_frame, second.first_frame, second.last_frame) == (1, 2, 2)
    assert log.detach() == []


def test_a_torn_end_is_cut_at_the_last_whole_frame(tmp_path):
    log = a_log(tmp_path)
    log.append([b"first", b"second"], 1)
    [part] = log.detach()
    whole = part.read_bytes()
    for cut in range(len(whole) - 1, len(whole) - 10, -1):
        part.write_bytes(whole[:cut])
        segment = seal_part(part, tmp_path, "market")
        assert list(read_segment(tmp_path / segment.path)) == [(1, b"first")]
        (tmp_path / segment.path).rename(part)


def test_what_a_killed_recorder_left_is_found(tmp_path):
    log = a_log(tmp_path)
    log.append([b"a"], 1)
    sealed(log)
    log.append([b"b"], 2)
    folder = tmp_path / "wire" / "market"
    assert [path.name for path in leftovers(folder)] == ["000000000001.part"]
    assert [path.name for path in sealed_since(folder, 0)] == ["000000000000.seg"]
    assert sealed_since(folder, 1) == []
    log.detach()


def test_a_full_disk_costs_the_frames_that_did_not_fit_and_no_others(tmp_path, monkeypatch):
    log = a_log(tmp_path)
    log.append([b"kept"], 1)
    with monkeypatch.context() as patched:
        patched.setattr(segments, "_write_all", full_after_five_bytes)
        with pytest.raises(StorageFailed, match="make room"):
            log.append([b"lost", b"too"], 2)
    log.append([b"later"], 3)
    first, second = [log.seal(part) for part in log.detach()]
    assert list(read_segment(tmp_path / first.path)) == [(1, b"kept")]
    assert list(read_segment(tmp_path / second.path)) == [(3, b"later")]
    assert (first.last_frame, second.first_frame) == (0, 3), "lost frames keep their index"


def test_a_file_that_could_not_even_begin_is_not_left_behind(tmp_path, monkeypatch):
    log = a_log(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(segments, "_write_all", full_after_five_bytes)
        with pytest.raises(StorageFailed):
            log.append([b"lost"], 2)
    assert log.detach() == []
    assert leftovers(tmp_path / "wire" / "market") == []


def full_after_five_bytes(file, data) -> None:
    file.write(bytes(data)[:5])
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("data", [b"", b"not a segment", segments.MAGIC + b"torn"])
def test_what_is_no_segment_is_refused(tmp_path, data):
    path = tmp_path / "000000000000.seg"
    path.write_bytes(data)
    with pytest.raises(InputRefused):
        list(read_segment(path))
    with pytest.raises(InputRefused):
        describe(path, tmp_path, "market")
