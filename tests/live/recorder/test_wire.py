"""Keeping a channel, and taking over where a killed recorder stopped."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import StorageFailed
from live.protocol import v1
from live.recorder.segments import ROTATE_AFTER_NS, SegmentLog, read_segment
from live.recorder.wire import WireKeeper, open_channel
from tests.kit.clock import noon_clock
from tests.kit.homes import a_home


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path)


def frames(*sequences: int) -> list[v1.Frame]:
    raw = b"".join(v1.encode(v1.Heartbeat(1, n), n) for n in sequences)
    return v1.Decoder().feed(raw)


async def said(*batches):
    for batch in batches:
        yield batch


class Kept:
    """What a keeper was told to journal, and what it said of the disk."""

    def __init__(self) -> None:
        self.segments = []
        self.storage = []

    async def keep(self, segment) -> None:
        self.segments.append(segment)


def a_keeper(log, clock, kept: Kept) -> WireKeeper:
    return WireKeeper("market", log, clock, kept.keep, kept.storage.append)


def test_a_subscription_becomes_segments_that_hold_every_frame(home):
    async def scenario() -> Kept:
        clock, kept = noon_clock(), Kept()
        log, unvouched = open_channel(home, "market", 0)
        keeper = a_keeper(log, clock, kept)
        await keeper.keep(said([], frames(1, 2)))
        clock.wind(ROTATE_AFTER_NS)
        await keeper.keep(said(frames(3)))
        await keeper.keep(said(frames(4)))
        await keeper.seal_if_due()
        await keeper.seal()
        await keeper.seal()
        assert unvouched == []
        return kept

    kept = asyncio.run(scenario())
    assert [(s.first_frame, s.last_frame) for s in kept.segments] == [(0, 2), (3, 3)]
    raw = [frame for s in kept.segments for _ns, frame in read_segment(home.root / s.path)]
    assert raw == [frame.raw for frame in frames(1, 2, 3, 4)]
    assert set(kept.storage) == {None}


def test_a_full_disk_costs_frames_and_not_the_keeper(home):
    class FullLog(SegmentLog):
        def append(self, frames, received_ns):
            raise StorageFailed("make room")

    async def scenario() -> Kept:
        kept = Kept()
        log = FullLog(home.root, home.wire / "market", "market", 0)
        await a_keeper(log, noon_clock(), kept).keep(said(frames(1), frames(2)))
        return kept

    assert [str(failure) for failure in asyncio.run(scenario()).storage] == ["make room"] * 2


def test_a_quiet_channel_writes_nothing(home):
    async def scenario() -> Kept:
        kept = Kept()
        log, _unvouched = open_channel(home, "market", 0)
        keeper = a_keeper(log, noon_clock(), kept)
        await keeper.keep(said([], []))
        await keeper.seal()
        return kept

    assert asyncio.run(scenario()).segments == []


def test_the_next_recorder_vouches_for_what_the_killed_one_left(home):
    log, _unvouched = open_channel(home, "market", 0)
    log.append([b"sealed"], 1)
    [part] = log.detach()
    sealed = log.seal(part)  # sealed, but killed before its fact was journalled
    log.append([b"open"], 2)
    (home.wire / "market" / "000000000009.part").write_bytes(b"APWIRE1\n")  # begun, no frame

    again, unvouched = open_channel(home, "market", 0)
    assert [(s.first_frame, s.last_frame) for s in unvouched] == [(0, 0), (1, 1)]
    assert unvouched[0] == sealed
    assert again.next_frame == 2
    assert open_channel(home, "market", 2)[1] == []
    assert not list((home.wire / "market").glob("*.part"))
    log.detach()


def test_a_folder_that_cannot_be_read_is_a_storage_failure(home):
    (home.wire / "market").mkdir(parents=True)
    (home.wire / "market" / "000000000000.seg").mkdir()
    with pytest.raises(StorageFailed):
        open_channel(home, "market", 0)
