"""Where Spark runs for a test or a bench: packages of its own, taken from what uv has already.

Nothing of it is needed to run the platform, so nothing of it is a dependency. Whoever wants it
fetches it once with the command that is said when it is absent.
"""

# ruff: noqa: S608 (every name put into SQL is one of ours)

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

from domain.errors import Permanent
from ops.reconciling.sides import COLUMNS, Side
from ops.reconciling.sql import fingerprint

PACKAGES = ("dbt-spark[session]==1.11.0", "dbt-core>=1.11,<1.12", "pyspark==4.3.0")
"""Apache-2.0, each."""
LAID = ("line", *COLUMNS, "match_key", "is_by_ref", "is_plain")
"""What a side has on any engine, beside the hash, which is the engine's own."""
HASHED = ("is_by_ref", "match_key", "account", "asset", "amount", "fee_asset", "fee")
_CHECKOUT = Path(__file__).resolve().parents[2]
_UV = _CHECKOUT / ".tools" / "env" / "bin" / "uv"
_CHILD = Path(__file__).with_name("reconcile_spark.py")
_PATIENCE_S = 900
"""For one run; a hang, on any machine."""


def absence() -> str:
    """Say what Spark lacks here, and how to get it; "" when it can run."""
    if not shutil.which("java"):
        return "Spark needs Java: install openjdk-17-jre-headless"
    done = _run({}, offline=True)
    if not done.returncode:
        return ""
    fetch = " ".join(_line(offline=False)[:-1])
    return f"Spark's packages are not here; fetch them once with: {fetch} -c 1"


def on_cluster(sides: tuple[Side, Side], folder: Path, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401 (JSON)
    """Have dbt build the exact step's models on two workers, over two sides laid down in DuckDB.

    Args:
        sides: Left and right.
        folder: An empty one.
        variables: What dbt calls vars.

    Returns:
        What the child says: seconds of dbt alone, workers, open lines and both residues.

    Raises:
        Permanent: The run failed.
    """
    asked: dict[str, Any] = {"folder": str(folder), "variables": dict(variables)}
    for name, side in zip(("left", "right"), sides, strict=True):
        asked[name] = str(folder / f"{name}.parquet")
        _exported(side.database, side.table, asked[name])
    asked["mark"] = fingerprint(list(HASHED), "spark")
    done = _run(asked, offline=True)
    answer = folder / "told.json"
    if not answer.exists():
        raise Permanent("read what the run said and mend it", said=done.stderr[-800:])
    told = json.loads(answer.read_text())
    if told["failed"]:
        raise Permanent("read what dbt said and mend it", said=told["failed"])
    return told


def _exported(database: duckdb.DuckDBPyConnection, table: str, file: str) -> None:
    columns = ", ".join(LAID)
    database.execute(f"copy (select {columns} from {table}) to '{file}' (format parquet)")


def _line(*, offline: bool) -> list[str]:
    uv = _UV if _UV.exists() else Path(shutil.which("uv") or _UV)
    line = [str(uv), "run", "-q", "--no-project", "--python", sys.executable]
    line += ["--offline"] if offline else []
    line += [word for package in PACKAGES for word in ("--with", package)]
    return [*line, "python", str(_CHILD)]


def _run(asked: Mapping[str, Any], *, offline: bool) -> subprocess.CompletedProcess[str]:
    line = [*_line(offline=offline), json.dumps(asked)]
    try:
        child = subprocess.Popen(
            line,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Spark starts processes of its own, which end with it
            cwd=asked.get("folder"),  # where Derby, workers and warehouse leave what they leave
        )
    except OSError as error:
        return subprocess.CompletedProcess(line, 1, "", str(error))
    try:
        _, said = child.communicate(timeout=_PATIENCE_S)
    except subprocess.TimeoutExpired:
        said = f"it was ended after {_PATIENCE_S} s"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    return subprocess.CompletedProcess(line, child.returncode, "", said)
