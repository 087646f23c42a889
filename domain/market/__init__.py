"""What markets say: order books, what a size costs in them, and candles built from trades.

Pure and exact: prices and sizes are scaled integers or decimals as sent, never float. Sockets,
venue dialects (:mod:`live.collectors`) and our own orders do not belong here.
"""
