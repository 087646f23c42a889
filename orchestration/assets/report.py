"""The close as a mart: one row a day, made last, so that it stands for everything before it.

A person's table and a machine's object are both read from it; neither is made here.
"""

import dagster as dg
import msgspec

from domain.errors import InvariantBroken
from domain.home import DeskHome
from orchestration.assets.catalog import book_spec, step
from orchestration.closing.close import close_object
from orchestration.day import CLOSE, CONSERVED, HEADROOM, ROLLED, STOCKED, TRAIL, Day
from orchestration.reading.movements import EXECUTIONS
from orchestration.resources.desk import Desk
from orchestration.resources.lake import (
    read_parquet,
    struct_columns,
    text_json,
    write_parquet,
)
from orchestration.resources.warehouse import POOL, mart_path


class Close(msgspec.Struct, frozen=True):
    """The close of one day.

    Args:
        last_seq: The journal's last record of the day that was settled in it.
        close: The whole object as JSON.
    """

    day: str
    last_seq: int
    residual: str
    total: str
    breaks_number: int
    audit_head: str
    close: str


SPEC = book_spec(
    CLOSE,
    "marts",
    "One row per day: the close, published only when no blocking check failed.",
    Close,
    ("fct_executions", "fct_settlements", "fct_breaks", "fct_postings", "fct_positions", "fct_pnl",
     "fct_pnl_by_asset", "fct_opportunities", "fct_exposures", "fct_holdings", "dim_assets", TRAIL,
     HEADROOM, ROLLED, STOCKED, CONSERVED),
)  # fmt: skip


@step("report_close", SPEC, pool=POOL)
def close_reported(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Write the close where readers outside the books find it."""
    day = Day(desk.home, context.partition_key)
    found = close_object(day)
    if found is None:
        raise InvariantBroken("this day has no attribution to report", day=day.name)
    one = Close(
        day=day.name,
        last_seq=day.lake.cursor(EXECUTIONS, day.name).position,
        residual=str(found["pnl"]["residual"]),
        total=str(found["pnl"]["total"]),
        breaks_number=len(found["breaks"]),
        audit_head=found["audit_head"],
        close=text_json(found),
    )
    publish(desk.home, one)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": 1,
            "residual": one.residual,
            "total": one.total,
            "breaks": one.breaks_number,
            "close": dg.MetadataValue.json(found),
        }
    )


def publish(home: DeskHome, close: Close) -> None:
    """Write a close where readers outside the books find it; the last thing a settlement does."""
    path, columns = mart_path(home, CLOSE, close.day), struct_columns(Close)[:-1]
    write_parquet(path, [msgspec.structs.asdict(close)], columns)


def settled_seq(home: DeskHome, day: str) -> int:
    """Tell up to which journal record a day's published close goes; 0 when none is published."""
    path = mart_path(home, CLOSE, day)
    rows = read_parquet(path) if path.exists() else []
    return max((row.get("last_seq", 0) for row in rows), default=0)


REPORT = [close_reported]
