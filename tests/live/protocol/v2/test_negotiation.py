"""Who speaks what: every pairing of old, present and next, and all that may go wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LocalWireError, RemoteWireError
from live.protocol import v1, v2
from live.protocol.v2.negotiation import HELLO_BYTES

V2_1, V3_0 = 0x0201, 0x0300
MARKET = b"".join(v1.encode(v1.Heartbeat(n, n), n) for n in range(3))
BEAT = v2.encode(v2.Heartbeat(), source=3, sequence=1, sent_ns=1)
SUBSCRIBE = v2.encode(v2.Subscribe(1, ("pools",)), source=0, sequence=1, sent_ns=1)


def a_server(*versions: int, features: tuple[str, ...] = ()) -> v2.ServerTalk:
    return v2.ServerTalk(versions or (v2.V1_0, v2.V2_0), features)


def a_client(
    lowest: int = v2.V2_0, highest: int = v2.V2_0, *features: str, may_fall_back: bool = True
) -> v2.ClientTalk:
    return v2.ClientTalk(lowest, highest, features, may_fall_back=may_fall_back)


def kinds(events: list[v2.Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def talked(server: v2.ServerTalk, client: v2.ClientTalk) -> tuple[v2.Event, v2.Event]:
    """Let a client say hello and hear the answer; gives what each side made of it."""
    [answer] = server.receive(client.hello())
    assert isinstance(answer, v2.Agreed | v2.SaidNo)
    [heard] = client.receive(answer.reply)
    return answer, heard


# --- the matrix: (what the server speaks, what the client asks for) -> the version agreed ---------


@pytest.mark.parametrize(
    ("spoken", "lowest", "highest", "agreed"),
    [
        ((v2.V1_0, v2.V2_0), v2.V2_0, v2.V2_0, v2.V2_0),
        ((v2.V1_0, v2.V2_0), v2.V2_0, V2_1, v2.V2_0),
        ((v2.V1_0, v2.V2_0, V2_1), v2.V2_0, v2.V2_0, v2.V2_0),
        ((v2.V1_0, v2.V2_0, V2_1), v2.V2_0, V2_1, V2_1),
        ((v2.V1_0, v2.V2_0, V2_1), V2_1, V2_1, V2_1),
        ((v2.V1_0, v2.V2_0, V3_0), v2.V2_0, V2_1, v2.V2_0),
        ((v2.V1_0, v2.V2_0, V3_0), v2.V2_0, V3_0, V3_0),
    ],
)
@pytest.mark.parametrize("may_fall_back", [True, False])
def test_the_highest_version_both_speak_is_agreed(spoken, lowest, highest, agreed, may_fall_back):
    server = a_server(*spoken)
    answer, heard = talked(server, a_client(lowest, highest, may_fall_back=may_fall_back))
    assert isinstance(answer, v2.Agreed)
    assert isinstance(heard, v2.Agreed)
    assert answer.version == heard.version == agreed
    assert server.is_v2


@pytest.mark.parametrize(
    ("spoken", "lowest", "highest", "words"),
    [
        ((v2.V1_0, v2.V2_0), V2_1, V2_1, "this relay speaks 2.0 and you ask for 2.1 to 2.1"),
        ((v2.V1_0, v2.V2_0), V3_0, V3_0, "this relay speaks 2.0 and you ask for 3.0 to 3.0"),
        ((v2.V1_0, V2_1, V3_0), v2.V2_0, v2.V2_0, "speaks 2.1, 3.0 and you ask for 2.0 to 2.0"),
        ((v2.V1_0,), v2.V2_0, V3_0, "this relay speaks v1 only"),
    ],
)
@pytest.mark.parametrize("may_fall_back", [True, False])
def test_an_impossible_pair_is_refused_in_words(spoken, lowest, highest, words, may_fall_back):
    server = a_server(*spoken)
    answer, heard = talked(server, a_client(lowest, highest, may_fall_back=may_fall_back))
    assert isinstance(answer, v2.SaidNo)
    assert isinstance(heard, v2.SaidNo)
    assert words in answer.reason == heard.reason
    assert server.receive(SUBSCRIBE) == []
    assert not server.is_v2


@pytest.mark.parametrize(("lowest", "highest"), [(v2.V2_0, v2.V2_0), (V2_1, V2_1)])
def test_a_client_at_an_old_relay_becomes_a_v1_client(lowest, highest):
    client = a_client(lowest, highest)
    assert client.receive(MARKET) == [v2.V1Bytes(MARKET)]
    assert client.timed_out() == v2.FellBack()
    assert client.receive(MARKET) == [v2.V1Bytes(MARKET)]


def test_a_client_at_an_old_relay_that_may_not_fall_back_says_so():
    with pytest.raises(RemoteWireError, match="nobody answered"):
        a_client(may_fall_back=False).timed_out()
    with pytest.raises(RemoteWireError, match="v1 came"):
        a_client(may_fall_back=False).receive(MARKET)


@pytest.mark.parametrize("spoken", [(v2.V1_0, v2.V2_0), (v2.V1_0, v2.V2_0, V2_1)])
def test_a_v1_client_is_silent_and_is_served_v1(spoken):
    server = a_server(*spoken)
    assert server.silent() == v2.SpeaksV1()
    assert not server.is_v2


def test_features_are_those_that_both_have():
    server = a_server(features=("replay", "expiry", "gzip"))
    answer, heard = talked(server, a_client(v2.V2_0, v2.V2_0, "gzip", "replay", "voice"))
    assert isinstance(answer, v2.Agreed)
    assert isinstance(heard, v2.Agreed)
    assert answer.features == heard.features == ("replay", "gzip")


# --- the server's side ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", [b"\x09", MARKET, b"GET / HTTP/1.1\r\n", b"AP", b"APv1" + bytes(60), bytes(1000)]
)
def test_whatever_is_no_hello_is_a_v1_client_and_never_answered(said):
    server = a_server()
    events = server.receive(said)
    assert kinds(events) in ([], ["SpeaksV1"])
    if events:
        assert server.receive(a_client().hello()) == []


def test_a_hello_may_come_in_pieces_and_late():
    server, hello = a_server(), a_client().hello()
    for at in range(len(hello) - 1):
        assert server.receive(hello[at : at + 1]) == []
    assert server.silent() == v2.SpeaksV1()
    assert kinds(server.receive(hello[-1:])) == ["Agreed"]


def test_what_follows_the_hello_in_the_same_read_is_heard():
    events = a_server().receive(a_client().hello() + SUBSCRIBE + BEAT)
    assert kinds(events) == ["Agreed", "Heard", "Heard"]


LARGE = v2.encode(v2.Hello(v2.V2_0, v2.V2_0, ("x" * 250,), ""), source=0, sequence=0, sent_ns=0)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (SUBSCRIBE, "say hello before anything else"),
        (BEAT, "say hello before anything else"),
        (LARGE, "at most 256 bytes"),
        (LARGE[:16], "at most 256 bytes"),
        (a_client().hello()[:-1] + b"?", "checksum"),
        (b"APv2\x03" + a_client().hello()[5:], "not a v2 frame"),
        (v2.push_frame(267, b"", source=0, sequence=0, sent_ns=0), "shorter than its schema"),
        (a_client().hello() * 2, "say hello once"),
        (a_client().hello() + b"?" * 50, "not a v2 frame"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_a_client_that_does_not_keep_to_it_is_told_why_and_left(said, words):
    server = a_server()
    events = server.receive(said)
    last = events[-1]
    assert isinstance(last, v2.SaidNo)
    assert words in last.reason
    [frame] = v2.Decoder().feed(last.reply)
    assert frame.message == v2.Refused(last.reason)
    assert server.receive(SUBSCRIBE) == []


def test_garbage_after_the_agreement_ends_it_and_frames_before_it_are_heard():
    server = a_server()
    server.receive(a_client().hello())
    assert kinds(server.receive(SUBSCRIBE + bytes(50))) == ["Heard", "SaidNo"]


@given(st.lists(st.binary(max_size=80), max_size=6))
def test_whatever_a_client_sends_the_server_never_fails(pieces):
    for begin in (b"", b"APv2", a_client().hello()):
        server = a_server()
        server.receive(begin)
        for piece in pieces:
            for event in server.receive(piece):
                assert isinstance(event, v2.Agreed | v2.Heard | v2.SaidNo | v2.SpeaksV1)


# --- the client's side ----------------------------------------------------------------------------


def the_answer(*features: str, version: int = v2.V2_0) -> bytes:
    return v2.encode(v2.Welcome(version, features, "relay"), source=3, sequence=0, sent_ns=1)


@given(st.data())
def test_v1_frames_keep_coming_until_the_welcome_whatever_pieces_they_arrive_in(data):
    stream, client = MARKET + the_answer() + BEAT, a_client()
    events: list[v2.Event] = []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        events += client.receive(stream[:cut])
        stream = stream[cut:]
    before = b"".join(event.data for event in events if isinstance(event, v2.V1Bytes))
    assert before == MARKET
    assert kinds([e for e in events if not isinstance(e, v2.V1Bytes)]) == ["Agreed", "Heard"]


def test_v1_bytes_are_handed_on_in_whole_frames():
    client = a_client()
    assert client.receive(MARKET[:30]) == [v2.V1Bytes(MARKET[:24])]
    assert client.receive(MARKET[30:]) == [v2.V1Bytes(MARKET[24:])]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (the_answer(version=V2_1), "did not offer"),
        (the_answer(version=v2.V1_0), "did not offer"),
        (the_answer("voice"), "did not offer"),
        (BEAT, "answered first"),
        (the_answer()[:-1] + b"?", "checksum"),
        (b"HTTP/1.1 400", "neither v1 nor v2"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_an_answer_that_is_none_ends_the_talk(answer, words):
    with pytest.raises(RemoteWireError, match=words):
        a_client().receive(answer)


def test_an_answer_after_giving_up_is_no_silent_upgrade():
    client = a_client()
    client.timed_out()
    client.receive(MARKET)
    with pytest.raises(RemoteWireError, match="after we gave up"):
        client.receive(the_answer())


def test_a_talk_that_timed_out_within_the_answer_ends():
    client = a_client()
    assert client.receive(the_answer()[:20]) == []
    client.timed_out()
    with pytest.raises(RemoteWireError):
        client.receive(the_answer()[20:])


def test_v1_after_the_welcome_is_an_error():
    client = a_client()
    client.receive(the_answer())
    with pytest.raises(RemoteWireError):
        client.receive(MARKET)


def test_a_time_out_after_the_agreement_changes_nothing():
    client = a_client()
    client.receive(the_answer())
    assert client.timed_out() is None
    assert kinds(client.receive(BEAT)) == ["Heard"]


def test_a_hello_is_small_enough_for_any_socket_that_nobody_reads():
    assert len(a_client(v2.V2_0, V3_0, "replay", "expiry").hello()) <= HELLO_BYTES


@pytest.mark.parametrize(("lowest", "highest"), [(v2.V1_0, v2.V2_0), (V2_1, v2.V2_0)])
def test_a_hello_asks_for_2_0_or_more(lowest, highest):
    with pytest.raises(LocalWireError):
        a_client(lowest, highest)


def test_a_hello_beyond_its_size_is_our_bug():
    with pytest.raises(LocalWireError):
        a_client(v2.V2_0, v2.V2_0, "x" * 250)
