"""What every process of the loop stands on: the real clock, one way to start, serve and stop.

Belongs here: clock, service life-cycle, guarded tasks, waiting, logs, metrics and health pages.
Does not: anything that knows what a price, an order or a frame is.
"""
