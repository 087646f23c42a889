"""Public trades: every digit kept, everything else refused or ignored on purpose."""

from __future__ import annotations

import pytest

from domain.errors import SchemaDrift
from live.collectors.grid import Digits
from live.collectors.kraken_trades import is_about_trades, trades_of

DIGITS = Digits(price=2, size=8)


def a_frame(kind: str = "update", **changed: str) -> str:
    cells = {"symbol": '"ETH/USDC"', "side": '"sell"', "price": "3000.10", "qty": "0.01"}
    cells |= {"timestamp": '"2026-11-20T12:00:00.5Z"'} | changed
    entry = ",".join(f'"{name}":{cell}' for name, cell in cells.items())
    return f'{{"channel":"trade","type":"{kind}","data":[{{{entry}}}]}}'


def test_a_trade_says_price_size_and_the_takers_side():
    (heard,) = trades_of(a_frame(), DIGITS)
    assert (str(heard.price), str(heard.size), heard.side) == ("3000.10", "0.01000000", "sell")
    assert heard.venue_ns == 1_795_176_000_500_000_000


def test_trades_before_the_subscription_are_no_news():
    assert trades_of(a_frame("snapshot"), DIGITS) == []


def test_a_frame_says_what_it_is_about():
    assert is_about_trades(a_frame())
    assert not is_about_trades('{"channel":"book","type":"update","data":[]}')
    assert not is_about_trades('{"method":"subscribe","result":{"channel":"trade"}}')


@pytest.mark.parametrize(
    "text",
    [
        '{"channel":"trade"',
        '{"channel":"trade","type":"update"}',
        '{"channel":"trade","type":"update","data":[3]}',
        a_frame(price="3000.101"),
        a_frame(price="-1.00"),
        a_frame(price='"many"'),
        a_frame(qty="0.000000001"),
        a_frame(qty="0"),
        a_frame(timestamp="3"),
    ],
)
def test_a_changed_dialect_is_refused(text):
    with pytest.raises(SchemaDrift):
        trades_of(text, DIGITS)
