"""The public tape can be read to its end by following the cursor, and summaries agree with it."""

import pytest

from domain.clock import HandClock
from rehearsal.exchange.commands import Place, Quote
from rehearsal.exchange.kraken_ask import EapiRefused
from rehearsal.exchange.kraken_public import PUBLIC
from rehearsal.exchange.venue import MAKER, SPOT, Venue

START_NS = 1_700_000_000 * 10**9
LOTS = 10_000
ASK = {"pair": "ETHUSDC"}


@pytest.fixture
def venue(tmp_path):
    """An exchange on which 25 trades happened, 10 s apart, each dearer than the one before."""
    clock = HandClock(START_NS)
    venue = Venue(tmp_path / "e.sqlite", clock)
    venue.execute(Quote(MAKER, (), tuple((300_000 + n, LOTS) for n in range(25))))
    for _ in range(25):
        clock.wind(10 * 10**9)
        venue.execute(Place(SPOT, "buy", "market", LOTS))
    yield venue
    venue.close()


def test_following_the_cursor_reads_every_print_once(venue):
    seen, cursor = [], "0"
    while page := PUBLIC["Trades"](venue, ASK | {"since": cursor, "count": "4"}):
        if not page["ETHUSDC"]:
            break
        seen += [row[6] for row in page["ETHUSDC"]]
        cursor = page["last"]
    assert seen == list(range(1, 26))


def test_since_is_taken_in_seconds_too(venue):
    page = PUBLIC["Trades"](venue, ASK | {"since": str(START_NS // 10**9 + 240)})
    assert [row[6] for row in page["ETHUSDC"]] == [25]


def test_without_a_cursor_the_newest_are_given(venue):
    page = PUBLIC["Trades"](venue, ASK | {"count": "3"})
    assert [row[6] for row in page["ETHUSDC"]] == [23, 24, 25]


def test_candles_open_high_low_and_close_with_the_prints_of_their_minute(venue):
    rows = PUBLIC["OHLC"](venue, ASK)["ETHUSDC"]
    assert sum(row[7] for row in rows) == 25
    assert rows[0][1:5] == ["3000.00", "3000.02", "3000.00", "3000.02"]
    assert rows[-1][4] == "3000.24"


def test_the_ticker_tells_the_last_print_and_the_range(venue):
    told = PUBLIC["Ticker"](venue, ASK)["ETHUSDC"]
    assert told["c"] == ["3000.24", "0.00010000"]
    assert (told["l"][0], told["h"][0], told["t"][0]) == ("3000.00", "3000.24", 25)


def test_a_market_without_prints_or_quotes_still_answers(tmp_path):
    empty = Venue(tmp_path / "e.sqlite", HandClock(START_NS))
    answers = {name: method(empty, ASK) for name, method in PUBLIC.items()}
    assert answers["Depth"] == {"ETHUSDC": {"asks": [], "bids": []}}
    assert answers["Trades"] == {"ETHUSDC": [], "last": "0"}
    empty.close()


@pytest.mark.parametrize("method", ["Depth", "Trades", "OHLC", "Ticker", "AssetPairs"])
def test_an_unknown_pair_is_refused(venue, method):
    with pytest.raises(EapiRefused, match="Unknown asset pair"):
        PUBLIC[method](venue, {"pair": "XBTUSD"})
