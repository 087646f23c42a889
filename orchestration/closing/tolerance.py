"""What people accepted over the last month, valued, for the budget that watches it.

What the budget means is `domain/layers/tolerated.py`; here decisions and marks are loaded.
"""

from domain.breaks.correction import standing
from domain.breaks.gravity import MONEY_BANDS_USD_E24
from domain.clock import DAY_NS
from domain.layers.tolerated import Accepted, Lean, leans
from orchestration.closing.corrections import decisions
from orchestration.day import Day
from orchestration.reading.breaking import last_marks, worth_usd_e24

BUDGET_USD_E24 = MONEY_BANDS_USD_E24[1]
"""What accepted differences of one asset may come to in the days watched: an hour's work."""
WATCHED_NS = 30 * DAY_NS


def leans_of(day: Day) -> list[Lean]:
    """Add up, by asset, what was approved and counts in the days watched, at the last marks."""
    start_ns, end_ns = day.span_ns
    watched = range(start_ns - WATCHED_NS, end_ns)
    stand = [one for one in standing(decisions(day.home)).values() if one.counts_ns in watched]
    if not stand:
        return []  # and nothing is valued where nothing was accepted
    assets, marks = {one.asset: one for one in day.card.assets}, last_marks(day)
    accepted = [
        Accepted(one.asset, one.units, worth_usd_e24(one.asset, one.units, assets, marks))
        for one in stand
    ]
    return leans(accepted, BUDGET_USD_E24)
