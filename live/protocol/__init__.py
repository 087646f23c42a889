"""Bytes in, messages out, nothing else touched: the wire of the desk.

`v1` is AlphaPulse's protocol as deployed clients speak it, bit for bit; `v2` is our own envelope
for channels that no v1 client reads. No sockets, no clock, no state beyond a receive buffer here.
"""
