"""The v2 side without a socket: who gets what, in which order, and what becomes of the slow."""

from __future__ import annotations

import pytest

from domain.errors import RemoteWireError
from live.protocol import v2
from tests.kit.clock import NOON_NS
from tests.kit.wire import a_pool_state, an_opportunity
from tests.live.relay.hub_play import Play, after_ack, of
from tests.live.relay.makers import HeardSink, a_book, an_alert, beats, frame


def test_everyone_gets_what_it_wants_in_one_order_and_one_write():
    play = Play()
    everything, risk = play.reader(), play.reader(of("risk"))
    rich = play.reader(v2.Subscribe(1, min_profit_usd_e6=2_000_000))
    said = [an_alert(), an_opportunity(1), an_opportunity(2, profit_usd_e6=2_000_000), a_book()]
    assert play.woken == 0
    play.publishes(*said)
    assert play.woken == 1
    assert after_ack(everything) == said
    assert after_ack(risk) == said[:1]
    assert after_ack(rich) == said[2:3]
    assert [len(sink.writes) for sink in (everything, risk, rich)] == [2, 2, 2]


def test_equal_wishes_share_their_bytes():
    play = Play()
    first, second = (
        play.reader(v2.Subscribe(1, venues=names)) for names in (("a", "b"), ("b", "a"))
    )
    play.publishes(a_pool_state("a"))
    assert first.writes[1] is second.writes[1]


def test_frames_pass_byte_for_byte():
    play = Play()
    sink = play.reader(of("pools"))
    raw = frame(a_pool_state(), 41)
    play.hub.publish(raw, "chain.sock")
    play.hub.flush()
    assert sink.writes[1] == raw.raw


def test_market_data_is_dressed_for_those_who_ask_and_numbered_for_all():
    play = Play()
    deaf, hearing = play.reader(of("pools")), play.reader(of("market"))
    play.market(*beats(0, 3))
    assert [found.raw for found in after_ack(hearing)] == beats(0, 3)
    assert after_ack(deaf) == []
    stands = {p.channel: p.sequence for p in play.reader(of("market")).messages[0].positions}
    assert stands == {"control": 0, "market": 3}
    assert play.hub.accounts_of(deaf.member)["market"].filtered == 3


def test_what_came_by_an_origin_is_not_given_back_to_it():
    play = Play()
    join = play.reader(skip_origin="nats")
    other = play.reader()
    play.publishes(an_alert("here"))
    play.publishes(an_alert("there"), origin="nats")
    assert after_ack(join) == [an_alert("here")]
    assert after_ack(other) == [an_alert("here"), an_alert("there")]


def test_a_wish_that_cannot_be_is_refused_and_changes_nothing():
    play = Play()
    sink = play.reader(of("risk"))
    with pytest.raises(RemoteWireError, match="no such channel"):
        play.hub.subscribe(sink.member, of("rsik"))
    play.publishes(an_alert())
    assert after_ack(sink) == [an_alert()]


def test_what_is_said_between_a_relay_and_one_client_is_not_handed_on():
    play = Play()
    sink = play.reader()
    play.publishes(
        v2.Ack(9), v2.Positions(()), v2.Heartbeat(), v2.Refused("x"), v2.GapNotice("x", 1, 2)
    )
    assert after_ack(sink) == [v2.Heartbeat(), v2.GapNotice("x", 1, 2)]
    assert play.hub.refused_frames == 3


def test_a_schema_newer_than_we_are_travels_by_its_routing_block():
    play = Play()
    known = frame(a_pool_state("a"))
    newer = v2.push_frame(999, known.payload, source=1, sequence=1, sent_ns=1, is_routed=True)
    wanted, other = play.reader(of("pools", venues=("a",))), play.reader(of("risk"))
    [cut] = v2.Decoder().feed(newer)
    play.hub.publish(cut)
    play.hub.flush()
    assert after_ack(wanted) == [v2.Unknown(999, known.payload)]
    assert after_ack(other) == []


