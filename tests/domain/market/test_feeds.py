"""What can be read of an exchange's books is true, whatever is lost, repeated or broken."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.book import Book
from domain.market.feed import Kind, Standing, Unknown
from domain.market.feeds import Feeds
from domain.market.reason import Reason
from domain.market.word import BookKey
from domain.venues.catalog import DIALECTS
from tests.kit.teller import SYMBOLS, Item, Step, Teller, Truth, steps
from tests.kit.tellers import TELLERS

tellers = pytest.mark.parametrize("name", TELLERS)
numbered = pytest.mark.parametrize(
    "name", [name for name in TELLERS if TELLERS[name][1]().is_numbered]
)
NEWS = Step("AB", {16: 2}, {})
OTHER_NEWS = Step("CD", {}, {61: 1})


def feeds_and_teller(name: str) -> tuple[Feeds, Teller]:
    venue, teller = TELLERS[name]
    return Feeds(DIALECTS[venue]), teller()


def heard(feeds: Feeds, item: Item) -> list[Kind]:
    told = feeds.hear_answer(item.url, item.text) if item.url else feeds.hear(item.text)
    return [event.kind for _, event in told]


def hear_all(feeds: Feeds, items: Iterable[Item]) -> None:
    for item in items:
        heard(feeds, item)


def is_true(feeds: Feeds, key: BookKey, truth: Truth, name: str) -> bool:
    book = feeds.read(key)
    return isinstance(book, Unknown) or truth.is_held_by(
        book, DIALECTS[TELLERS[name][0]].proved_levels
    )


@tellers
@given(steps(), st.data())
def test_every_book_is_rebuilt_and_proved(name, happening, data):
    feeds, teller = feeds_and_teller(name)
    later = data.draw(st.integers(0, len(happening) - 1)) if teller.is_snapshot_asked else 0
    for item in teller.story(happening, snapshots_at=[later]):
        heard(feeds, item)
        assert is_true(feeds, item.key, item.truth, name)
    assert feeds.tally.is_proved
    assert len(feeds.keys(Standing.LIVE)) == len(SYMBOLS)
    for symbol in SYMBOLS:
        item = teller.snapshot(symbol)
        assert isinstance(feeds.read(item.key), Book)
        assert is_true(feeds, item.key, item.truth, name)


@tellers
@given(steps(min_size=3), st.data())
def test_what_can_be_read_is_true_whatever_is_lost_or_repeated(name, happening, data):
    feeds, teller = feeds_and_teller(name)
    places = data.draw(st.sets(st.integers(0, len(happening) - 1)))
    fates = st.sampled_from(["heard", "heard", "lost", "repeated"])
    for item in teller.story(happening, snapshots_at=sorted(places)):
        fate = data.draw(fates)
        if fate == "lost":
            continue
        heard(feeds, item)
        if fate == "repeated":
            heard(feeds, item)
        assert is_true(feeds, item.key, item.truth, name)


@pytest.mark.parametrize("name", ["binance", "binance-futures"])
@given(steps(min_size=3), st.data())
def test_a_snapshot_that_was_long_on_its_way_joins_where_it_ends(name, happening, data):
    feeds, teller = feeds_and_teller(name)
    asked = data.draw(st.integers(0, len(happening) - 1))
    story = teller.story(happening, snapshots_at=[asked])
    answers = [item for item in story if item.is_snapshot]
    changes = [item for item in story if not item.is_snapshot]
    came = data.draw(st.integers(asked, len(changes)))
    hear_all(feeds, [*changes[:came], *answers, *changes[came:]])
    assert feeds.tally.is_proved
    for symbol in SYMBOLS:
        now = teller.snapshot(symbol)
        book = feeds.read(now.key)
        assert isinstance(book, Book)
        assert now.truth.is_held_by(book, 0)


@numbered
@given(steps(min_size=3), st.data())
def test_a_lost_change_is_noticed_by_the_next_one(name, happening, data):
    feeds, teller = feeds_and_teller(name)
    story = [*teller.story(happening), teller.change(NEWS), teller.change(OTHER_NEWS)]
    changes = [at for at, item in enumerate(story[:-2]) if not item.is_snapshot]
    lost = story.pop(data.draw(st.sampled_from(changes)))
    hear_all(feeds, story)
    assert feeds.tally.gaps == 1
    assert isinstance(feeds.read(lost.key), Unknown)


@numbered
@given(steps(min_size=3), st.data())
def test_messages_out_of_order_are_noticed(name, happening, data):
    feeds, teller = feeds_and_teller(name)
    story = [*teller.story([step._replace(symbol="AB") for step in happening])]
    changes = [at for at, item in enumerate(story[:-1]) if not item.is_snapshot]
    at = data.draw(st.sampled_from(changes))
    story[at], story[at + 1] = story[at + 1], story[at]
    hear_all(feeds, story)
    assert feeds.tally.gaps
    assert isinstance(feeds.read(story[at].key), Unknown)


@pytest.mark.parametrize("name", [name for name in TELLERS if not TELLERS[name][1]().is_numbered])
def test_a_lost_change_is_noticed_by_the_checksum(name):
    feeds, teller = feeds_and_teller(name)
    hear_all(feeds, teller.story([OTHER_NEWS]))
    lost, after = teller.change(NEWS), teller.change(Step("AB", {}, {56: 1}))
    assert heard(feeds, after) == [Kind.BROKEN]
    assert (feeds.tally.mismatches, feeds.tally.gaps) == (1, 0)
    assert feeds.read(lost.key) == Unknown(Reason.CHECKSUM)


@tellers
def test_a_broken_book_says_nothing_until_its_next_snapshot(name):
    feeds, teller = feeds_and_teller(name)
    hear_all(feeds, teller.story([NEWS, OTHER_NEWS]))
    teller.change(Step("AB", {11: 4}, {}))
    heard(feeds, teller.change(Step("AB", {6: 4}, {})))
    late = teller.change(Step("AB", {1: 4}, {}))
    assert Kind.CHANGED not in heard(feeds, late)
    assert isinstance(feeds.read(late.key), Unknown)
    again = teller.snapshot("AB")
    assert Kind.SYNCED in heard(feeds, again)
    assert is_true(feeds, again.key, again.truth, name)
    assert heard(feeds, teller.change(NEWS)) == [Kind.CHANGED]


@pytest.mark.parametrize("name", [name for name in TELLERS if name != "coinbase"])
def test_one_broken_book_leaves_the_others_alone(name):
    feeds, teller = feeds_and_teller(name)
    hear_all(feeds, teller.story([NEWS, OTHER_NEWS]))
    teller.change(Step("AB", {11: 4}, {}))
    heard(feeds, teller.change(Step("AB", {6: 4}, {})))
    assert heard(feeds, teller.change(OTHER_NEWS)) == [Kind.CHANGED]


def test_one_lost_frame_breaks_every_book_where_all_share_a_count():
    feeds, teller = feeds_and_teller("coinbase")
    hear_all(feeds, teller.story([NEWS, OTHER_NEWS]))
    teller.change(NEWS)
    told = feeds.hear(teller.change(OTHER_NEWS).text)
    assert [event.reason for _, event in told if event.kind is Kind.BROKEN] == [Reason.GAP] * 2
    assert feeds.tally.gaps == 1


@pytest.mark.parametrize(
    "name", [name for name in TELLERS if not TELLERS[name][1]().is_snapshot_asked]
)
def test_a_new_connection_knows_nothing_of_the_old_one(name):
    feeds, teller = feeds_and_teller(name)
    hear_all(feeds, teller.story([NEWS, OTHER_NEWS]))
    assert len(feeds.reconnected()) == len(SYMBOLS)
    assert feeds.read(teller.snapshot("AB").key) == Unknown(Reason.RECONNECTED)
    assert feeds.tally.is_proved


@pytest.mark.parametrize("name", ["binance", "binance-futures"])
def test_a_chain_that_goes_on_survives_a_new_connection(name):
    feeds, teller = feeds_and_teller(name)
    hear_all(feeds, teller.story([NEWS, OTHER_NEWS]))
    assert feeds.reconnected() == []
    assert heard(feeds, teller.change(NEWS)) == [Kind.CHANGED]


@tellers
@given(
    st.text(max_size=30)
    | st.sampled_from(["", "pong", "{", "[", "[]", "{}", "[1,2]", "null", "[" * 9999])
)
def test_no_text_breaks_what_hears_it(name, text):
    feeds, teller = feeds_and_teller(name)
    item = teller.snapshot("AB")
    heard(feeds, item)
    feeds.hear(text)
    feeds.hear_answer("https://x/depth?symbol=AB", text)
    assert isinstance(feeds.read(item.key), Book)


@tellers
@given(data=st.data())
def test_a_message_cut_short_is_counted_or_no_message(name, data):
    feeds, teller = feeds_and_teller(name)
    item = teller.snapshot("AB")
    cut = item._replace(text=item.text[: data.draw(st.integers(1, len(item.text) - 1))])
    assert heard(feeds, cut) == []
    assert feeds.tally.reasons == {Reason.UNREADABLE: 1}


def test_a_level_that_is_no_level_breaks_its_book_and_no_other():
    feeds, teller = feeds_and_teller("bybit")
    hear_all(feeds, teller.story([NEWS, OTHER_NEWS]))
    bad = teller.change(NEWS)
    assert heard(feeds, bad._replace(text=bad.text.replace("0.160", "-0.160"))) == [Kind.BROKEN]
    assert feeds.read(bad.key) == Unknown(Reason.PRICE_NOT_POSITIVE)
    assert feeds.tally.reasons == {Reason.PRICE_NOT_POSITIVE: 1}
    assert not feeds.tally.is_proved
    assert heard(feeds, teller.change(OTHER_NEWS)) == [Kind.CHANGED]


def test_a_depth_told_at_subscription_cuts_the_book():
    feeds, teller = feeds_and_teller("kraken-v2")
    ack = (
        '{"method":"subscribe","success":true,"result":{"channel":"book","symbol":"AB","depth":10}}'
    )
    feeds.hear(ack)
    teller.sides["AB"] = (dict.fromkeys(range(1, 11), 1), {60: 1})
    heard(feeds, teller.snapshot("AB"))
    heard(feeds, teller.change(Step("AB", {45: 1}, {})))
    book = feeds.read(BookKey("AB", "book"))
    assert isinstance(book, Book)
    assert len(book.bids) == 10


def test_a_book_nobody_can_trade_in_says_so():
    feeds, teller = feeds_and_teller("bybit")
    key = teller.snapshot("AB").key
    assert feeds.tradable(key) == Unknown(Reason.NO_SNAPSHOT)
    heard(feeds, teller.snapshot("AB"))
    assert isinstance(feeds.tradable(key), Book)
    heard(feeds, teller.change(Step("AB", {20: 0}, {})))
    assert feeds.tradable(key) == Unknown(Reason.ONE_SIDED)
    assert isinstance(feeds.read(key), Book)
    heard(feeds, teller.change(Step("AB", {80: 1}, {})))
    assert feeds.tradable(key) == Unknown(Reason.CROSSED)
    assert feeds.tally.faults == {Reason.ONE_SIDED: 1, Reason.CROSSED: 1}
