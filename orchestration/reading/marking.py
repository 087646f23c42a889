"""The marks a day is valued at: what its sources showed, by the policy on the desk card.

Loading and arranging; what a policy makes of it is `domain.pnl`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_DOWN
from typing import Any

from domain.clock import DAY_NS, SECOND_NS, day_bounds_ns, utc_day
from domain.desk import DeskCard
from domain.ledger.types import Entry
from domain.money import to_units
from domain.pnl.marks import MarkBook
from domain.pnl.policies import BLOCK, CEX_BID, CEX_MID, POOL, Observed, marks_by
from domain.pnl.pools import PoolShown, quote_of
from domain.pnl.sides import CEX_SIDE, Sided, net_changes, sided_marks
from domain.pnl.types import Mark
from domain.pnl.values import Valuer
from journal.records import MarkObserved
from orchestration.day import ENTRIES, Day
from orchestration.partitions import day_before
from orchestration.reading import books
from orchestration.reading.journal_rows import rows_of_kinds
from orchestration.resources.lake_schema import POOLS

Row = Mapping[str, Any]
Told = list[tuple[int, str, int]]
"""Instant, underlying and price in millionths."""


def mark_book(day: Day) -> MarkBook:
    """Arrange a day's marks, opening with those the previous close ended with."""
    made = marks_made(day)
    carried = day.carried_marks()
    return MarkBook.of(
        made.marks,
        start_ns=day.span_ns[0],
        carried={name: e6 for name, e6 in carried.items() if name not in made.unmarked},
        policy=day.card.mark_policy,
        carried_policy=day.carried_policy(),
        flips=made.flips,
    )


def marks_made(day: Day) -> Sided:
    """Make the marks of the desk's policy from what was observed up to the anchor."""
    policy = day.card.mark_policy
    if policy == CEX_SIDE:
        return _by_side(day)
    return Sided(tuple(marks_by(policy, _observed(day, policy))), {}, frozenset())


def _observed(day: Day, policy: str) -> Observed:
    """Load what a policy looks at, and nothing else."""
    until_ns = day.span_ns[1] - 1
    return Observed(
        mids=_mids(day, until_ns) if policy in {CEX_MID, BLOCK} else (),
        bids=_taken(day, "sell", until_ns) if policy == CEX_BID else (),
        quotes=_pool_quotes(day, until_ns) if policy == POOL else (),
        blocks_ns=_block_times(day) if policy == BLOCK else (),
    )


def _by_side(day: Day) -> Sided:
    start_ns, end_ns = day.span_ns
    is_same = day.carried_policy() in {"", CEX_SIDE}
    nets = net_changes(
        day.lake.load(ENTRIES, day.name, Entry),
        day.carried(),
        Valuer.of(day.card.assets, MarkBook.of(())),
        start_ns,
        end_ns,
    )
    bids, asks = (_taken(day, side, end_ns - 1) for side in ("sell", "buy"))
    return sided_marks(bids, asks, nets, start_ns, day.carried_marks() if is_same else {})


def _mids(day: Day, until_ns: int) -> list[Mark]:
    days = day_before(day.name), day.name
    told = [row for one in days for row in rows_of_kinds(day.lake, one, (MarkObserved.KIND,))]
    return books.marks_of(told, until_ns)


def _taken(day: Day, side: str, until_ns: int) -> Told:
    """List what takers traded at on one side of the exchange's tape."""
    return taken(day.card, day.staged("stg_exchange__trades"), side, until_ns)


def taken(card: DeskCard, tape: Iterable[Row], side: str, until_ns: int) -> Told:
    """List what takers traded at, up to an instant; of one instant the last trade comes last.

    Args:
        card: The desk; only its own pair counts.
        tape: Public trades.
        side: Of the taker.
        until_ns: The last instant that counts.
    """
    exchange = card.exchange
    name = card.asset(exchange.base_asset).underlying
    wanted = exchange.venue, exchange.symbol, side
    return [
        (row["venue_ns"], name, to_units(row["price"], 6, rounding=ROUND_DOWN))
        for row in sorted(tape, key=lambda row: row["trade_id"])
        if (row["venue"], row["symbol"], row["side"]) == wanted and row["venue_ns"] <= until_ns
    ]


def _pool_quotes(day: Day, until_ns: int) -> Told:
    """List what pools showed; of several in one block the card's first pool is last: it counts."""
    before = utc_day(day_bounds_ns(day.name)[0] - DAY_NS)
    rows = [row for name in (before, day.name) for row in day.lake.read(POOLS.name, name)]
    order = {pool.venue: -place for place, pool in enumerate(day.card.chain.pools)}
    rows.sort(key=lambda row: (row["block_number"], order[row["venue"]], row["log_index"]))
    quotes = (quote_of(day.card, _shown(row)) for row in rows)
    return [one for one in quotes if one is not None and one[0] <= until_ns]


def _shown(row: Row) -> PoolShown:
    return PoolShown(
        row["venue"],
        row["timestamp_s"] * SECOND_NS,
        int(row["reserve0"]),
        int(row["reserve1"]),
        int(row["sqrt_price_x96"]),
    )


def _block_times(day: Day) -> list[int]:
    return [row["timestamp_s"] * SECOND_NS for row in day.staged("stg_chain__blocks")]
