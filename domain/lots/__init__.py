"""Lots: which acquisition each disposal used up, at what basis, and what is still held.

`types.py` is the vocabulary, `order.py` the one order of facts, `moves.py` pairs what left one
wallet with what arrived in another, `shelves.py` holds lots in the order a method takes them,
`netting.py` shares money out, `engine.py` matches and `lanes.py` does so faster where a history is
plain; `ending.py` says what was gained and what is left where nobody asks which lot went. `fees.py`
turns a fee paid in a third asset into the disposal it is, and `totals.py` sums a report so that
methods can be laid side by side.

Everything is an integer: quantities in base units, money at one scale of the caller's choice. A
share of a lot is floored at that scale and the remainder stays with the lot, so quantities and
basis are conserved to the last unit whatever the method. What rules a country has is not known
here; a book is four choices (`types.Book`).
"""
