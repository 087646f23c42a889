"""A chain with a known truth: a local node, real exchange contracts on it, makers who move prices.

Here: starting and stopping the node, deploying, the prepared state, the market makers. Not here:
how the loop speaks to a chain (`live/chain`), which prices the makers aim at
(`rehearsal/market.py`).
"""
