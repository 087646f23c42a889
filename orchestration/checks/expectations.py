"""Suites of Great Expectations on captured fills, captured receipts and the published ledger.

Expectations say what a row must look like on its own; what rows must add up to is in
`identities.py`. Rows that were found good at an earlier look are not judged again (`judging.py`).
Great Expectations takes seconds to import, so it is imported by a check that runs, never before.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import dagster as dg

from orchestration.checks.daily import day_check
from orchestration.day import Day
from orchestration.incremental.judging import Asked, Unjudged
from orchestration.resources.desk import Desk
from orchestration.resources.warehouse import mart_path
from orchestration.runs.failures import honouring_advice

DECIMAL_TEXT = r"^-?\d+(?:\.\d+)?$"
HASH_TEXT = r"^0x[0-9a-f]{64}$"
HEX_ADDRESS = r"^0x[0-9a-f]{40}$"
POSTING = ("entry_id", "account", "asset", "units", "cause", "strategy")
"""What every published posting says."""
Rows = Sequence[dict[str, Any]]
Suite = Callable[[Any], list[Any]]


@day_check(asset="raw_exchange__fills")
@honouring_advice
def fills_are_what_an_exchange_can_say(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """Each fill has an id of its own, a side, amounts as plain decimals and a time."""
    day = Day(desk.home, context.partition_key)
    return met(day, captured(day, "raw_exchange__fills", "trade_id"), fill_suite)


@day_check(asset="raw_chain__transactions")
@honouring_advice
def receipts_are_what_a_chain_can_say(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """Each receipt has a hash of its own, a status of 0 or 1, and gas from 21000 to its limit."""
    day = Day(desk.home, context.partition_key)
    return met(day, captured(day, "raw_chain__transactions", "tx_hash"), receipt_suite)


@day_check(asset="fct_postings")
@honouring_advice
def published_postings_are_complete_rows(
    context: dg.AssetCheckExecutionContext, desk: Desk
) -> dg.AssetCheckResult:
    """Each published posting names its entry, account, asset, cause and evidence."""
    day = Day(desk.home, context.partition_key)
    path = mart_path(desk.home, "fct_postings", day.name)
    return met(day, Asked("fct_postings", [path], "entry_id", POSTING), posting_suite)


def captured(day: Day, table: str, key: str) -> Asked:
    """Ask for the rows of a captured table."""
    return Asked(table, day.lake.parts(table, day.name), key)


def fill_suite(gx: Any) -> list[Any]:  # noqa: ANN401 (imported late)
    """Give what one fill must look like."""
    amounts = ("price", "volume", "cost", "fee")
    return [
        gx.ExpectColumnValuesToBeUnique(column="trade_id"),
        gx.ExpectColumnValuesToBeInSet(column="side", value_set=["buy", "sell"]),
        gx.ExpectColumnValuesToNotBeNull(column="traded_ns"),
        *(gx.ExpectColumnValuesToMatchRegex(column=name, regex=DECIMAL_TEXT) for name in amounts),
    ]


def receipt_suite(gx: Any) -> list[Any]:  # noqa: ANN401 (imported late)
    """Give what one receipt must look like."""
    return [
        gx.ExpectColumnValuesToBeUnique(column="tx_hash"),
        gx.ExpectColumnValuesToMatchRegex(column="tx_hash", regex=HASH_TEXT),
        gx.ExpectColumnValuesToMatchRegex(column="sender", regex=HEX_ADDRESS),
        gx.ExpectColumnValuesToBeInSet(column="status", value_set=[0, 1]),
        gx.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="gas_limit", column_B="gas_used", or_equal=True
        ),
        gx.ExpectColumnValuesToBeBetween(column="gas_used", min_value=21_000),
    ]


def posting_suite(gx: Any) -> list[Any]:  # noqa: ANN401 (imported late)
    """Give what one published posting must look like."""
    return [
        *(gx.ExpectColumnValuesToNotBeNull(column=name) for name in POSTING),
        gx.ExpectCompoundColumnsToBeUnique(column_list=["entry_id", "account", "asset", "units"]),
    ]


def met(day: Day, asked: Asked, suite: Suite) -> dg.AssetCheckResult:
    """Judge what was not found good yet; a day without rows meets every expectation of a row."""
    unjudged = Unjudged(day, asked)
    failed, held = _validated(unjudged.rows, suite) if unjudged.rows else ([], 0)
    if not failed:
        unjudged.are_good()
    return dg.AssetCheckResult(
        passed=not failed,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "rows": unjudged.of,
            "judged": len(unjudged.rows),
            "expectations": held,
            "not_met": "; ".join(failed),
        },
    )


def _validated(rows: Rows, suite: Suite) -> tuple[list[str], int]:
    import great_expectations as gx
    import pandas as pd
    from great_expectations.data_context.types.base import ProgressBarsConfig

    # It tells of every folder it makes; whoever reads a close cannot act on that.
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    frame = pd.DataFrame([dict(row) for row in rows])
    batch = (
        context.data_sources.add_pandas("lake")
        .add_dataframe_asset("rows")
        .add_batch_definition_whole_dataframe("day")
        .get_batch({"dataframe": frame})
    )
    expected = gx.ExpectationSuite("suite", expectations=suite(gx.expectations))
    results = batch.validate(expected).results
    failed = [_named(one) for one in results if not one.success]
    return failed, len(results)


def _named(result: Any) -> str:  # noqa: ANN401 (GX's own result)
    return str(result.expectation_config.type)


EXPECTATIONS = [
    fills_are_what_an_exchange_can_say,
    receipts_are_what_a_chain_can_say,
    published_postings_are_complete_rows,
]
