"""A desk running: opened, its processes started, watched and stopped in order; the demo and `up`.

What the processes do is the loop's.
"""
