"""The close on paper: rounded for the eye, never in the object."""

from io import StringIO

from rich.console import Console

from ops.report import for_the_eye, print_close

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


def test_no_break_is_said_in_words():
    assert "agree" in printed({**CLOSE, "breaks": []})
