"""Messages of the others: each once, none of our own, and no bad one stands in the way."""

from __future__ import annotations

from domain.errors import RemoteWireError
from live.relay.nats.arrivals import Arrival, Arrivals
from tests.live.relay.makers import beats

SUBJECT = "ap.market.paper.ETH-USDC"


class Hearing:
    """Feeds that remember what they were given, by the order they were made in."""

    def __init__(self) -> None:
        self.feeds: list[list[bytes]] = []

    def new_feed(self):
        heard: list[bytes] = []
        self.feeds.append(heard)

        class Feed:
            def take(self, data: bytes) -> None:
                if data[1] == 9:
                    raise RemoteWireError("not today")
                heard.append(data)

        return Feed()


def arrivals(hearing: Hearing) -> Arrivals:
    return Arrivals("east", {"market"}, hearing.new_feed, is_v1=True)


def test_each_message_is_taken_once_however_often_it_is_given():
    hearing = Hearing()
    found = arrivals(hearing)
    frames = beats(0, 3)
    for sequence in (1, 2, 1, 2, 3, 3):
        found.take(Arrival(sequence, SUBJECT, "west", frames[sequence - 1]))
    assert hearing.feeds == [frames]
    assert (found.taken, found.repeated) == (3, 3)


def test_what_was_read_before_a_restart_is_not_taken_again():
    hearing = Hearing()
    found = arrivals(hearing)
    found.begin_after(2)
    for sequence, raw in enumerate(beats(0, 4), start=1):
        found.take(Arrival(sequence, SUBJECT, "west", raw))
    assert hearing.feeds == [beats(2, 2)]


def test_our_own_frames_and_channels_nobody_reads_pass_by():
    hearing = Hearing()
    found = arrivals(hearing)
    [beat] = beats(0, 1)
    found.take(Arrival(1, SUBJECT, "east", beat))
    found.take(Arrival(2, "ap.signals._._", "west", beat))
    assert (hearing.feeds, found.taken, found.refused) == ([], 0, 0)


def test_each_publishing_relay_has_a_feed_of_its_own():
    hearing = Hearing()
    found = arrivals(hearing)
    for sequence, (relay, raw) in enumerate(
        zip(("west", "north", "west"), beats(0, 3), strict=True), start=1
    ):
        found.take(Arrival(sequence, SUBJECT, relay, raw))
    assert [len(heard) for heard in hearing.feeds] == [2, 1]


def test_a_message_that_is_no_frame_is_refused_and_the_next_one_taken():
    hearing = Hearing()
    found = arrivals(hearing)
    bad_type = bytes((0xFE, 9, 0, 0, 0, 0, 0, 0))
    for sequence, raw in enumerate([b"junk", bad_type, *beats(0, 1)], start=1):
        found.take(Arrival(sequence, SUBJECT, "west", raw))
    assert (found.taken, found.refused) == (1, 2)
    assert hearing.feeds[-1] == beats(0, 1)
