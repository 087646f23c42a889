"""Which venues' books can be read, by the names a person types."""

from __future__ import annotations

from domain.market.dialect import Dialect
from domain.venues import binance, bitget, bybit, coinbase, kraken, okx

DIALECTS: dict[str, Dialect] = {
    dialect.venue: dialect
    for dialect in (
        kraken.BOOKS,
        okx.BOOKS,
        bitget.BOOKS,
        binance.SPOT_BOOKS,
        binance.FUTURES_BOOKS,
        coinbase.BOOKS,
        bybit.BOOKS,
    )
}
"""Every dialect by the name of its venue."""
