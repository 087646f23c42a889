"""How much more this installation could carry, from load that was measured, and how we know.

No forecast of demand, no timing of anything: measurements come in.
"""
