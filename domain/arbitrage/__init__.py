"""Is there an edge between two venues, how large should it be taken, and what is it worth?

Belongs here: pure answers from pool states and books, net of fees and gas, in exact integers. An
answer is an edge or a :class:`~domain.arbitrage.edge.NoOpportunity` with its reason; "no" is not an
error.
Does not belong here: where the states come from, whether the desk dares (risk), how it is executed.
"""
