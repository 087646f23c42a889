"""Noticing what the journal and the books have gained, and asking for runs: never computing.

Cursor arithmetic is in pure functions (`cursors.py`); each sensor is one small file beside it.
"""
