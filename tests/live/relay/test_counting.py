"""A reader can tell from the relay's words alone, to the frame, what was meant for it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from domain.layers.messages import Stretch, conserve
from journal.records import SenderCount
from live.protocol import v2
from live.recorder.senders import senders_of
from tests.kit.wire import a_pool_state, an_opportunity
from tests.live.relay.hub_play import Play, of
from tests.live.relay.makers import HeardSink, an_alert

MOVES = st.lists(
    st.tuples(st.sampled_from(["pool", "signal", "alert", "pause", "resume", "second", "want"]),
              st.integers(0, 2)),
    max_size=60,
)  # fmt: skip


def act(play: Play, sink: HeardSink, move: str, n: int, which: int) -> None:
    match move:
        case "pool":
            play.publishes(a_pool_state(str(which), n))
        case "signal":
            play.publishes(an_opportunity(n))
        case "alert":
            play.publishes(an_alert(str(n)))
        case "pause":
            play.hub.pause(sink.member)
        case "resume":
            play.hub.resume(sink.member)
        case "want" if not sink.member.is_paused:
            play.hub.subscribe(sink.member, v2.Subscribe(1))
        case _:
            second(play)


def second(play: Play) -> None:
    play.clock.wind(SECOND_NS)
    play.hub.tick()


def frames_of(sink: HeardSink) -> list[bytes]:
    return [frame.raw for frame in v2.Decoder().feed(b"".join(sink.writes))]


def counted(files: list[list[bytes]]) -> dict[str, tuple[int | None, int, int, int, int | None]]:
    """Count what the files of a recorder hold, by sender."""
    stretches = [Stretch("defi", **_fields(one)) for frames in files for one in senders_of(frames)]
    return {
        one.source: (one.sent, one.recorded, one.noticed_missing, one.conflated, one.unaccounted)
        for one in conserve(stretches)
    }


def _fields(one: SenderCount) -> dict:
    return {name: getattr(one, name) for name in one.__struct_fields__}


@given(MOVES, st.lists(st.integers(0, 200), max_size=4))
def test_whatever_a_slow_reader_lost_it_was_told_wherever_its_files_are_cut(script, cuts):
    play = Play(queue_bytes=3_000)
    sink = play.reader(has_counts=True)
    for n, (move, which) in enumerate(script):
        act(play, sink, move, n + 1, which)
    play.hub.resume(sink.member)
    second(play)
    frames = frames_of(sink)
    edges = [0, *sorted(min(cut, len(frames)) for cut in cuts), len(frames)]
    files = [frames[start:end] for start, end in pairwise(edges) if end > start]
    found = counted(files)
    accounts = play.hub.accounts_of(sink.member)
    for source, (sent, recorded, noticed, conflated, unaccounted) in found.items():
        assert unaccounted == 0, source
        if source.startswith("relay:"):
            assert sent == recorded + noticed + conflated
            assert accounts[source.removeprefix("relay:")].unaccounted == 0
    assert found == counted([frames])


def test_what_a_newer_state_replaced_is_told_of_its_source_and_of_its_channel():
    play = Play()
    sink = play.reader(has_counts=True)
    play.publishes(a_pool_state("1", 1))
    play.hub.pause(sink.member)
    play.publishes(*(a_pool_state("1", n) for n in range(2, 7)))
    play.hub.resume(sink.member)
    second(play)
    assert [one.frames for one in sink.of(v2.Conflated)] == [4]
    found = counted([frames_of(sink)])
    assert found["relay:pools"] == (6, 2, 0, 4, 0)
    (source,) = found.keys() - {"relay:pools"}
    assert found[source] == (6, 2, 0, 4, 0)


def test_a_frame_that_was_lost_on_the_way_is_seen():
    play = Play()
    sink = play.reader(has_counts=True)
    play.publishes(*(an_alert(str(n)) for n in range(5)))
    second(play)
    frames = frames_of(sink)
    lost = [raw for raw in frames if v2.stamp_of(raw).sequence != 3]
    assert counted([frames])["relay:risk"] == (5, 5, 0, 0, 0)
    assert counted([lost])["relay:risk"] == (5, 4, 0, 0, 1)
    assert counted([lost[:3], lost[3:4], lost[4:]])["relay:risk"] == (5, 4, 0, 0, 1)


def test_more_than_was_sent_is_not_known_to_be_right():
    play = Play()
    sink = play.reader(has_counts=True)
    play.publishes(an_alert("1"))
    second(play)
    doubled = [raw for raw in frames_of(sink) for _ in range(1 + (v2.stamp_of(raw).sequence == 1))]
    assert counted([doubled])["relay:risk"][-1] is None


def test_only_who_asked_is_told_and_no_more_than_once_a_second():
    play = Play()
    plain, counting = play.reader(), play.reader(of("risk"), has_counts=True)
    for n in range(5):
        play.publishes(an_alert(str(n)))
        play.clock.wind(SECOND_NS // 4)
        play.hub.tick()
    assert plain.of(v2.Counts) == plain.of(v2.Conflated) == []
    begun, word = counting.of(v2.Counts)
    assert {one.sent for one in begun.counts} == {0}
    assert [(one.channel, one.sent) for one in word.counts] == [("risk", 4)]
    second(play)
    second(play)
    assert [one.sent for one in counting.of(v2.Counts)[-1].counts] == [5]
    assert len(counting.of(v2.Counts)) == 3
