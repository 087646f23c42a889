"""The loop: hear prices, find arbitrage, dare or decline, act, and remember every step.

One process a room, asyncio on uvloop. A room here may import `domain`, `journal.records` and the
relay's protocols; the journal's store is reached through `live/recorder` alone. What the books
decide does not belong here: it arrives as a journal fact. Importing a room costs nothing heavy;
libraries that take seconds are imported by the process that needs them.
"""