def test_nothing_comes_before_a_subscription_or_after_leaving():
    play = Play()
    sink = HeardSink()
    member = play.hub.attach(sink)
    play.publishes(an_alert())
    with pytest.raises(RemoteWireError, match="subscribe before"):
        play.hub.replay(member, v2.ReplayRequest(1, v2.Position("risk", 1, 0), 0))
    play.hub.leave(member)
    play.hub.leave(member)
    play.publishes(an_alert())
    assert sink.writes == []


# Slow readers


def test_a_slow_reader_gets_the_newest_states_and_word_of_what_it_missed():
    play = Play(queue_bytes=70_000)
    sink = play.reader(of("pools", "signals"))
    play.hub.pause(sink.member)
    sink.writes.clear()
    play.publishes(*[a_pool_state("a", n) for n in range(500)], *map(an_opportunity, range(500)))
    assert sink.writes == []
    play.hub.resume(sink.member)
    [notice] = sink.of(v2.GapNotice)
    assert sink.of(v2.PoolState) == [a_pool_state("a", 499)]
    assert sink.messages[0] == notice
    heard = sink.of(v2.ArbitrageOpportunity)
    assert notice == v2.GapNotice("9", 501, 1001 - len(heard), "signals", 500 - len(heard))
    assert heard[-1] == an_opportunity(499)
    assert len(sink.writes) == 1


def test_one_slow_reader_is_nobody_elses_affair():
    play = Play(queue_bytes=70_000)
    slow, quick = play.reader(of("signals")), play.reader(of("signals"))
    play.hub.pause(slow.member)
    said = play.publishes(*map(an_opportunity, range(500)))
    assert after_ack(quick) == said


def test_a_reader_that_may_lose_nothing_is_cut_off_when_it_is_too_slow():
    play = Play(queue_bytes=70_000)
    sink = play.reader(of("risk"))
    play.hub.pause(sink.member)
    play.publishes(*[an_alert(str(n)) for n in range(1_000)])
    assert "too slowly" in sink.reason
    assert play.hub.members == []
    assert play.hub.accounts()["risk"].unaccounted == 0
    play.hub.resume(sink.member)
    assert len(sink.writes) == 1


# Expiry


def test_what_has_expired_is_not_delivered():
    play = Play()
    sink = play.reader(of("signals"))
    play.publishes(an_opportunity(1, expires_ns=NOON_NS), an_opportunity(2, expires_ns=NOON_NS + 5))
    assert after_ack(sink) == [an_opportunity(2, expires_ns=NOON_NS + 5)]
    assert play.hub.accounts_of(sink.member)["signals"].expired == 1


def test_an_expiry_is_told_once_to_those_who_have_it():
    play = Play()
    has, wants_less = play.reader(of("signals")), play.reader(of("risk"))
    gone, late = play.reader(of("signals")), play.reader(of("signals"))
    play.hub.pause(late.member)
    play.publishes(an_opportunity(3, expires_ns=NOON_NS + 5))
    play.hub.leave(gone.member)
    play.hub.tick()
    assert has.of(v2.ExpiryNotice) == []
    play.clock.wind(5)
    play.hub.resume(late.member)
    for _ in range(3):
        play.hub.tick()
    correlation = (3).to_bytes(16, "big")
    assert has.of(v2.ExpiryNotice) == [v2.ExpiryNotice(261, 9, 1, correlation, NOON_NS + 5)]
    for sink in (wants_less, gone, late):
        assert sink.of(v2.ExpiryNotice) == []
    assert late.of(v2.ArbitrageOpportunity) == []
    assert play.hub.accounts_of(late.member)["signals"].expired == 1


def test_a_slow_reader_that_got_it_in_time_is_told_too():
    play = Play()
    sink = play.reader(of("signals"))
    play.hub.pause(sink.member)
    play.publishes(an_opportunity(3, expires_ns=NOON_NS + 5))
    play.hub.resume(sink.member)
    play.clock.wind(9)
    play.hub.tick()
    assert len(sink.of(v2.ExpiryNotice)) == 1
