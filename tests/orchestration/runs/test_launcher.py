"""Only the small, frequent run is worth more warm than isolated."""

from types import SimpleNamespace

import pytest
from dagster import DefaultRunLauncher

from orchestration.runs import launcher
from orchestration.runs.launcher import WarmRunLauncher


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    where: list[str] = []
    monkeypatch.setattr(launcher, "recon_job_from_origin", lambda origin: origin)
    monkeypatch.setattr(launcher, "execute_run", lambda job, run, instance: where.append("here"))
    monkeypatch.setattr(DefaultRunLauncher, "launch_run", lambda *_: where.append("apart"))
    monkeypatch.setattr(WarmRunLauncher, "_instance", object(), raising=False)
    return where


@pytest.mark.parametrize(
    ("job", "where"),
    [("settle_day", "here"), ("daily_close", "apart"), ("reconcile_hour", "apart")],
)
def test_a_settlement_runs_in_the_daemon_and_a_close_apart(ran: list[str], job: str, where: str):
    context = SimpleNamespace(job_code_origin="origin", dagster_run=SimpleNamespace(job_name=job))
    WarmRunLauncher().launch_run(context)
    assert ran == [where]
