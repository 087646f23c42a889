"""What does not agree with what was closed ends in exit code 1 and is named."""

from __future__ import annotations

import json

import pytest

from domain.errors import InvariantBroken
from ops.books.proving import verify_and_print
from orchestration.closing import proving
from orchestration.closing.proving import Proof
from tests.kit.homes import a_home

DAY = "2025-11-20"


def test_what_holds_and_what_does_not_is_told(tmp_path, monkeypatch, capsys):
    proofs = [Proof("the ledger holds", ()), Proof("captures hold", ("fills.parquet",))]
    monkeypatch.setattr(proving, "prove", lambda _home, _day: proofs)
    with pytest.raises(InvariantBroken, match="is not what was closed") as caught:
        verify_and_print(a_home(tmp_path), DAY, as_json=True)
    assert caught.value.context["failed"] == "captures hold"
    told = json.loads(capsys.readouterr().out)
    assert told["checks"][1] == {"check": "captures hold", "differs": ["fills.parquet"]}


def test_a_day_that_holds_ends_quietly(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(proving, "prove", lambda _home, _day: [Proof("the ledger holds", ())])
    verify_and_print(a_home(tmp_path), DAY, as_json=False)
    assert "holds" in capsys.readouterr().out
