"""Comparing the warehouse's rows with the domain's: a scratch desk, its models, the differences.

A number that is set aside, because it needs more than 38 digits, is equal where the domain's needs
them too; all else is named. What is compared of a block is `warehouse_block`, of trades
`warehouse_candles`.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from domain.home import DeskHome

Key = tuple[Any, ...]
Table = dict[Key, dict[str, Any]]
NAMED_AT_MOST = 20


@contextlib.contextmanager
def scratch() -> Iterator[DeskHome]:
    """Give a desk home that is gone afterwards."""
    with TemporaryDirectory(prefix="alphapulse-check-") as folder:
        yield DeskHome(Path(folder))


def run_models(home: DeskHome, days: Sequence[str], models: str) -> tuple[str, ...]:
    """Run dbt models over days of a scratch desk; give what failed, nothing when all is well.

    What dbt prints goes to standard error: standard output is the command's own.

    Raises:
        InvariantBroken: dbt could not run.
    """
    from orchestration.resources.dbt_run import run_dbt

    with contextlib.redirect_stdout(sys.stderr):
        outcome = run_dbt(home, days[-1], models, from_day=days[0])
    return () if outcome.success else outcome.failures or ("dbt failed and names no model",)


def picked(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Give the cells of a row that are compared."""
    return {name: row[name] for name in names}


def differences(name: str, ours: Table, theirs: Table) -> list[str]:
    """Name every row that is not the same on both sides, as a sentence each.

    Args:
        name: What a row is.
        ours: The domain's rows, by their key.
        theirs: The warehouse's, by the same key.
    """
    found: list[str] = []
    for key in sorted(ours.keys() | theirs.keys()):
        left, right = ours.get(key), theirs.get(key)
        if left != right:
            found.append(f"{name} {key}: the domain says {left}, the warehouse says {right}")
    return found
