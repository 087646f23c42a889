"""What the tests of the books share: a calendar no desk here may set, and a desk's own Dagster."""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from domain.home import DeskHome

os.environ["ALPHAPULSE_HOME"] = "/nonexistent/desk"
"""The calendar of the definitions is read when they are loaded."""


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> DeskHome:
    """A desk whose staging stands, to be copied: making it takes dbt seconds."""
    from tests.kit.ticking import a_staged_desk

    return a_staged_desk(tmp_path_factory.mktemp("staged"))


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """A desk's own Dagster, as its settings file says."""
    from orchestration.runs.instance import instance_environment, prepare_instance

    home = DeskHome(tmp_path)
    for name, value in instance_environment(home).items():
        monkeypatch.setenv(name, value)  # prepare_instance sets them for good
    with dg.DagsterInstance.from_config(str(prepare_instance(home))) as instance:
        yield instance
