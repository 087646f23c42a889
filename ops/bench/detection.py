"""`alphapulse bench detection`: from a venue's word to an opportunity's frame, and sizing by peers.

Each market runs in a process of its own, so that its memory is its own; the sizing cases alternate
round by round over the same cycles. Latency is told twice: by the wall, which a busy machine
stretches, and by what the process itself computed (`_cpu_`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.bench import sizing_case as sizing
from ops.bench.harness import Numbers, Target, interleaved, machine, medians, readable

_CHECKOUT = Path(__file__).resolve().parents[2]
_PEER = "degenbot==0.3.0"
_PATIENCE_S = 600
_MARKETS = {
    100: (40, 20_000, 6),
    1_000: (200, 20_000, 4),
    10_000: (2_000, 100_000, 3),
}
"""Pools to different assets, most cycles and most hops."""
_HOPS = (2, 3, 4, 6, 8, 12)
"""How cost grows with length: the middle market again, up to so many hops."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured.

    Args:
        pools: Sizes of markets, of those in `_MARKETS`.
        words: Updates each.
        rounds: Of the sizing cases.
        sized: Cycles that each optimiser sizes a round.
    """

    pools: tuple[int, ...] = tuple(_MARKETS)
    words: int = 5_000
    rounds: int = 3
    sized: int = 200


def bench_detection(extent: Extent, told: Callable[[str], None]) -> dict[str, Any]:
    """Measure everything and give the report as one JSON-ready object."""
    before, absent = machine(), dict[str, str]()
    middle = {f"market: {pools} pools": _market(pools, extent, told) for pools in extent.pools}
    middle |= {f"hops: up to {hops}": _grown(hops, extent, told) for hops in _HOPS}
    rounds = interleaved(_sizing_cases(extent, absent), extent.rounds, told)
    middle |= {name: medians(found) for name, found in rounds.items()}
    return {
        "bench": "detection",
        "machine": {**before, "load_1_min_after": machine()["load_1_min"]},
        "extent": {"words": extent.words, "rounds": extent.rounds, "cycles_sized": extent.sized},
        "absent_peers": absent,
        "medians": {name: readable(numbers) for name, numbers in middle.items()},
        "targets": [target.row() for target in _targets(middle)],
    }


def _market(pools: int, extent: Extent, told: Callable[[str], None]) -> Numbers:
    assets, cycles, hops = _MARKETS[pools]
    told(f"a market of {pools} pools")
    return _case(pools, assets, cycles, hops, extent.words)


def _grown(hops: int, extent: Extent, told: Callable[[str], None]) -> Numbers:
    told(f"cycles of up to {hops} hops")
    return _case(60, 24, 20_000, hops, max(extent.words // 10, 100))


def _case(*arguments: int) -> Numbers:
    line = [sys.executable, "-m", "ops.bench.detection_case", *map(str, arguments)]
    done = subprocess.run(
        line, cwd=_CHECKOUT, capture_output=True, text=True, check=True, timeout=_PATIENCE_S
    )
    return json.loads(done.stdout)


def _sizing_cases(extent: Extent, absent: dict[str, str]) -> dict[str, Callable[[], Numbers]]:
    cycles, many = sizing.some_cycles(extent.sized), sizing.some_cycles(2_000)
    cases: dict[str, Callable[[], Numbers]] = {
        "sizing: ours, screened": lambda: sizing.by_screen(many),
        "sizing: ours, in integers": lambda: sizing.by_integers(cycles),
        "sizing: scipy bounded": lambda: sizing.by_scipy(cycles),
    }
    first = _degenbot(cycles)
    if isinstance(first, str):
        absent["degenbot"] = first
    else:
        cases["sizing: degenbot"] = lambda: _degenbot_again(cycles, first)
    return cases


def _degenbot(cycles: sizing.Cycles) -> Numbers | str:
    """Run degenbot's optimiser in its own environment, or say why it cannot be."""
    uv = _CHECKOUT / ".tools" / "env" / "bin" / "uv"
    line = [str(uv), "run", "-q", "--no-project", "--python", sys.executable, "--no-build"]
    script = Path(__file__).with_name("degenbot_sizing.py")
    try:
        done = subprocess.run(
            [*line, "--with", _PEER, str(script)],
            input=json.dumps(cycles.pools),
            capture_output=True,
            text=True,
            check=True,
            timeout=_PATIENCE_S,
        )
        answer = json.loads(done.stdout.splitlines()[-1])
    except subprocess.CalledProcessError as error:
        return f"{_PEER} did not run: {error.stderr.strip()[-300:]}"
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
        return f"{_PEER} did not run: {error}"
    return {name: float(answer[name]) for name in ("us_a_cycle", "gain_e18")}


def _degenbot_again(cycles: sizing.Cycles, first: Numbers) -> Numbers:
    again = _degenbot(cycles)
    return first if isinstance(again, str) else again


def _targets(middle: dict[str, Numbers]) -> list[Target]:
    found = list[Target]()
    if (market := middle.get("market: 1000 pools")) is not None:
        found += [
            Target("p99 update to broadcast, 1 000 pools, us", market["broadcast_p99_us"], 1_000),
            Target("the same, computing alone, us", market["broadcast_cpu_p99_us"], 1_000),
            Target("p99 of all updates, 1 000 pools, us", market["update_p99_us"], 1_000),
        ]
    if (three := middle.get("market: 10000 pools")) is not None:
        found += [
            Target(
                "3-hop cycles screened a ms", three["screen_3_hops_per_ms"], 30_000, at_least=True
            ),
            Target("memory at 10 000 pools, MB", three["memory_mb"], 500),
        ]
    ours = middle["sizing: ours, screened"]["us_a_cycle"]
    for peer in ("scipy bounded", "degenbot"):
        if (theirs := middle.get(f"sizing: {peer}")) is not None:
            ratio = theirs["us_a_cycle"] / ours
            found.append(
                Target(f"sized a cycle against {peer}, times", ratio, 1_000, at_least=True)
            )
    return found
