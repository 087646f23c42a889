"""A symbol alone does not name a book."""

from domain.market.word import BookKey, BookSaid


def test_one_symbol_on_two_channels_is_two_books():
    assert BookKey("BTCUSDT", "orderbook.1") != BookKey("BTCUSDT", "orderbook.50")


def test_what_a_venue_does_not_say_is_absent():
    said = BookSaid(BookKey("AB", "book"), is_snapshot=True, bids=(), asks=())
    assert (said.checksum, said.after, said.upto) == (None, None, None)
