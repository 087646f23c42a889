"""Measurements people can repeat: our path and its peers in the same run, on the same machine.

A bench alternates what it compares round by round, so that a busy minute of the machine falls on
everybody, and tells medians of rounds with the machine they were taken on. Assertions do not belong
here: a missed target is told, not raised.
"""
