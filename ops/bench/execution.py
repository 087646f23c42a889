"""How fast an opportunity becomes a transaction, beside a bare signed send and plain web3.py.

Everything runs in one process against one local node that mines each transaction at once, over
equal connections, rounds alternating. Ours includes verdict, rehearsal and durable intent.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ops.bench.execution_case import Bare, Marks, Ours, PlainWeb3, library_signature, timed
from ops.bench.execution_desk import BenchDesk, bench_desk
from ops.bench.harness import Numbers, Target, machine, medians, rounded
from rehearsal.chain.keys import desk_key

_STAGES = {
    "risk_us": ("began", "judged", 1e6),
    "sign_ms": ("judged", "signed", 1e3),
    "intend_ms": ("signed", "durable", 1e3),
    "send_ms": ("durable", "accepted", 1e3),
    "wait_ms": ("accepted", "ended", 1e3),
}
_WARM_UP = 10
_QUICK_BARE = "bare send with our signature, 1 at once"


class Extent(NamedTuple):
    """How much is measured.

    Args:
        samples: Executions a case and round; at least as many as are at once.
        rounds: Of all cases, odd ones backwards.
        at_once: Numbers of concurrent executions.
    """

    samples: int = 100
    rounds: int = 3
    at_once: Sequence[int] = (1, 10, 100)


Report = dict[str, object]


def bench_execution(extent: Extent, told: Callable[[str], None]) -> Report:
    """Measure and compare.

    Raises:
        ConfigRefused: There is no anvil on this machine.
    """
    import uvloop

    before = machine()
    found = uvloop.run(_measured(extent, told))
    middle = {name: medians(rounds) for name, rounds in found.items()}
    return {
        "machine": {**before, "load_1_min_after": machine()["load_1_min"]},
        "extent": extent._asdict(),
        "absent_peers": {},
        "medians": {
            name: {key: rounded(value) for key, value in numbers.items()}
            for name, numbers in middle.items()
        },
        "targets": [target.row() for target in _targets(middle)],
    }


async def _measured(extent: Extent, told: Callable[[str], None]) -> dict[str, list[Numbers]]:
    found: dict[str, list[Numbers]] = {}
    async with bench_desk() as desk:
        cases: list[tuple[str, Callable[[], Any], int]] = [
            (f"ours, {at_once} at once", lambda: Ours(desk), at_once) for at_once in extent.at_once
        ]
        library = library_signature(desk_key())
        cases += [
            (f"bare send, {at_once} at once", lambda: Bare(desk, library), at_once)
            for at_once in extent.at_once
        ]
        cases.append((_QUICK_BARE, lambda: Bare(desk, desk.signer.sign), 1))
        cases.append(("web3.py, 1 at once", lambda: PlainWeb3(desk, desk_key()), 1))
        for number in range(extent.rounds):
            for name, make, at_once in cases[:: 1 if number % 2 == 0 else -1]:
                told(f"round {number + 1} of {extent.rounds}: {name}")
                await desk.spread()
                marks = await _case(make(), f"{name}-{number}", extent.samples, at_once)
                found.setdefault(name, []).append(_numbers(marks))
        await _settle(desk)
    return {name: found[name] for name, _, _ in cases}


async def _case(peer: Any, name: str, samples: int, at_once: int) -> list[Marks]:  # noqa: ANN401
    await peer.open()
    try:
        await timed(peer.one, f"{name}-warm", _WARM_UP, min(_WARM_UP, at_once))
        return await timed(peer.one, name, max(samples, at_once), at_once)
    finally:
        await peer.close()


async def _settle(desk: BenchDesk) -> None:
    """Let the node finish what it is mining, so that it can be stopped."""
    await desk.client.request("anvil_mine", ["0x1"])
    await asyncio.sleep(0)


def _numbers(found: Sequence[Marks]) -> Numbers:
    numbers = _percentiles("accepted", [m["accepted"] - m["began"] for m in found])
    numbers |= _percentiles("receipt", [m["ended"] - m["began"] for m in found])
    for name, (begin, end, scale) in _STAGES.items():
        if all(begin in marks and end in marks for marks in found):
            numbers[name] = statistics.median(m[end] - m[begin] for m in found) * scale
    return numbers


def _percentiles(name: str, spans_s: list[float]) -> Numbers:
    ordered = sorted(spans_s)
    last = len(ordered) - 1
    return {
        f"{name}_p50_ms": statistics.median(ordered) * 1e3,
        f"{name}_p99_ms": ordered[min(last, round(0.99 * last))] * 1e3,
    }


def _targets(middle: dict[str, Numbers]) -> list[Target]:
    alone = middle.get("ours, 1 at once")
    found: list[Target] = []
    if alone is not None:
        bare = middle["bare send, 1 at once"]["accepted_p50_ms"]
        web3 = middle["web3.py, 1 at once"]["receipt_p50_ms"]
        found = [
            Target("accepted against a bare send, times", alone["accepted_p50_ms"] / bare, 1.5),
            Target("p99 accepted alone, ms", alone["accepted_p99_ms"], 25),
            Target("risk verdict, us", alone["risk_us"], 100),
            Target("receipt against web3.py, times", alone["receipt_p50_ms"] / web3, 1),
        ]
    if (crowd := middle.get("ours, 100 at once")) is not None:
        found.append(Target("p99 accepted at 100 at once, ms", crowd["accepted_p99_ms"], 500))
    return found
