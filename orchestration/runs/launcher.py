"""Where runs run: the frequent one inside the warm daemon, others in a process of their own.

A run in its own process spends eight to ten seconds importing Dagster and dbt before its first
step, more than settling what is new takes. The daemon has both loaded, so `settle_day` runs there
and an execution is in the marts within half a minute of being final. A run that dies takes the
daemon's queue with it only until the daemon is started again; its day is simply asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from dagster import DagsterInstance, DefaultRunLauncher
from dagster._core.execution.api import execute_run
from dagster._core.launcher import LaunchRunContext
from dagster._serdes import ConfigurableClassData
from dagster._utils.hosted_user_process import recon_job_from_origin

WARM_JOBS = frozenset({"settle_day"})


class WarmRunLauncher(DefaultRunLauncher):
    """Dagster's default launcher, but for the jobs that are worth more warm than isolated."""

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]
    ) -> Self:
        """Build it from `dagster.yaml`, as Dagster asks of a launcher."""
        return cls(inst_data=inst_data, **config_value)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Run a warm job to its end here, and launch any other as usual."""
        origin = context.job_code_origin
        if context.dagster_run.job_name not in WARM_JOBS or origin is None:
            super().launch_run(context)
            return
        instance: DagsterInstance = self._instance
        execute_run(recon_job_from_origin(origin), context.dagster_run, instance)
