"""`alphapulse bench books`: fills through ledger, positions, attribution and lots, beside peers.

Each size runs in a process of its own, so that its peak memory is its own. The fills are those of
the bench of lots; plain Decimal and rp2 match them in the same run, rp2 in an environment of its
own. A stage's figure is CPU time, with wall time of the whole and the median and p99 of days beside
it; facts are made before the clock starts. A run whose residual is not 0, or whose two ways to
profit differ, fails.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from domain.errors import InvariantBroken
from domain.lots.types import Method
from ops.bench.harness import Case, Numbers, Target, interleaved, machine, medians, readable
from ops.bench.lots import absent_peers, as_decimals, random_fills, rate, rp2_rate
from ops.bench.lots_plain import plain_fifo

_CHECKOUT = Path(__file__).resolve().parents[2]
_SECONDS_A_MILLION, _GIGABYTES, _TIMES_RP2, _GROWTH = 10.0, 3.0, 100.0, 1.5
_FIFO_PER_S, _OTHERS_PER_S = 1_000_000.0, 300_000.0
_MILLION = 1_000_000
_PATIENCE_S = 3_600


class Extent(NamedTuple):
    """How much is measured.

    Args:
        fills: Sizes of history.
        rounds: Of all cases, alternating.
        rp2: What starts rp2's child, but for the file.
        plain_fills, rp2_fills: How many the peers get, as many as a person would wait for.
        held: Fills a day holds already when it is closed again with ten more; by default no such
            day is closed, for it takes minutes.
    """

    fills: Sequence[int]
    rounds: int
    rp2: Sequence[str]
    plain_fills: int = 100_000
    rp2_fills: int = 5_000
    held: Sequence[int] = ()


def bench_books(extent: Extent, told: Callable[[str], None]) -> dict[str, Any]:
    """Measure everything and give the report as one JSON-ready object."""
    before = machine()
    absent = absent_peers(extent.rp2)
    found = interleaved(_cases(extent, with_rp2=not absent), extent.rounds, told)
    middle = {name: medians(rounds) for name, rounds in found.items()}
    return {
        "bench": "books",
        "machine": {**before, "load_1_min_after": machine()["load_1_min"]},
        "extent": {"fills": list(extent.fills), "rounds": extent.rounds},
        "absent_peers": absent,
        "medians": {name: readable(numbers) for name, numbers in middle.items()},
        "rounds": {name: [readable(n) for n in rounds] for name, rounds in found.items()},
        "targets": [target.row() for target in _targets(extent, middle)],
        "tick": [_ticked(fills, told) for fills in extent.held],
    }


def case_name(fills: int) -> str:
    """Name the case of one size."""
    return f"books, {fills} fills"


def _cases(extent: Extent, *, with_rp2: bool) -> dict[str, Case]:
    cases: dict[str, Case] = {case_name(fills): partial(_books, fills) for fills in extent.fills}
    few = extent.plain_fills
    cases[f"plain Decimal fifo, {few} fills"] = partial(_plain, few)
    if with_rp2:
        fills = extent.rp2_fills
        cases[f"rp2 fifo, {fills} fills"] = partial(rp2_rate, extent.rp2, fills)
    return cases


def _plain(fills: int) -> Numbers:
    rows = [as_decimals(fact) for fact in random_fills(fills)]
    return rate(partial(plain_fifo, rows), fills)


def _books(fills: int) -> Numbers:
    return _child("books_child", fills)


def _ticked(fills: int, told: Callable[[str], None]) -> dict[str, Any]:
    """Close a day that holds so many fills once more, with ten new ones."""
    told(f"a tick on a day of {fills} fills")
    return _child("books_tick", fills)


def _child(module: str, fills: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"ops.bench.{module}", str(fills)],
        cwd=_CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE_S,
    )
    if done.returncode:
        raise InvariantBroken("the bench's books did not close", said=done.stderr.strip()[-500:])
    return json.loads(done.stdout.splitlines()[-1])


def _targets(extent: Extent, middle: dict[str, Numbers]) -> list[Target]:
    sizes = sorted(extent.fills)
    first, last = middle[case_name(sizes[0])], middle[case_name(sizes[-1])]
    peers = [name for name in middle if name.startswith("rp2")]
    whole = last["facts_to_profit_cpu_s"] * _MILLION / sizes[-1]
    growth = last["facts_to_profit_cpu_s"] / first["facts_to_profit_cpu_s"] * sizes[0] / sizes[-1]
    lots = {method: last[f"lots_{method.value}_fills_per_cpu_s"] for method in Method}
    return [
        Target("facts to attributed profit a million fills, CPU s", whole, _SECONDS_A_MILLION),
        Target(f"peak memory at {sizes[-1]}, GB", last["peak_memory_gb"], _GIGABYTES),
        Target(f"time a fill at {sizes[-1]} over {sizes[0]}, times", growth, _GROWTH),
        *(
            Target(
                f"{method.value} at {sizes[-1]}, fills per CPU second",
                found,
                _FIFO_PER_S if method is Method.FIFO else _OTHERS_PER_S,
                at_least=True,
            )
            for method, found in lots.items()
        ),
        *(
            Target(
                "fifo against rp2, times",
                lots[Method.FIFO] / middle[name]["fills_per_cpu_s"],
                _TIMES_RP2,
                at_least=True,
            )
            for name in peers
        ),
    ]
