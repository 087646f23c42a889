"""The symbol hash against the values deployed clients know by heart."""

from __future__ import annotations

import pytest

from live.protocol.siphash import siphash13, symbol_hash

KNOWN = {
    "coinbase:BTC-USD": 16842681295735137662,
    "coinbase:ETH-USD": 7334401999635196894,
    "kraken:BTC-USD": 1022169821381239205,
    "kraken:ETH-USD": 6206069765414077566,
    "uniswap_v3:WETH-USDC": 2419770046884317649,
    "quickswap:POL-USDC": 6220887254893429953,
    "quickswap:WMATIC-USDC": 240828785042547515,
    "sushiswap:WMATIC-USDC": 17466455884384201605,
    "alpaca:AAPL": 11464620628871496031,
    "WETH": 1745606143264435452,
    "USDC": 12525688523407135815,
    "": 3476900567878811119,
    "polygon:0x45dda9cb7c25131df268515131f647d726f50608:WETH/USDC": 8154332284721656555,
}


@pytest.mark.parametrize(("text", "hashed"), KNOWN.items())
def test_a_symbol_hashes_as_deployed(text, hashed):
    assert symbol_hash(text) == hashed


def test_without_the_closing_byte_it_is_another_hash():
    assert siphash13(b"coinbase:BTC-USD") == 12475304033988728150
