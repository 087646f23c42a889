"""Working a large order in parts: when, how much, at which venue, and what it cost. Pure.

What belongs here: the order (`parent.py`), its timetable (`timetable.py`), the next step from what
is known (`progress.py`), the division over venues (`routing.py`), the cost against benchmarks
(`shortfall.py`). What does not: sending, asking, clocks (`live/execution/parents.py`) and saying no
(`live/risk`). Prices and sizes are integers of 10^-8, as in `domain/market/book.py`.
"""
