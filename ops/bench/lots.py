"""`alphapulse bench lots`: every method on the same fills, beside plain Decimal and rp2 by FIFO.

A figure is fills a second of CPU time, so that neighbours on a busy machine do not count; wall time
stands beside it. Facts are made before the clock starts, for the peers likewise. Peers get fewer
fills, as many as a person would wait for, and their count is in the name of their case. rp2 lives
in an environment of its own: it is a peer, not a dependency.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from domain.lots.engine import match
from domain.lots.types import Book, Fact, Kind, Method
from domain.money import from_units
from ops.bench.harness import Case, Numbers, Target, interleaved, machine, medians, readable
from ops.bench.lots_plain import plain_fifo

_QUANTITY_DECIMALS, _PRICE_DECIMALS = 8, 2
_CHILD = Path(__file__).with_name("rp2_child.py")
_UV = Path(__file__).resolve().parents[2] / ".tools" / "env" / "bin" / "uv"
_FIFO_PER_S, _OTHERS_PER_S, _TIMES_RP2 = 1_000_000.0, 300_000.0, 100.0
_SEED = 7
_RP2 = "rp2==1.7.2"
"""Apache-2.0."""
_PATIENCE_S = 300
"""For fetching rp2 once; a hang, on any machine."""


class Extent(NamedTuple):
    """How much is measured.

    Args:
        fills: Sizes of history, each by every method.
        rounds: Of all cases, alternating.
        rp2: What starts rp2's child, but for the file.
        plain_fills, rp2_fills: How many the peers get.
    """

    fills: Sequence[int]
    rounds: int
    rp2: Sequence[str]
    plain_fills: int = 100_000
    rp2_fills: int = 5_000


def bench_lots(extent: Extent, told: Callable[[str], None]) -> dict[str, Any]:
    """Measure everything and give the report as one JSON-ready object."""
    before = machine()
    absent = absent_peers(extent.rp2)
    found = interleaved(_cases(extent, with_rp2=not absent), extent.rounds, told)
    middle = {name: medians(rounds) for name, rounds in found.items()}
    return {
        "bench": "lots",
        "machine": {**before, "load_1_min_after": machine()["load_1_min"]},
        "extent": {"fills": list(extent.fills), "rounds": extent.rounds, "seed": _SEED},
        "absent_peers": absent,
        "medians": {name: readable(numbers) for name, numbers in middle.items()},
        "rounds": {name: [readable(n) for n in rounds] for name, rounds in found.items()},
        "targets": [target.row() for target in _targets(middle, max(extent.fills))],
    }


def rp2_command() -> list[str]:
    """Say how to start rp2's child in an environment of its own; the first time it is fetched."""
    uv = _UV if _UV.exists() else Path(shutil.which("uv") or _UV)
    line = [str(uv), "run", "-q", "--no-project", "--python", sys.executable]
    return [*line, "--with", _RP2, "python", str(_CHILD)]


def random_fills(count: int) -> list[Fact]:
    """Make a whole history at once; see `each_fill`."""
    return list(each_fill(count))


def each_fill(count: int) -> Iterator[Fact]:
    """Make a history that never sells what it lacks; the same for the same count.

    Quantities to ten whole coins in 10^-8, prices of five to six digits in cents, money in 10^-10,
    half of the fills purchases, each with a fee of a thousandth.
    """
    random, held = Random(_SEED), 0  # noqa: S311 (a history, not a secret)
    for number in range(count):
        quantity, price = random.randrange(1, 10**9), random.randrange(10**6, 10**7)
        is_buy = held < quantity or random.getrandbits(1) == 1
        held += quantity if is_buy else -quantity
        kind, value = Kind.BUY if is_buy else Kind.SELL, quantity * price
        yield Fact(number, kind, "BTC", quantity, value, value // 1000, price, "w", f"t{number}")


def ours_name(method: Method, fills: int) -> str:
    """Name the case of one method."""
    return f"{method.value}, {fills} fills"


def _cases(extent: Extent, *, with_rp2: bool) -> dict[str, Case]:
    cases: dict[str, Case] = {}
    for fills in extent.fills:
        facts = random_fills(fills)
        for method in Method:
            work = partial(match, facts, Book(method))
            cases[ours_name(method, fills)] = partial(rate, work, fills)
    few = extent.plain_fills
    work = partial(plain_fifo, [as_decimals(fact) for fact in random_fills(few)])
    cases[f"plain Decimal fifo, {few} fills"] = partial(rate, work, few)
    if with_rp2:
        fills = extent.rp2_fills
        cases[f"rp2 fifo, {fills} fills"] = partial(rp2_rate, extent.rp2, fills)
    return cases


def rate(work: Callable[[], object], fills: int) -> Numbers:
    """Time some work over so many fills, by CPU and by the wall."""
    began, began_cpu = time.perf_counter(), time.process_time()
    kept = work()
    cpu, wall = time.process_time() - began_cpu, time.perf_counter() - began
    del kept  # after the clock: freeing the answer is not matching
    return {"fills_per_cpu_s": fills / cpu, "fills_per_s": fills / wall}


def rp2_rate(command: Sequence[str], fills: int) -> Numbers:
    """Let rp2 match so many of the same fills in an environment of its own."""
    lines = (" ".join(_as_text(fact)) for fact in random_fills(fills))
    with tempfile.NamedTemporaryFile("w", suffix=".fills") as file:
        file.write("\n".join(lines))
        file.flush()
        child = [*command, file.name]
        done = subprocess.run(
            child, capture_output=True, text=True, check=True, timeout=_PATIENCE_S
        )
    return {"fills_per_cpu_s": fills / json.loads(done.stdout)["seconds"]}


def absent_peers(command: Sequence[str]) -> dict[str, str]:
    """Say why rp2 cannot be measured here; empty when it can."""
    try:
        rp2_rate(command, 10)
    except subprocess.CalledProcessError as error:
        return {"rp2": f"{_RP2} did not run: {error.stderr.strip()[-300:]}"}
    except (OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
        return {"rp2": f"{_RP2} did not run: {error}"}
    return {}


def as_decimals(fact: Fact) -> tuple[str, Decimal, Decimal]:
    """Give kind, quantity and price as a program of Decimals has them."""
    kind, quantity, price = _as_text(fact)
    return kind, Decimal(quantity), Decimal(price)


def _as_text(fact: Fact) -> tuple[str, str, str]:
    quantity = from_units(fact.quantity_units, _QUANTITY_DECIMALS)
    return fact.kind.value, quantity, from_units(fact.price_units, _PRICE_DECIMALS)


def _targets(middle: dict[str, Numbers], fills: int) -> list[Target]:
    def found(name: str) -> float:
        return middle[name]["fills_per_cpu_s"]

    fifo = found(ours_name(Method.FIFO, fills))
    peers = [name for name in middle if name.startswith("rp2")]
    return [
        *(
            Target(
                f"{method.value} at {fills}, fills per CPU second",
                found(ours_name(method, fills)),
                _FIFO_PER_S if method is Method.FIFO else _OTHERS_PER_S,
                at_least=True,
            )
            for method in Method
        ),
        *(
            Target("fifo against rp2, times", fifo / found(x), _TIMES_RP2, at_least=True)
            for x in peers
        ),
    ]
