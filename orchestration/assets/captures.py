"""Captures: each source copied into the lake, incrementally and up to one anchor.

How a source is read is in `orchestration/captures/`; here is only what depends on what. Captures
never interpret.
"""

import dagster as dg

from orchestration.assets.catalog import capture_spec, done, step
from orchestration.captures import anchor, chain, exchange, facts, pending, pools, rebases
from orchestration.resources.desk import Desk
from orchestration.resources.lake import Lake

FACTS = capture_spec("raw_journal__facts", kinds={"sqlite"})
ANCHORS = capture_spec("raw_chain__anchors", kinds={"ethereum"}, deps=("raw_journal__facts",))
SCAN = tuple(
    capture_spec(name, kinds={"ethereum"}, deps=("raw_chain__anchors",))
    for name in ("raw_chain__blocks", "raw_chain__transactions", "raw_chain__logs")
)
CHAIN_OPENINGS = capture_spec("raw_chain__openings", kinds={"ethereum"})
CHAIN_BALANCES = capture_spec(
    "raw_chain__balances", kinds={"ethereum"}, deps=("raw_chain__anchors",)
)
POOLS = capture_spec("raw_chain__pools", kinds={"ethereum"}, deps=("raw_chain__anchors",))
REBASES = capture_spec("raw_chain__rebases", kinds={"ethereum"}, deps=("raw_chain__anchors",))
PENDING = (
    capture_spec("raw_chain__pending", kinds={"ethereum"}, deps=("raw_chain__anchors",)),
    capture_spec("raw_exchange__pending", kinds={"rest"}, deps=("raw_chain__anchors",)),
)
FILLS = capture_spec("raw_exchange__fills", kinds={"rest"}, deps=("raw_chain__anchors",))
LINES = capture_spec("raw_exchange__ledger_lines", kinds={"rest"}, deps=("raw_chain__anchors",))
PAYMENTS = capture_spec("raw_exchange__payments", kinds={"rest"}, deps=("raw_chain__anchors",))
TAPE = capture_spec("raw_exchange__trades", kinds={"rest"}, deps=("raw_chain__anchors",))
EXCHANGE_OPENINGS = capture_spec(
    "raw_exchange__openings", kinds={"rest"}, deps=("raw_exchange__ledger_lines",)
)
EXCHANGE_BALANCES = capture_spec(
    "raw_exchange__balances", kinds={"rest"}, deps=("raw_chain__anchors",)
)


