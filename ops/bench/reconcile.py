"""`alphapulse bench reconcile`: from Parquet to breaks with causes, beside pandas and datacompy.

One row in a hundred disagrees: altered amounts and fees, and rows missing on either side, in equal
parts. Every case is a process of its own, so that its peak memory is its own; time is from its
first line to its last, with CPU time, where neighbours on a busy machine do not count, beside it.
Peers only find which rows differ, and get no more rows than asked for. The exact step alone is
measured on a Spark cluster too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from domain.errors import Permanent
from ops.bench.harness import (
    Case,
    Numbers,
    Target,
    interleaved,
    machine,
    medians,
    readable,
    rounded,
)
from ops.bench.spark_cluster import absence, on_cluster
from ops.reconciling.rules import StatedRules
from ops.reconciling.sides import Side
from ops.reconciling.sql import LEFT, RIGHT

_UV = Path(__file__).resolve().parents[2] / ".tools" / "env" / "bin" / "uv"
_CHECKOUT = Path(__file__).resolve().parents[2]
_PEERS = Path(__file__).with_name("reconcile_child.py")
_DATACOMPY = "datacompy==1.1.0"
"""Apache-2.0."""
_SECONDS, _GIGABYTES, _TIMES = 20.0, 5.0, 20.0
_CLUSTER = "exact step alone, dbt on Spark, two workers"
_LARGE = 10_000_000
_STEEP = 1.3
"""Time by row may grow so much for ten times the rows and still be called near-linear."""
_PATIENCE_S = 1_800
"""For one case; a hang, on any machine."""


class Extent(NamedTuple):
    """How much is measured.

    Args:
        rows: Sizes of a side.
        peer_rows: The most rows a peer gets.
        rounds: Of all cases, alternating.
        cluster_rows: Rows a side for the exact step on a Spark cluster; 0 is none.
    """

    rows: Sequence[int]
    peer_rows: int
    rounds: int = 1
    cluster_rows: int = 0


def bench_reconcile(extent: Extent, told: Callable[[str], None]) -> dict[str, Any]:
    """Measure everything and give the report as one JSON-ready object."""
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        for rows in extent.rows:
            told(f"writing {rows} rows a side")
            write_sides(Path(folder), rows)
        absent = _absent()
        cases = _cases(Path(folder), extent, absent)
        found = interleaved(cases, extent.rounds, told)
    middle = {name: medians(rounds) for name, rounds in found.items()}
    spark, lacking = _spark(extent, told)
    return {
        "bench": "reconcile",
        "machine": {**before, "load_1_min_after": machine()["load_1_min"]},
        "extent": extent._asdict(),
        "absent_peers": {**absent, **lacking},
        "medians": {
            **dict.fromkeys(absent | lacking),
            **{name: readable(one) for name, one in (middle | spark).items()},
        },
        "growth": _growth(middle, extent.rows),
        "targets": [target.row() for target in _targets(middle, extent)],
    }


def write_sides(folder: Path, rows: int) -> tuple[Path, Path]:
    """Write two sides of so many rows, one in a hundred of which disagrees; always the same."""
    left, right = paths(folder, rows)
    with duckdb.connect() as database:
        database.execute(f"copy ({_LEFT.format(rows=rows)}) to '{left}' (format parquet)")
        database.execute(f"copy ({_RIGHT.format(left=left)}) to '{right}' (format parquet)")
    return left, right


def paths(folder: Path, rows: int) -> tuple[Path, Path]:
    """Say where the sides of a size lie."""
    return folder / f"left{rows}.parquet", folder / f"right{rows}.parquet"


_LEFT = """
    select 'L' || i as id, 1700000000000000000 + i * 1000000 as time, 'v' || (i % 4) as account,
        ['BTC', 'ETH', 'USDC'][1 + i % 3] as asset,
        (hash(i) % 1000000000 * (1 - 2 * (i % 2))::hugeint)::varchar as amount,
        'USD' as fee_asset, (hash(i + 1) % 10000 + 10)::varchar as fee, 't' || i as ref
    from range({rows}) as numbers(i) where i % 400 <> 103
"""
_RIGHT = """
    select 'R' || i as id, time + 1000000000 as time, account, asset,
        case when i % 400 = 100 then (amount::hugeint + 7)::varchar else amount end as amount,
        fee_asset, case when i % 400 = 101 then '3' else fee end as fee, ref
    from (select *, id[2:]::bigint as i from '{left}') where i % 400 <> 102
    union all
    select 'R' || (i + 1), time + 1001000000, 'v' || ((i + 1) % 4), asset, amount, fee_asset, fee,
        't' || (i + 1)
    from (select *, id[2:]::bigint as i from '{left}') where i % 400 = 102
