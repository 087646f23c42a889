"""What a feed promises unless its venue says otherwise."""

import pytest

from domain.errors import InputRefused
from domain.market.dialect import Dialect, Pair, no_answer, pair_of
from domain.market.word import BookKey


def test_a_feed_begins_with_its_snapshot_unless_said_otherwise():
    dialect = Dialect("x", parse=lambda _: [], key_of=lambda pair: BookKey(pair.base, "x"))
    assert not dialect.is_snapshot_asked
    assert dialect.checksum is None


def test_a_venue_that_is_asked_nothing_reads_no_answers():
    assert no_answer("https://x/depth?symbol=AB", "{}") == []


def test_a_contract_says_what_it_is_settled_in():
    assert pair_of("BTC/USDT") == Pair("BTC", "USDT")
    assert pair_of("BTC/USDT:USDT") == Pair("BTC", "USDT", settle="USDT")


@pytest.mark.parametrize(
    "symbol", ["", "BTC", "BTC-USDT", "BTC/", "/USDT", "A/B/C", "A/B:", "A /B"]
)
def test_what_is_no_symbol_is_refused(symbol):
    with pytest.raises(InputRefused):
        pair_of(symbol)