@step("capture_journal", FACTS)
def raw_journal__facts(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Copy the day's new journal records."""
    day = context.partition_key
    new = facts.capture_facts(desk.home, day)
    last = Lake(desk.home).cursor("raw_journal__facts", day).position
    return done(_rows(desk, "raw_journal__facts", day), new_rows=new, last_seq=last)


@step("capture_anchor", ANCHORS)
def raw_chain__anchors(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Choose the block and instant at which every source is compared."""
    chosen = anchor.capture_anchor(desk.home, context.partition_key)
    return done(1, block=chosen.block_number, block_hash=chosen.block_hash, reason=chosen.reason)


@step("capture_chain", *SCAN)
def raw_chain__blocks(
    context: dg.AssetExecutionContext, desk: Desk
) -> tuple[dg.MaterializeResult, dg.MaterializeResult, dg.MaterializeResult]:
    """Scan the day's new blocks for what touches us."""
    day = context.partition_key
    new = chain.capture_blocks(desk.home, day)
    blocks, transactions, logs = (_scanned(desk, spec.key, day, new) for spec in SCAN)
    return blocks, transactions, logs


@step("capture_chain_openings", CHAIN_OPENINGS)
def raw_chain__openings(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Ask what our addresses held when the desk opened."""
    return done(chain.capture_openings(desk.home, context.partition_key))


@step("capture_chain_balances", CHAIN_BALANCES)
def raw_chain__balances(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Ask what our addresses hold at the anchor."""
    day = context.partition_key
    chain.capture_balances(desk.home, day)
    return done(_rows(desk, "raw_chain__balances", day))


@step("capture_rebases", REBASES)
def raw_chain__rebases(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Ask what rebases of our tokens did to our addresses."""
    day = context.partition_key
    new = rebases.capture_rebases(desk.home, day)
    return done(_rows(desk, "raw_chain__rebases", day), new_rows=new)


@step("capture_pools", POOLS)
def raw_chain__pools(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Read what the desk's pools showed, if the desk marks by it."""
    day = context.partition_key
    new = pools.capture_pools(desk.home, day)
    return done(_rows(desk, "raw_chain__pools", day), new_rows=new)


@step("capture_pending", *PENDING)
def raw_chain__pending(
    context: dg.AssetExecutionContext, desk: Desk
) -> tuple[dg.MaterializeResult, dg.MaterializeResult]:
    """Read what was seen behind the anchor and is not final."""
    found = pending.capture_pending(desk.home, context.partition_key)
    on_chain, at_exchange = (
        dg.MaterializeResult(asset_key=spec.key, metadata={"dagster/row_count": rows})
        for spec, rows in zip(PENDING, found, strict=True)
    )
    return on_chain, at_exchange


@step("capture_fills", FILLS)
def raw_exchange__fills(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Copy our new trades from the exchange's history."""
    day = context.partition_key
    new = exchange.capture_fills(desk.home, day)
    return done(_rows(desk, "raw_exchange__fills", day), new_rows=new)


@step("capture_ledger_lines", LINES)
def raw_exchange__ledger_lines(
    context: dg.AssetExecutionContext, desk: Desk
) -> dg.MaterializeResult:
    """Copy the new lines of our account statement."""
    day = context.partition_key
    new = exchange.capture_ledger_lines(desk.home, day)
    return done(_rows(desk, "raw_exchange__ledger_lines", day), new_rows=new)


@step("capture_payments", PAYMENTS)
def raw_exchange__payments(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Read by which transactions and addresses our deposits and withdrawals went."""
    day = context.partition_key
    new = exchange.capture_payments(desk.home, day)
    return done(_rows(desk, "raw_exchange__payments", day), new_rows=new)


@step("capture_exchange_openings", EXCHANGE_OPENINGS)
def raw_exchange__openings(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Read what the statement ran up to when the desk opened."""
    return done(exchange.capture_exchange_openings(desk.home, context.partition_key))


@step("capture_exchange_balances", EXCHANGE_BALANCES)
def raw_exchange__balances(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Ask what we hold, as of the cut-off."""
    day = context.partition_key
    exchange.capture_exchange_balances(desk.home, day)
    return done(_rows(desk, "raw_exchange__balances", day))


@step("capture_public_trades", TAPE)
def raw_exchange__trades(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:
    """Copy the public tape."""
    day = context.partition_key
    new = exchange.capture_public_trades(desk.home, day)
    return done(_rows(desk, "raw_exchange__trades", day), new_rows=new)


def _scanned(desk: Desk, key: dg.AssetKey, day: str, new: int) -> dg.MaterializeResult:
    rows = _rows(desk, key.to_user_string(), day)
    return dg.MaterializeResult(
        asset_key=key, metadata={"dagster/row_count": rows, "new_blocks": new}
    )


def _rows(desk: Desk, table: str, day: str) -> int:
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(path).num_rows for path in Lake(desk.home).parts(table, day))


CAPTURES = [
    raw_journal__facts,
    raw_chain__anchors,
    raw_chain__blocks,
    raw_chain__openings,
    raw_chain__balances,
    raw_chain__rebases,
    raw_chain__pools,
    raw_chain__pending,
    raw_exchange__fills,
    raw_exchange__ledger_lines,
    raw_exchange__payments,
    raw_exchange__openings,
    raw_exchange__balances,
    raw_exchange__trades,
]
