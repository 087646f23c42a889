"""Desks with a known truth, on paper: what a desk books and what the world states about it.

`catalog.py` says which venues, chains and assets there are, `lines.py` what one booked line is,
`events.py` what can happen, `generate.py` lets it happen in order of time, `faults/` breaks one
side in every way the taxonomy of causes knows, and `books.py` keeps the true balances. Everything
is drawn from a seed and streams, so that a desk may be larger than memory. No chain and no exchange
runs here (they are next door), and nothing here reconciles: whoever does is scored against it.
"""
