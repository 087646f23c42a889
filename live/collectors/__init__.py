"""Hearing the venues: exchange books and chain logs become AlphaPulse frames.

Belongs here: one process a kind of venue (`cex`, `dex`), and the pure parsers beside it that hold
every
decision: what a message means, whether the book still agrees with the venue's checksum, what a log
did to a pool. Does not belong here: fan-out (:mod:`live.relay`), opinions about prices
(:mod:`live.detection`).
"""
