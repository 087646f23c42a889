"""The names of the relay's sockets, under ``home.sockets`` or a folder of its own."""

PAPER = "paper.sock"
BOOKS = "books.sock"
CHAIN = "chain.sock"
SIGNALS = "signals.sock"
TRADER = "trader.sock"
MARKET = "relay.sock"
DEFI = "defi.sock"

VENUES = ("kraken", "coinbase", "binance", "alpaca", "polygon")
"""The venues whose collectors the first relay served, each on ``<venue>.sock``."""
