"""Whatever happens to a hub, nothing a reader was offered is unaccounted for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.protocol import v2
from live.relay.ledger import Drop
from tests.kit.clock import NOON_NS
from tests.kit.wire import a_pool_state, an_opportunity
from tests.live.relay.hub_play import Play, of
from tests.live.relay.makers import an_alert, beats, messages

moves = st.lists(
    st.tuples(
        st.sampled_from(["pool", "signal", "alert", "market", "pause", "resume", "leave", "join",
                         "want", "wind"]),
        st.integers(0, 2),
    ),
    max_size=50,
)  # fmt: skip
wants = [v2.Subscribe(1), of("pools", venues=("1",)), of("signals", min_profit_usd_e6=1)]


SAID = {
    "pool": lambda play, n, which: play.publishes(a_pool_state(str(which), n)),
    "signal": lambda play, n, which: play.publishes(an_opportunity(n, expires_ns=NOON_NS + which)),
    "alert": lambda play, n, which: play.publishes(an_alert(str(n))),
    "market": lambda play, n, which: play.market(*beats(n, which + 1)),
}


def act(play: Play, sinks: list, move: str, n: int, which: int) -> None:
    """Make one reader do something, or let time pass."""
    member = sinks[which].member
    match move:
        case "pause":
            play.hub.pause(member)
        case "resume":
            play.hub.resume(member)
        case "leave":
            play.hub.leave(member)
        case "join":
            play.hub.leave(member)
            sinks[which] = play.reader(wants[which], has_marks=True)
        case "want" if member.is_here:
            play.hub.subscribe(member, wants[n % 3])
        case _:
            play.clock.wind(1)
            play.hub.tick()


@given(moves)
def test_whatever_happens_every_frame_is_accounted_for_each_reader(script):
    play = Play(queue_bytes=3_000)
    sinks = [play.reader(want, has_marks=True) for want in wants]
    for n, (move, which) in enumerate(script):
        if move in SAID:
            SAID[move](play, n, which)
        else:
            act(play, sinks, move, n, which)
    play.hub.flush()
    for channel, ledger in play.hub.accounts().items():
        assert ledger.unaccounted == 0, channel
    for sink in sinks:
        delivered = sum(ledger.delivered for ledger in play.hub.accounts_of(sink.member).values())
        assert len(messages(b"".join(sink.writes))) == delivered
        waiting = sum(ledger.waiting for ledger in play.hub.accounts_of(sink.member).values())
        assert bool(waiting) == bool(sink.member.is_here and sink.member.queue.waiting_bytes)


def test_a_frame_is_offered_once_to_each_reader_that_is_here():
    play = Play()
    sinks = [play.reader(want) for want in wants]
    base = [
        sum(ledger.offered for ledger in play.hub.accounts_of(sink.member).values())
        for sink in sinks
    ]
    play.publishes(an_alert(), a_pool_state("1"), an_opportunity(1))
    play.market(*beats(0, 4))
    offered = [
        sum(ledger.offered for ledger in play.hub.accounts_of(sink.member).values())
        for sink in sinks
    ]
    assert [after - before for after, before in zip(offered, base, strict=True)] == [7, 7, 7]
    assert play.hub.accounts()["pools"].dropped[Drop.OVERFLOWED] == 0
