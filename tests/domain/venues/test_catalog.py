"""Every dialect is found by the name of its venue, and proves its books somehow."""

import pytest

from domain.market.dialect import pair_of
from domain.venues.catalog import DIALECTS


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_is_found_by_its_own_name(name):
    assert DIALECTS[name].venue == name


@pytest.mark.parametrize("name", DIALECTS)
def test_a_proof_of_some_levels_is_a_checksum_and_one_of_all_is_a_chain(name):
    dialect = DIALECTS[name]
    assert (dialect.checksum is not None) == (dialect.proved_levels > 0)


@pytest.mark.parametrize(
    ("name", "symbol", "key"),
    [
        ("kraken", "XBT/USD", ("XBT/USD", "book")),
        ("okx", "BTC/USDT", ("BTC-USDT", "books")),
        ("okx", "BTC/USDT:USDT", ("BTC-USDT-SWAP", "books")),
        ("bitget", "BTC/USDT", ("SPOT:BTCUSDT", "books")),
        ("bitget", "BTC/USDT:USDT", ("USDT-FUTURES:BTCUSDT", "books")),
        ("binance", "BTC/USDT", ("BTCUSDT", "depth")),
        ("binance-futures", "BTC/USDT:USDT", ("BTCUSDT", "depth")),
        ("coinbase", "BTC/USD", ("BTC-USD", "l2_data")),
        ("bybit", "BTC/USDT", ("BTCUSDT", "orderbook.50")),
    ],
)
def test_a_pairs_book_is_named_as_its_venue_names_it(name, symbol, key):
    assert DIALECTS[name].key_of(pair_of(symbol)) == key
