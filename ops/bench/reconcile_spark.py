"""The exact step on a Spark cluster: dbt builds the models there, as a process of its own.

Run by an interpreter that has dbt-spark and pyspark. The cluster is two workers, each a process of
one core on this machine, which share nothing but files; a real one differs in its master's address
alone. Both sides are laid down already, as Parquet. dbt is shown the models of the exact step and
their macros, and no other, since it would read all of the project's first.
"""

# pyright: reportMissingImports=false

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

_DBT = Path(__file__).resolve().parents[2] / "dbt"
_MASTER = "local-cluster[2,1,1024]"
_PARTS = 4
"""Of a shuffle: two for each core; Spark's own 200 are tasks of nothing on two workers."""
_MODELS = "int_reconciliation__"
_SHOWN = (
    "models/intermediate/reconciliation",
    "macros/reconciliation.sql",
    "macros/fingerprint.sql",
)


def main() -> None:
    """Build the models over the sides named and write ``told.json`` beside them."""
    asked: dict[str, Any] = json.loads(sys.argv[1])
    if not asked:
        import dbt.adapters.spark  # noqa: F401 (asked whether it is there)
        import pyspark  # noqa: F401

        return
    folder = Path(asked["folder"])
    os.environ.update(
        SPARK_LOCAL_IP="127.0.0.1",
        DBT_SEND_ANONYMOUS_USAGE_STATS="0",
    )
    spark = _session(folder)
    for side in ("left", "right"):
        rows = spark.read.parquet(asked[side]).selectExpr("*", f"{asked['mark']} as content_hash")
        rows.write.mode("overwrite").saveAsTable(f"reconciliation_{side}")
    began = time.perf_counter()
    failed = _run_dbt(folder, asked["variables"])
    told: dict[str, Any] = {"seconds": time.perf_counter() - began, "failed": failed}
    if not failed:
        told.update(workers=_workers(spark), **_residue(spark))
    (folder / "told.json").write_text(json.dumps(told))
    spark.stop()


def _session(folder: Path) -> Any:  # noqa: ANN401 (Spark's, of whichever version there is)
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": str(_PARTS),
        "spark.default.parallelism": str(_PARTS),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    builder = SparkSession.builder.master(_MASTER)
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _workers(spark: Any) -> int:  # noqa: ANN401 (likewise)
    return len(spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) - 1  # noqa: SLF001 (Python is given no other way to ask)


def _run_dbt(folder: Path, variables: dict[str, Any]) -> str:
    """Build the models; say what failed."""
    from dbt.cli.main import dbtRunner

    output = {"type": "spark", "method": "session", "host": "", "schema": "default", "threads": 1}
    profile = {"alphapulse": {"target": "cluster", "outputs": {"cluster": output}}}
    (folder / "profiles.yml").write_text(json.dumps(profile))
    words = ["run", "--no-partial-parse", "--quiet"]
    places = {
        "--project-dir": _shown(folder / "project"),
        "--profiles-dir": folder,
        "--target-path": folder / "target",
        "--log-path": folder / "logs",
        "--vars": json.dumps({"reconciliation": True, **variables}),
    }
    done = dbtRunner().invoke([*words, *(str(word) for pair in places.items() for word in pair)])
    results = getattr(done.result, "results", ()) or ()
    if done.success and not results:
        return "dbt found no model to build"
    said = [str(one.message) for one in results if str(one.status) == "error"]
    return "" if done.success else f"dbt did not build the models: {done.exception or said}"


def _shown(project: Path) -> Path:
    """Make a project of the exact step's own files, each where it is in the whole one."""
    for part in _SHOWN:
        for path in (_DBT / part).rglob("*.*") if (_DBT / part).is_dir() else (_DBT / part,):
            to = project / path.relative_to(_DBT)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(path.read_bytes())
    settings = {
        "name": "alphapulse",
        "profile": "alphapulse",
        "models": {"alphapulse": {"+materialized": "table"}},
    }
    (project / "dbt_project.yml").write_text(json.dumps(settings))
    return project


def _residue(spark: Any) -> dict[str, Any]:  # noqa: ANN401 (likewise)
    paired = spark.table(f"{_MODELS}rows_paired").select("left_line", "right_line", "is_exact")
    opened = paired.where("is_exact is not true").drop("is_exact").collect()
    found: dict[str, Any] = {"settled": paired.where("is_exact").count()}
    found["open"] = [list(row) for row in opened]
    for side in ("left", "right"):
        rows = spark.table(f"{_MODELS}residue_{side}").select("line", "is_open").collect()
        found[side] = [list(row) for row in rows]
    return found


if __name__ == "__main__":
    main()
