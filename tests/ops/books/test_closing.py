"""A close that went wrong ends in one sentence: of the step that stopped, or what did not hold."""

from __future__ import annotations

import pytest

from domain.errors import InvariantBroken, Permanent
from ops.books.closing import _insist_on_success
from orchestration.runs.run import CheckAnswer, CloseResult, Failed

CHECK = CheckAnswer("sums_to_zero", "postings", is_passed=False, is_blocking=True, shown={})
BLOCKED = Failed("postings_sums_to_zero", "1 blocking asset check failed", "AssetCheckFailed", "")
CRASHED = Failed("seal_trail", "record 23 does not match its hash", "JournalTampered", "halt")


def _closed(
    checks: tuple[CheckAnswer, ...] = (), failures: tuple[Failed, ...] = (), residual: str = "0"
) -> CloseResult:
    close = {"pnl": {"residual": residual}}
    return CloseResult("2025-11-20", "run", not (checks or failures), (), failures, checks, close)


def test_a_clean_close_is_not_complained_of():
    closed = _closed()
    assert closed.is_success
    _insist_on_success(closed)


def test_what_did_not_hold_is_named_and_not_how_the_run_was_stopped_by_it():
    with pytest.raises(InvariantBroken, match="did not close cleanly") as caught:
        _insist_on_success(_closed((CHECK,), (BLOCKED,)))
    assert caught.value.context["failed"] == "sums_to_zero"


def test_a_step_that_failed_speaks_for_itself_also_beside_a_check_that_did_not_hold():
    with pytest.raises(Permanent, match="record 23") as caught:
        _insist_on_success(_closed((CHECK,), (BLOCKED, CRASHED)))
    assert caught.value.context["step"] == "seal_trail"


def test_a_residual_is_never_a_success():
    with pytest.raises(InvariantBroken) as caught:
        _insist_on_success(_closed(residual="0.000001"))
    assert caught.value.context["residual"] == "0.000001"