"""


def _cases(folder: Path, extent: Extent, absent: Mapping[str, str]) -> dict[str, Case]:
    cases: dict[str, Case] = {}
    for rows in extent.rows:
        files = [str(path) for path in paths(folder, rows)]
        ours = [sys.executable, "-m", "ops.bench.reconcile_ours", *files]
        cases[_name("ours", rows)] = partial(_measured, ours, rows)
        if rows <= extent.peer_rows:
            pandas = [sys.executable, str(_PEERS), "pandas", *files]
            cases[_name("pandas merge", rows)] = partial(_measured, pandas, rows)
            if "datacompy" not in absent:
                line = [*_datacompy(), "datacompy", *files]
                cases[_name("datacompy", rows)] = partial(_measured, line, rows)
    return cases


def _spark(
    extent: Extent, told: Callable[[str], None]
) -> tuple[dict[str, Numbers], dict[str, str]]:
    """Measure the exact step on Spark, or say why that was not possible."""
    if not extent.cluster_rows:
        return {}, {_CLUSTER: "not asked for: --cluster-rows says how many rows a side it gets"}
    name = _name(_CLUSTER, extent.cluster_rows)
    told(name)
    if lacking := absence():
        return {}, {name: lacking}
    try:
        return {name: _on_cluster(extent.cluster_rows)}, {}
    except Permanent as error:
        return {}, {name: f"{error.sentence}: {error.context.get('said')}"}


def _on_cluster(rows: int) -> Numbers:
    """Let dbt build the exact step's models on Spark; timed from dbt's first word to its last."""
    with tempfile.TemporaryDirectory() as place, duckdb.connect() as database:
        tables, paths = (LEFT, RIGHT), write_sides(Path(place), rows)
        left, right = (Side(database, *one) for one in zip(tables, paths, strict=True))
        for side in (left, right):
            side.lay(with_price=False, is_plain=StatedRules({}).is_plain())
        told = on_cluster((left, right), Path(place), {})
    seconds = told["seconds"]
    return {"seconds": seconds, "rows_per_s": 2 * rows / seconds, "open": len(told["open"])}


def _name(who: str, rows: int) -> str:
    return f"{who}, {rows} rows a side"


def _measured(command: Sequence[str], rows: int) -> Numbers:
    done = subprocess.run(
        command, cwd=_CHECKOUT, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
    )
    if done.returncode:
        raise Permanent("read what the case said and mend it", said=done.stderr[-500:])
    told = json.loads(done.stdout)
    told["rows_per_s"] = 2 * rows / told["seconds"]
    if causes_s := told.pop("causes_s", None):
        told["causes_share"] = causes_s / told["seconds"]
    return told


def _datacompy() -> list[str]:
    uv = _UV if _UV.exists() else Path(shutil.which("uv") or _UV)
    line = [str(uv), "run", "-q", "--no-project", "--python", sys.executable]
    return [*line, "--with", _DATACOMPY, "--with", "pyarrow", "python", str(_PEERS)]


def _absent() -> dict[str, str]:
    try:
        done = subprocess.run(
            [*_datacompy(), "there"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"datacompy": f"{_DATACOMPY} did not run: {error}"}
    said = done.stderr.strip()[-300:]
    return {"datacompy": f"{_DATACOMPY} did not run: {said}"} if done.returncode else {}


def _growth(middle: dict[str, Numbers], rows: Sequence[int]) -> dict[str, float]:
    """Give how much longer a row takes at each size than at the size before."""
    found: dict[str, float] = {}
    for small, large in pairwise(rows):
        by_row = [middle[_name("ours", size)]["seconds"] / size for size in (small, large)]
        found[f"{small} to {large}"] = rounded(by_row[1] / by_row[0])
    return found


def _targets(middle: dict[str, Numbers], extent: Extent) -> list[Target]:
    found: list[Target] = []
    if _LARGE in extent.rows:
        large = middle[_name("ours", _LARGE)]
        found.append(Target("10 million rows a side, seconds", large["seconds"], _SECONDS))
        found.append(Target("10 million rows a side, peak GB", large["peak_gb"], _GIGABYTES))
    growth = list(_growth(middle, extent.rows).values())
    if growth:
        found.append(Target("time by row at the largest size, times", growth[-1], _STEEP))
    shared = [rows for rows in extent.rows if _name("datacompy", rows) in middle]
    for rows in shared[-1:]:
        ours, theirs = (middle[_name(who, rows)]["seconds"] for who in ("ours", "datacompy"))
        name = f"faster than datacompy at {rows}, times"
        found.append(Target(name, theirs / ours, _TIMES, at_least=True))
    return found
