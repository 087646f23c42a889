"""Files of markets: pools, swaps, trades, recorded books, and what the domain answers about them.

The maths of pools is `domain.amm`'s, of books and candles `domain.market`'s.
"""
