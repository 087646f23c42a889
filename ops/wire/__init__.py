"""The wire from a terminal: a relay tapped, frames as lines of JSON and back.

What a frame means is `live.protocol`'s.
"""
