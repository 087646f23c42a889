"""The loop's memory: the one process that writes the journal and keeps the raw wire.

Belongs here: the door's server, the group commit, wire segments. Does not: any judgement about what
a fact or a frame means.
"""
