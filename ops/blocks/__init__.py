"""A block as files: a folder read whole, and what settling it says.

How a transaction settles is `domain.settlement`'s.
"""
