"""A file of trades becomes a tape with every digit, or is refused in one sentence."""

import json
import random
from pathlib import Path

import pytest

from domain.errors import InputRefused
from domain.market.candles import candles_1m
from domain.money import from_units
from ops.market.trade_file import read_trade_file, tape_of

REAL = Path("../shared/data/kraken_ohlc")
TRADE = ["105433.60000", "0.00027625", 1762795433.5, "b", "l", "", 7]


@pytest.fixture
def answer(tmp_path):
    def write(rows, **parts):
        path = tmp_path / "trades.json"
        path.write_text(json.dumps({"error": [], "result": {"XBTUSDT": rows, "last": "1"}} | parts))
        return path

    return write


def test_texts_and_nanoseconds_are_kept(answer):
    path = answer([])
    text = path.read_text().replace("[]}", "[]}")
    path.write_text(
        text.replace(
            '"XBTUSDT": []', '"XBTUSDT": [["1.50000", "2.0", 1762795433.9717445, "s", "m", "", 8]]'
        )
    )
    (row,) = read_trade_file(path).rows
    assert (row.price, row.volume, row.time_ns) == ("1.50000", "2.0", 1762795433971744500)


def test_the_scale_of_prices_is_what_they_need_and_of_volumes_what_is_written(answer):
    rows = [TRADE, ["105433.65000", "1.00000000", 1762795434, "b", "l", "", 8]]
    tape = tape_of(read_trade_file(answer(rows)).rows)
    assert (tape.price_decimals, tape.quantity_decimals) == (2, 8)
    assert tape.trades[0].price_units == 10543360
    assert tape.trades[1].quantity_units == 10**8


def test_whole_prices_have_no_decimals(answer):
    rows = [
        ["105400.00000", "1", 1762795434, "b", "l", "", 8],
        ["100", "1", 1762795434, "b", "l", "", 9],
    ]
    assert tape_of(read_trade_file(answer(rows)).rows).price_decimals == 0


def test_no_trades_are_an_empty_tape(answer):
    assert tape_of(read_trade_file(answer([])).rows).trades == ()


@pytest.mark.parametrize(
    "row",
    [
        TRADE[:6],
        ["x", *TRADE[1:]],
        ["-1", *TRADE[1:]],
        ["1e5", *TRADE[1:]],
        ["NaN", *TRADE[1:]],
        ["", *TRADE[1:]],
        [1.5, *TRADE[1:]],
        ["1" * 61, *TRADE[1:]],
        [TRADE[0], None, *TRADE[2:]],
        [*TRADE[:2], "1762795433", *TRADE[3:]],
        [*TRADE[:2], -1, *TRADE[3:]],
        [*TRADE[:2], 10**12, *TRADE[3:]],
        [*TRADE[:6], "7"],
        [*TRADE[:6], 7.5],
        [*TRADE[:6], True],
        "trade",
    ],
    ids=str,
)
def test_a_malformed_trade_is_refused_by_its_row(answer, row):
    with pytest.raises(InputRefused, match="row=1"):
        read_trade_file(answer([TRADE, row]))


def test_an_error_of_the_exchange_is_told(answer):
    with pytest.raises(InputRefused, match="EGeneral:Too many requests"):
        read_trade_file(answer([], error=["EGeneral:Too many requests"], result=None))


@pytest.mark.parametrize(
    "content", ["[]", "7", "{}", '{"result": {}}', '{"result": {"A": [], "B": []}}']
)
def test_what_is_no_answer_of_one_market_is_refused(tmp_path, content):
    path = tmp_path / "trades.json"
    path.write_text(content)
    with pytest.raises(InputRefused):
        read_trade_file(path)


def test_every_full_minute_of_the_real_tape_is_the_exchanges_own():
    if not REAL.exists():
        pytest.skip(f"the real trades are not at {REAL}")
    rows = read_trade_file(REAL / "http_trades.json").rows
    shuffled = random.Random(5).sample(rows, len(rows)) + rows[:100]
    tape = tape_of(shuffled)
    theirs = json.loads((REAL / "http_ohlc.json").read_text())["result"]["XBTUSDT"]
    expected = {bar[0]: (*bar[1:5], bar[6], bar[7]) for bar in theirs}
    full = [candle for candle in candles_1m(tape.trades) if not candle.is_partial]
    assert len(full) == 409
    for candle in full:
        prices = (candle.open_units, candle.high_units, candle.low_units, candle.close_units)
        written = (*(from_units(price, tape.price_decimals) for price in prices),)
        volume = from_units(candle.volume_units, tape.quantity_decimals)
        assert (*written, volume, candle.count) == expected[candle.start_s]
