"""A tick costs what is new: what is kept of earlier looks, what is new, how it is added.

Whatever is here gives what the whole from scratch gives; the definitions are `domain`'s.
"""
