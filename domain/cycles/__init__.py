"""Cycles of exchanges: every one known, screened in floats, decided in integers.

Belongs here: what a market of pools and books looks like as arrays (`graph`, `line`), which cycles
it has (`paths`, `table`, `roster`), which of them a change makes worth asking about (`screen`,
`candidates`), how much to send and what that pays to the last unit (`hop`, `funding`,
`closed_form`, `smooth`, `top`, `approach`, `sizing`), the whole decision after one update
(`search`), and whether it still holds (`validation`). Pure and without a clock;
:mod:`domain.cycles.graph` and :mod:`domain.cycles.table` hold state that their one owner moves on
in place, because copying arrays would cost more than looking at them.
Does not belong here: how a pool or a book quotes (:mod:`domain.amm`, :mod:`domain.market`), edges
of one pair between two venues of a desk (:mod:`domain.arbitrage`), whether to act.

The theory. A direction of a venue pays f(x) for x, concave and through 0. It lies below the line
r·x / (1 + k·x), whose *rate* r is what the first unit pays and whose *bend* k says how fast that
gets worse, and below its *cap*. Such lines compose into a line of the same kind, so one cycle of
any length is three numbers (A, B, C): it gains nothing unless A > 1, and what it can gain at most
has a closed form. Both are upper bounds, so what the screen drops was not profitable; what it keeps
is asked of the contracts' own integers.
"""
