"""Two sides of the same money, row by row: what matches, what does not, and the exact reason.

`types.py` has rows and answers, `causes.py` the taxonomy, `rules.py` what the reader states.
`exact.py` settles what agrees in everything, `bulk.py` tells at once what no other row has a say
in, `keyed.py` pairs what shares a key, `nearby.py` and
`sums.py` what shares none; `assignment.py` finds the cheapest pairing in integers. `fields.py`
says how a pair differs, `explain.py` which few causes make up a difference exactly, `singles.py`
why a row is alone, `budget.py` whether what was tolerated adds up, `correction.py` what to book.
Rows come sorted out of nowhere: no file, clock or database is known here.
"""
