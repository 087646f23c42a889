"""What is printed of a block: integers as text, and the expected answers of a real block."""

import json
from pathlib import Path

import pytest

from domain.chain.block import settle_block
from ops.blocks.folder import BlockFolder, SetAside, read_block_folder
from ops.blocks.report import block_report
from tests.kit.logs import a_block, a_receipt, hexed, in_sequence, transfer, v2_swap, v3_swap

REAL = Path("../shared/data/eth_block_17173049")
LOGS = in_sequence(
    transfer(0x20, 0x900, 0xB0, 95),
    v2_swap(0x900, 0xB0, (7, 0, 0, 100)),
    transfer(0x30, 0x910, 0xB0, 50),
    v3_swap(0x910, 0xB0, 7, -50),
)


def report_of(block, *aside):
    return block_report(BlockFolder(block, tuple(aside)), settle_block(block))


def test_all_that_was_promised_is_there():
    report = report_of(a_block([a_receipt(0, LOGS), a_receipt(1, status=0)]))
    assert report["block"] == 1
    assert (report["receipts_root_ok"], report["logs_bloom_ok"]) == (True, True)
    assert (len(report["transfers"]), len(report["swaps"])) == (2, 2)
    assert report["total_fee_wei"] == str(2 * 21_000 * 10**9)
    assert [failed["transaction_index"] for failed in report["failed_transactions"]] == [1]


def test_a_shortfall_says_what_was_stated_paid_and_lost():
    (short,) = report_of(a_block([a_receipt(0, LOGS)]))["shortfalls"]
    assert short["pool"] == hexed(0x900)
    assert (short["swap_amount_out"], short["recipient_received"]) == ("100", "95")
    assert (short["recipient_shortfall"], short["shortfall_pct"]) == ("5", "5.0000")
    assert short["transfers_out_of_pool"] == [
        {"token": hexed(0x20), "to": hexed(0xB0), "value": "95", "log_index": 0}
    ]


def test_no_amount_is_printed_as_a_number():
    def numbers(value, name=""):
        if isinstance(value, dict):
            return [found for key, each in value.items() for found in numbers(each, key)]
        if isinstance(value, list):
            return [found for each in value for found in numbers(each, name)]
        return [name] if isinstance(value, int | float) and not isinstance(value, bool) else []

    report = report_of(a_block([a_receipt(0, LOGS), a_receipt(1, status=0)]))
    assert set(numbers(report)) <= {
        "block",
        "transactions",
        "logs",
        "gas_used",
        "log_index",
        "swap_log_index",
        "transaction_index",
        "side",
        "tick",
        "outcome_unknown_transactions",
    }


def test_logs_set_aside_are_listed():
    (aside,) = report_of(a_block(), SetAside(LOGS[0], "it comes twice"))["logs_set_aside"]
    assert (aside["log_index"], aside["because"]) == (0, "it comes twice")


@pytest.fixture(scope="module")
def real():
    if not REAL.exists():
        pytest.skip(f"the real block is not at {REAL}")
    found = read_block_folder(REAL)
    return block_report(found, settle_block(found.block))


def expected(name):
    return json.loads((REAL / name).read_text())


def test_every_transfer_of_the_real_block_is_the_exporters(real):
    names = ("token_address", "from_address", "to_address", "transaction_hash", "log_index")
    theirs = [
        {name: row[name] for name in names} | {"value": str(row["value"])}
        for row in expected("token_transfers.json")
    ]
    ours = [{name: row[name] for name in (*names, "value")} for row in real["transfers"]]
    key = lambda row: row["log_index"]  # noqa: E731 (one line, used twice)
    assert sorted(ours, key=key) == sorted(theirs, key=key)
    assert sum(row["standard"] == "erc721" for row in real["transfers"]) == 8


def test_every_swap_of_the_real_block_is_as_expected(real):
    theirs = expected("expected_derived.json")["swaps"]
    ours = [
        {name: swap[name] for name in wanted}
        for swap, wanted in zip(real["swaps"], theirs, strict=True)
    ]
    assert ours == theirs


def test_every_shortfall_of_the_real_block_is_as_expected(real):
    theirs = expected("expected_derived.json")["v2_swap_out_not_equal_transfer"]
    assert len(real["shortfalls"]) == len(theirs) == 4
    for ours, wanted in zip(real["shortfalls"], theirs, strict=True):
        share = wanted.pop("shortfall_pct")
        assert {name: ours[name] for name in wanted} == wanted
        assert ours["shortfall_pct"] == f"{share:.4f}"


def test_fees_and_failures_of_the_real_block_are_as_expected(real):
    wanted = expected("expected_derived.json")
    assert real["total_fee_wei"] == wanted["total_tx_fee_wei"]
    assert len(real["failed_transactions"]) == wanted["counts"]["failed_transactions"]
    assert (real["block"], real["logs"]) == (wanted["block"]["number"], wanted["counts"]["logs"])
    assert real["receipts_root"] == wanted["block"]["receipts_root"]
