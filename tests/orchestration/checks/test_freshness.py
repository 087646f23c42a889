"""What dbt's examples said is believed for the project that said it, and for no other."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from domain.home import DeskHome
from orchestration.checks import freshness
from orchestration.checks.freshness import Examples, examples_held
from orchestration.resources.dbt_manifest import project_state
from tests.kit.world_names import DAY


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(freshness, "prepare", lambda: tmp_path / "manifest.json")
    return tmp_path / "examples_held.json"


def test_a_project_that_passed_is_not_asked_again(kept: Path, tmp_path: Path):
    before = Examples(project_state(), 3)
    kept.write_bytes(msgspec.json.encode(before))
    assert examples_held(DeskHome(tmp_path / "nothing"), DAY) == before


def test_another_project_is_asked_and_what_fails_is_not_kept(kept: Path, tmp_path: Path):
    kept.write_bytes(msgspec.json.encode(Examples("another", 3)))
    found = examples_held(DeskHome(tmp_path / "nothing"), DAY)
    assert found.failures
    assert found.state == project_state()
    assert msgspec.json.decode(kept.read_bytes(), type=Examples).state == "another"
