"""What markets say: order books, what a size costs in them, and candles built from trades.

Pure and exact: prices and sizes are scaled integers or decimals as sent, never float. A book comes
in through `reason` and `level` (a number and why it is none), `word` (what a venue says), `feed`
(whether it is believed) and `feeds` (all books of a connection); `book` is what is then read.

Sockets (:mod:`live.collectors`), venue dialects (:mod:`domain.venues`) and our own orders do not
belong here.
"""
