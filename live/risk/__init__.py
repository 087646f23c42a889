"""Whether the desk dares: pure verdicts, each citing its limit, its numbers and its reason.

What belongs here: limits, what risk has to know about the moment, the rules, and the state of a
session (losses, failures, halts) folded from facts. What does not: sending anything, reading a
clock, a socket.
"""
