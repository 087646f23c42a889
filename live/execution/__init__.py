"""How an approved opportunity becomes trades: intent before action, one definite answer per leg.

What belongs here: the trader process. `machine.py`, `legs.py` and `history.py` decide and touch
nothing; `chain_lane.py`, `asking.py`, `order_lane.py`, `exchange.py` and `scribe.py` are the rims
to chain, exchange and journal; `chain_leg.py` and `retiring.py` do what the machine commands about
the chain, `runner.py` walks one execution, `coordinator.py` all of them. What does not:
finding edges (`live/detection`), saying no (`live/risk`), settling (the books).
"""
