"""The v1 side without a socket."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.protocol import v1
from live.relay.chunks import Run, frames_of
from live.relay.fanout import Fanout
from live.relay.ledger import Drop
from live.relay.market_memory import MarketMemory
from tests.live.relay.makers import beats


class Pipe:
    def __init__(self) -> None:
        self.writes: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    @property
    def frames(self) -> list[bytes]:
        return list(frames_of(b"".join(self.writes)))


class Play:
    def __init__(self, limit_bytes: int = 1_000_000) -> None:
        self.memory = MarketMemory()
        self.woken, self.written = 0, []
        self.fanout = Fanout(self.memory, self._wake, self._wrote, limit_bytes=limit_bytes)

    def _wake(self) -> None:
        self.woken += 1

    def _wrote(self, runs) -> None:
        self.written += runs

    def publishes(self, *frames: bytes) -> None:
        self.fanout.publish(Run(b"".join(frames), len(frames)))


def test_what_arrived_in_a_wake_up_is_one_write_a_reader_and_then_handed_on():
    play, pipes = Play(), [Pipe(), Pipe()]
    for pipe in pipes:
        play.fanout.join(pipe)
    play.publishes(*beats(0, 3))
    play.publishes(*beats(3, 2))
    assert play.woken == 1
    assert play.fanout.flush() == 5
    assert play.fanout.flush() == 0
    assert [pipe.writes for pipe in pipes] == [[b"".join(beats(0, 5))]] * 2
    assert b"".join(run.raw for run in play.written) == b"".join(beats(0, 5))


def test_a_late_joiner_is_told_what_is_known_and_nothing_twice():
    play, pipe = Play(), Pipe()
    mapping = v1.encode(v1.mapping("paper:ETH-USDC"), 0)
    play.memory.keep(8, mapping)
    play.publishes(mapping)
    play.fanout.join(pipe)
    play.fanout.flush()
    assert pipe.frames == [mapping]


def test_a_reader_that_left_gets_nothing_and_is_still_accounted_for():
    play, pipe = Play(), Pipe()
    reader = play.fanout.join(pipe)
    reader.is_paused = True
    play.publishes(*beats(0, 3))
    play.fanout.flush()
    play.fanout.leave(reader)
    play.fanout.leave(reader)
    play.publishes(*beats(3, 3))
    play.fanout.flush()
    total = play.fanout.accounts()
    assert pipe.writes == []
    assert (total.offered, total.dropped[Drop.ABANDONED], total.unaccounted) == (3, 3, 0)


@given(
    st.lists(st.tuples(st.sampled_from(["say", "pause", "resume"]), st.integers(1, 9)), max_size=40)
)
def test_a_slow_reader_loses_whole_frames_in_order_and_the_others_none(script):
    play, quick, slow = Play(200), Pipe(), Pipe()
    play.fanout.join(quick)
    reader = play.fanout.join(slow)
    said = 0
    for move, count in script:
        if move == "say":
            play.publishes(*beats(said, count))
            play.fanout.flush()
            said += count
        elif move == "pause":
            reader.is_paused = True
        else:
            reader.resume()
        assert reader.waiting_bytes <= 200
    reader.resume()
    assert quick.frames == beats(0, said)
    heard = slow.frames
    assert heard == sorted(heard, key=beats(0, said).index)
    ledger = reader.ledger
    assert (ledger.delivered, ledger.unaccounted) == (len(heard), 0)
    assert ledger.dropped[Drop.OVERFLOWED] == said - len(heard)
