"""The report of a day is one file that says what each layer found, and unknown where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.breaks.tally import Tally
from domain.layers.inventory import Stocked
from domain.layers.messages import Conserved
from domain.layers.rolling import Rolled
from ops.breaks.page import Told, html_of
from tests.kit.command import alphapulse
from tests.kit.facts import PAPER_ETH, a_card
from tests.kit.homes import a_home

ROLLED = Rolled("paper:spot", "paper", PAPER_ETH, 10**10, 5, 3, 1, 0, 10**10 + 1, 10**10 + 2, 1)
CASE = {
    "id": "b" * 64, "state": "OPEN", "cause": None, "found_cause": "QTY", "recon": "x",
    "subject": "0x" + "ab" * 32, "asset": PAPER_ETH, "amount_units": None, "value": None,
    "age_band": "0-1 d", "gravity": "high", "preparer": None, "reviewer": None,
    "counted_value": None, "follows": [], "evidence": "1 heard, 2 listed",
}  # fmt: skip


def told(**changes) -> Told:
    says = {
        "day": "2025-11-20",
        "anchor": "block:7:0xab",
        "close": {"pnl": {"rows": [], "total": "1.5", "residual": "0"}, "audit_head": "9:ff"},
        "validity": [("ledger against balances", "")],
        "rolled": [],
        "stocked": [Stocked("ETH", 2, 10**18, "chain+exchange", 10**18, 0)],
        "conserved": [Conserved("defi", "4", 9, 8, 1, 0)],
        "cases": [],
        "told": [],
        "finality": {"final": 3, "safe": 1},
        "provisional": 1,
        "assets": {one.asset: one for one in a_card().assets},
    }
    return Told(**says | changes)


def test_a_clean_day_says_so_layer_by_layer():
    text = html_of(told())
    assert 'class="bad"' not in text
    assert "0 comparisons that are INVALID" in text
    assert "1 of 4 executions provisional" in text
    assert "audit head 9:ff" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rolled": [ROLLED]}, "1 balances that do not roll"),
        ({"cases": [CASE], "told": [Tally("QTY", 0, "0-1 d", 1, 0, 1)]}, "1 breaks"),
        ({"stocked": [Stocked("ETH", 1, 5, "chain", None, None)]}, "1 underlyings"),
        ({"conserved": [Conserved("market", "", None, 5, 0, None)]}, "1 senders"),
        ({"validity": [("a against a", "both sides stem from raw_x")]}, "1 comparisons"),
    ],
)
def test_what_is_wrong_or_unknown_in_any_layer_stands_out(changes, words: str):
    text = html_of(told(**changes))
    assert f'<p class="bad">{words}' in text


def test_amounts_keep_every_digit_and_unknown_is_never_zero():
    text = html_of(told(rolled=[ROLLED], cases=[CASE]))
    assert '<td class="number">1.0000000001</td>' in text
    assert '<td class="number">0.0000000001</td>' in text
    assert text.count("<td>unknown</td>") == 2


def test_what_could_still_change_is_told_by_asset():
    row = {"asset": "eth", "symbol": "ETH", "received": "1.50", "given": "0.00",
           "incoming": None, "outgoing": None, "value": None}  # fmt: skip
    text = html_of(told(close={"provisional": {"assets": [row]}}))
    assert '<td class="number">1.5</td>' in text
    assert text.count("<td>unknown</td>") == 3


def test_a_day_that_was_not_settled_is_refused(tmp_path: Path):
    home = a_home(tmp_path / "desk")
    at = ("--html", str(tmp_path / "x.html"), "--home", str(home.root))
    ended = alphapulse("breaks", "report", "2025-11-20", *at)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "close a day first" in ended.stderr
    assert not (tmp_path / "x.html").exists()
