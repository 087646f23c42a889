"""What a subscription is told: the state of what it wants, or what it missed, or that it cannot."""

from __future__ import annotations

import pytest

from live.protocol import v1, v2
from tests.kit.clock import NOON_NS
from tests.kit.wire import a_chain_head, a_pool_state, an_opportunity
from tests.live.relay.hub_play import Play, after_ack, of
from tests.live.relay.makers import HeardSink, a_book, an_alert, beats

ETH = v1.mapping("paper:ETH-USDC")
BTC = v1.mapping("paper:BTC-USDC")


def test_a_late_joiner_gets_the_last_state_of_what_it_wants_and_nothing_else():
    play = Play()
    trade = v1.encode(v1.Trade(1, 2, 3, 4, ETH.symbol_hash, 1), 9)
    books = [v1.L2Snapshot(1, s.symbol_hash, 1, (v1.Level(5, 6),), ()) for s in (ETH, BTC)]
    play.market(*(v1.encode(message, n) for n, message in enumerate((ETH, BTC, *books))), trade)
    play.publishes(
        a_pool_state("a", 1), a_pool_state("b", 1), a_pool_state("a", 2), a_chain_head(7),
        an_opportunity(1), a_book("ETH/USDC", 1), a_book("ETH/USDC", 2, is_full=False), an_alert(),
    )  # fmt: skip
    assert after_ack(play.reader(of("pools", venues=("a",)))) == [a_pool_state("a", 2)]
    assert after_ack(play.reader(of("chain"))) == [a_chain_head(7)]
    assert [found.is_full for found in after_ack(play.reader(of("books")))] == [True, False]
    assert after_ack(play.reader(of("signals", "risk"))) == []
    market = after_ack(play.reader(of("market", pairs=("ETH-USDC",))))
    assert [found.raw for found in market] == [v1.encode(ETH, 0), v1.encode(books[0], 2)]


def test_a_resubscription_brings_the_state_of_what_is_new_alone():
    play = Play()
    play.publishes(a_pool_state("a"), a_pool_state("b"), a_chain_head(7))
    sink = play.reader(of("pools", venues=("a",)))
    sink.writes.clear()
    play.hub.subscribe(sink.member, v2.Subscribe(2, channels=("pools", "chain")))
    assert sink.messages[0].request == 2
    assert after_ack(sink) == [a_chain_head(7), a_pool_state("b")]
    sink.writes.clear()
    play.publishes(an_alert(), a_pool_state("c"))
    assert sink.messages == [a_pool_state("c")]


def positions(sink: HeardSink) -> tuple[v2.Position, ...]:
    return sink.of(v2.Positions)[-1].positions


def test_a_reader_that_comes_back_gets_what_it_missed_and_no_state():
    play = Play()
    first = play.reader(of("pools", "signals"), has_marks=True)
    play.publishes(a_pool_state("a", 1), an_opportunity(1))
    play.hub.tick()
    stood = positions(first)
    play.hub.leave(first.member)
    missed = play.publishes(a_pool_state("a", 2), an_alert(), an_opportunity(2))
    again = play.reader(of("pools", "signals", replay_from=stood), has_marks=True)
    assert after_ack(again)[:-1] == [missed[0], missed[2]]
    assert {p.channel: p.sequence for p in positions(again)} == {
        "control": 0, "pools": 2, "signals": 2,
    }  # fmt: skip


def test_the_market_can_be_replayed_once_somebody_asked_for_it():
    play = Play()
    play.market(*beats(0, 2))
    first = play.reader(of("market"), has_marks=True)
    play.market(*beats(2, 3))
    play.hub.tick()
    stood = positions(first)
    play.hub.leave(first.member)
    play.market(*beats(5, 4))
    again = play.reader(of("market", replay_from=stood))
    assert [found.raw for found in after_ack(again)] == beats(5, 4)


def test_a_gap_that_cannot_be_closed_is_told_and_the_state_is_given():
    play = Play(replay_frames=3)
    first = play.reader(of("pools", "risk"), has_marks=True)
    play.hub.tick()
    stood = positions(first)
    play.publishes(an_alert(), *[a_pool_state("a", n) for n in range(5)])
    again = play.reader(of("pools", "risk", replay_from=stood))
    pools, risk = again.of(v2.ReplayUnavailable)[1:]
    assert (pools.oldest.channel, pools.oldest.sequence) == ("pools", 2)
    assert "fewer frames" in pools.reason
    assert (risk.oldest.channel, risk.oldest.sequence) == ("risk", 0)
    assert again.messages[-1] == a_pool_state("a", 4)
    assert again.of(v2.RiskAlert) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"epoch_ns": 5}, "begun anew"), ({"sequence": 99}, "not come that far")],
)
def test_a_position_of_another_life_is_refused_in_words(change, reason):
    play = Play()
    stood = {"channel": "risk", "epoch_ns": NOON_NS, "sequence": 0, **change}
    sink = play.reader(of("risk", replay_from=(v2.Position(**stood),)))
    [told] = sink.of(v2.ReplayUnavailable)
    assert reason in told.reason


def test_frames_can_be_asked_for_again_through_the_filter():
    play = Play()
    sink = play.reader(of("pools", venues=("a",)))
    said = play.publishes(*[a_pool_state(venue, n) for n in range(3) for venue in "ab"])
    sink.writes.clear()
    start = v2.Position("pools", NOON_NS, 2)
    play.hub.replay(sink.member, v2.ReplayRequest(7, start, 0))
    assert after_ack(sink) == [said[2], said[4]]
    sink.writes.clear()
    play.hub.replay(sink.member, v2.ReplayRequest(7, start, 1))
    assert after_ack(sink) == [said[2]]
    sink.writes.clear()
    play.hub.replay(sink.member, v2.ReplayRequest(8, v2.Position("pools", 1, 0), 0))
    [told] = sink.messages
    assert (told.request, told.oldest.sequence) == (8, 0)


def test_marks_come_only_when_something_moved_and_to_those_who_asked():
    play = Play()
    marked, plain = play.reader(of("risk"), has_marks=True), play.reader(of("risk"))
    before = len(marked.of(v2.Positions))
    for _ in range(3):
        play.hub.tick()
    assert len(marked.of(v2.Positions)) == before
    play.publishes(an_alert())
    play.hub.tick()
    assert len(marked.of(v2.Positions)) == before + 1
    assert plain.of(v2.Positions) == []
