"""Profit and loss that sums exactly to the change of equity, by strategy, venue, asset and cause.

`marks.py` answers what something was worth, by one of `policies.py`; `types.py` is the vocabulary.
`lines.py` defines the maths, `sums.py` adds it up and `attribute.py` names it by row and asset;
`realised.py` finds the same sum by lots, `performance.py` sets beside it what was predicted and
`explain.py` follows a number to its fills. Nothing here estimates; what cannot be valued is named.
"""
