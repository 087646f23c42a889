"""Kept state as it lies in its file, to be looked at and forged."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from domain.home import DeskHome
from orchestration.incremental.kept import keep, kept_path
from tests.kit.world_names import DAY


def state_of(home: DeskHome, table: str) -> Any:
    """Read kept state as it lies there, whatever its seal."""
    return pa.ipc.open_file(kept_path(home, table, DAY).read_bytes()[64:]).read_all()


def forge_state(home: DeskHome, table: str, rows: Any) -> None:
    """Put other rows under the seal of kept state."""
    path = kept_path(home, table, DAY)
    sealed = path.read_bytes()[:64]
    keep(home, table, DAY, rows, "")
    path.write_bytes(sealed + path.read_bytes()[64:])
