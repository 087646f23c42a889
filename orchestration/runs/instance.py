"""The desk's own Dagster: its settings file, and how UI and daemon are started on it.

SQLite in the desk's folder, one run at a time, no telemetry. Nothing here runs anything.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from domain.home import DeskHome
from orchestration.partitions import HOME_VARIABLE, REPOSITORY
from orchestration.resources.lake import write_bytes

UI_PORT = 3000

SETTINGS = """\
# Written by orchestration/runs/instance.py; change it there.
telemetry:
  enabled: false
run_storage:
  module: dagster._core.storage.runs
  class: SqliteRunStorage
  config:
    base_dir: {storage}/history/
event_log_storage:
  module: orchestration.runs.event_log
  class: KeptEventLog
  config:
    base_dir: {storage}/history/runs/
schedule_storage:
  module: dagster._core.storage.schedules
  class: SqliteScheduleStorage
  config:
    base_dir: {storage}/schedules
compute_logs:                   # no step prints; capturing costs four processes a run
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
run_coordinator:
  module: dagster.core.run_coordinator
  class: QueuedRunCoordinator
  config:
    dequeue_interval_seconds: 1
run_launcher:
  module: orchestration.runs.launcher
  class: WarmRunLauncher
concurrency:
  runs:
    max_concurrent_runs: 1      # two cores, and the loop needs one
  pools:
    default_limit: 1            # DuckDB has one writer; without a limit a pool does nothing
    granularity: op
run_monitoring:
  enabled: true
  free_slots_after_run_end_seconds: 5
  start_timeout_seconds: 120
  poll_interval_seconds: 10
freshness:
  enabled: true
python_logs:
  python_log_level: WARNING     # for the terminal; every event still reaches the page
nux:
  enabled: false
"""


QUIET = "ignore:Parameter `owners`,ignore:Function `dev_command`"
"""Dagster's remarks on its own API at every start; an operator can do nothing about them."""


def prepare_instance(home: DeskHome) -> Path:
    """Write the instance's settings and point this process, and its children, at it.

    Returns:
        DAGSTER_HOME.
    """
    home.dagster.mkdir(parents=True, exist_ok=True)
    settings = SETTINGS.format(storage=home.dagster / "storage").encode()
    path = home.dagster / "dagster.yaml"
    if not path.exists() or path.read_bytes() != settings:
        write_bytes(path, settings)
    os.environ.update(instance_environment(home))
    return home.dagster


def instance_environment(home: DeskHome) -> dict[str, str]:
    """Give the variables by which any process of ours finds the desk and its Dagster."""
    return {
        "DAGSTER_HOME": str(home.dagster),
        HOME_VARIABLE: str(home.root),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DAGSTER_EVENT_BATCH_SIZE": "1000",  # what a run intends is one batch; see event_log.py
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def ui_command(home: DeskHome, port: int = UI_PORT) -> tuple[list[str], dict[str, str]]:
    """Give the command and the environment of Dagster's UI and daemon together.

    Args:
        home: The desk.
        port: Loopback port of the UI.
    """
    prepare_instance(home)
    command = [
        *(sys.executable, "-m", "dagster", "dev"),
        *("-w", str(REPOSITORY / "workspace.yaml")),
        *("-h", "127.0.0.1", "-p", str(port), "--log-level", "warning"),
    ]
    quiet = {"PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS") or QUIET}
    return command, {**os.environ, **instance_environment(home), **quiet}
