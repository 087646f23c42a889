"""The names of the relay's sockets, under ``home.sockets``."""

PAPER = "paper.sock"
CHAIN = "chain.sock"
SIGNALS = "signals.sock"
MARKET = "relay.sock"
DEFI = "defi.sock"
