"""What automated market makers pay, to the last unit, computed as their contracts compute it.

Belongs here: swap maths of deployed pool contracts over plain integers, and the view of a pool as a
market for one pair. Does not belong here: calls to a chain, log decoding, or any choice of size
(see :mod:`domain.arbitrage`). Everything is a function of its arguments (no RPC, no clock), so
recorded answers of the contracts can be replayed for ever.
"""
