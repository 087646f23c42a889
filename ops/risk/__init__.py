"""Risk from the front desk: what the journal says of it, and orders to it that are durable first.

What risk decides is `live.risk`'s.
"""
