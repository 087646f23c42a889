"""The relay: what collectors say, once, to everyone who listens.

Two channels: `market`, v1 frames of types 1 to 10 only, ever, because one other frame kills a
deployed v1 reader; `defi`, v2 frames. Frames pass in one order, whole, and unchanged but for the
relay's stamp in trades. Understanding a frame does not belong here beyond what a late joiner must
be told.
"""
