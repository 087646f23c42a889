"""What we hold and what it exposes us to, by asset, venue, strategy and chain.

`held.py` sums entries into holdings by strategy, `exposure.py` values them and measures
concentration, `live.py` compares what the loop heard with what the books hold. Pure; lots are
`domain.lots`', profit is `domain.pnl`'s.
"""
