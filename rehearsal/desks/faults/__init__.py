"""One way of breaking a desk for each cause of the taxonomy.

`hand.py` says what an injector is given and what it answers, `fields.py` breaks what a line says,
`presence.py` whether a line is there, `chain.py` what blocks and transactions do, `comparison.py`
what makes the comparison itself invalid, `table.py` lists them all, and `strike.py` plans and
strikes faults on a stream of events. Only what can be told from the lines is broken: a quantity
differs where a key still says which lines belong together.
"""
