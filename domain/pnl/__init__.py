"""Profit and loss that sums exactly to the change of equity, by strategy, venue and cause.

`marks.py` answers what something was worth, `types.py` is the vocabulary, `attribute.py` the maths,
`explain.py` follows a number to its fills. Nothing here estimates; what cannot be valued is named.
"""
