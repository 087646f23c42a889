"""Every break of a day with the root it repeats, so that a sum over a table counts a fault once.

After all layers have said what does not hold; they must not depend on one another for it. What a
root is says `domain.layers`, what an amount is worth `orchestration/reading/breaking.py`.
"""

import dagster as dg

from domain.layers.counting import Counted, counted
from orchestration.assets.catalog import book_spec, done, step
from orchestration.day import BREAKS_COUNTED, Day
from orchestration.reading.breaking import TABLES, breaks_on, last_marks, worth_usd_e24
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import POOL

SPEC = book_spec(
    BREAKS_COUNTED,
    "reconciliation",
    "One row per break of any layer: what it repeats, whether its money counts, what it is worth.",
    Counted,
    (*TABLES, "stg_journal__marks"),
)


@step("count_breaks", SPEC, pool=POOL)
def breaks_counted(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Tell roots from what repeats them, and value both at the day's last marks."""
    day = Day(desk.home, context.partition_key)
    found = counted_on(day)
    rows = day.lake.save(BREAKS_COUNTED, day.name, Counted, found)
    return done(rows, roots=sum(one.is_root for one in found))


def counted_on(day: Day) -> list[Counted]:
    """Count what the latest settlement of a day found; of a day that agrees nothing is read."""
    found = breaks_on(day.home, day.name)
    if not found:
        return []
    assets, marks = {one.asset: one for one in day.card.assets}, last_marks(day)
    values = {
        one.break_id: worth_usd_e24(one.asset, one.amount_units, assets, marks) for one in found
    }
    return counted(found, assets, values)


COUNTING = [breaks_counted]
