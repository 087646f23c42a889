"""The close on paper: rounded for the eye, never in the object."""

from io import StringIO

from rich.console import Console

from ops.books.report import for_the_eye, print_close

CLOSE = {
    "date": "2026-11-20",
    "opportunities": {"found": 3, "taken": 2, "declined": {"expired": 1}},
    "executions": {"SETTLED": 2},
    "settlement": {"SETTLED": 2},
    "breaks": [
        {"cause": "TIMING", "asset": "paper:ETH", "amount": "0.1", "subject": "trade T1"},
    ],
    "pnl": {
        "rows": [{"row_id": "2026-11-20/dex_dex/univ2-a/gas", "amount": "-0.0000001"}],
        "total": "-0.0000001",
        "residual": "0",
    },
    "audit_head": "ab" * 32,
    "steps": [{"name": "ledger", "seconds": 0.25}],
}


def printed(close: dict) -> str:
    paper = StringIO()
    print_close(close, Console(file=paper, width=140))
    return paper.getvalue()


def test_the_eye_is_told_when_digits_are_hidden():
    assert for_the_eye("1.5") == "1.500000"
    assert for_the_eye("1234.0000005") == "1,234.000000…"
    assert for_the_eye("-0.0000001") == "-0.000000…"


def test_the_close_says_what_was_found_done_settled_and_what_does_not_agree():
    text = printed(CLOSE)
    for words in ("found", "declined: expired", "SETTLED", "TIMING", "residual 0", "ab" * 32):
        assert words in text


def test_rows_of_exactly_nothing_are_counted_and_not_shown():
    rows = [*CLOSE["pnl"]["rows"], *({"row_id": f"zero{n}", "amount": "0.000"} for n in range(3))]
    text = printed({**CLOSE, "pnl": {**CLOSE["pnl"], "rows": rows}})
    assert "and 3 rows of exactly" in text
    assert "zero1" not in text
    assert "gas" in text


def test_of_the_steps_the_slowest_and_all_that_failed_are_named():
    steps = [{"name": f"step{n}", "seconds": n / 10} for n in range(1, 31)]
    text = printed({**CLOSE, "steps": [*steps, {"name": "settle", "seconds": None}]})
    assert "31 in 46.5 s · settle failed · step30 3.0 s" in text
    assert "step25" not in text


def test_no_break_is_said_in_words():
    assert "agree" in printed({**CLOSE, "breaks": []})


def test_what_could_still_change_is_said_with_its_money_and_unknown_is_said_in_words():
    told = {"executions": 1, "value": "1.25"}
    assert "1.250000" in printed({**CLOSE, "provisional": told})
    assert "unknown" in printed({**CLOSE, "provisional": told | {"value": None}})


def test_a_break_that_only_repeats_another_names_it():
    repeated = CLOSE["breaks"][0] | {"amount": None, "explained_by": ["f" * 32]}
    text = printed({**CLOSE, "breaks": [repeated]})
    assert f"trade T1 · repeats {'f' * 12}" in text
    assert "unknown" in text


def test_an_amount_of_no_asset_we_know_says_that_it_is_in_base_units():
    order = CLOSE["breaks"][0] | {"asset": "", "amount": "-3232820000", "is_base_units": True}
    assert "-3232820000 base units" in printed({**CLOSE, "breaks": [order]})
