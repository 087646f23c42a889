"""The one place that assembles: assets, checks, jobs, schedules, sensors and their desk.

Nothing is defined here. `workspace.yaml` loads it, and so do the tests.
"""

import dagster as dg

from orchestration.assets.audit import AUDIT
from orchestration.assets.capacity import CAPACITY
from orchestration.assets.captures import CAPTURES
from orchestration.assets.counting import COUNTING
from orchestration.assets.layers import LAYERS
from orchestration.assets.ledger import LEDGER
from orchestration.assets.pnl import PNL
from orchestration.assets.positions import EXPOSURE
from orchestration.assets.reconciliation import RECONCILIATION
from orchestration.assets.report import REPORT
from orchestration.assets.settlement import SETTLEMENT
from orchestration.assets.transforms import TRANSFORMS
from orchestration.checks.expectations import EXPECTATIONS
from orchestration.checks.freshness import FRESHNESS
from orchestration.checks.identities import IDENTITIES
from orchestration.checks.independence import INDEPENDENCE
from orchestration.checks.layers import LAYER_CHECKS
from orchestration.checks.live_positions import LIVE_POSITIONS
from orchestration.jobs import JOBS
from orchestration.resources.desk import Desk
from orchestration.schedules import SCHEDULES
from sensors.finalised_executions import finalised_executions
from sensors.live_positions import live_positions
from sensors.loop_trouble import loop_trouble
from sensors.new_breaks import new_breaks

ASSET_CHECKS = [
    *IDENTITIES,
    *LAYER_CHECKS,
    *INDEPENDENCE,
    *LIVE_POSITIONS,
    *EXPECTATIONS,
    *FRESHNESS,
]
"""Whatever blocks among them keeps a day from being published."""
defs = dg.Definitions(
    assets=[
        *CAPTURES,
        *TRANSFORMS,
        *SETTLEMENT,
        *RECONCILIATION,
        *LEDGER,
        *PNL,
        *LAYERS,
        *COUNTING,
        *EXPOSURE,
        *AUDIT,
        *CAPACITY,
        *REPORT,
    ],
    asset_checks=ASSET_CHECKS,
    jobs=JOBS,
    schedules=SCHEDULES,
    sensors=[finalised_executions, live_positions, loop_trouble, new_breaks],
    resources={"desk": Desk()},
    executor=dg.in_process_executor,
)
