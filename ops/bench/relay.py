"""`alphapulse bench relay`: our relay, nats-server and a plain broadcast, in turn, in one run.

Every server, sender and group of readers is a process of its own; the groups are as many as the
machine has cores. A rate is measured with the sender held to the slowest reader, so nothing is lost
and every system does the same work; a latency at a fixed rate, from the sender's stamp to the whole
frame in the reader's hands. What is compared alternates round by round; a figure is the median of
its rounds, the p99 of a case that of all frames to all its readers.

Who does what, so that servers are compared and not clients:

========  ======================================  ===========================================
system    server                                  clients
========  ======================================  ===========================================
ours      `alphapulse relay`, v1 on Unix sockets  one publisher; readers that cut and do not
                                                  decode; all on uvloop
filtered  the same, v2: a hello, and filters on   the same
          channel, venue and pair
plain     asyncio streams, a write a frame        the same as ours
nats      Debian's nats-server, core NATS, TCP    nats-py on uvloop, a message a frame
========  ======================================  ===========================================
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from domain.errors import ConfigRefused
from ops.bench import relay_cases as cases
from ops.bench.codec_case import codec
from ops.bench.harness import Case, Numbers, Target, interleaved, machine, medians, readable
from ops.bench.nats_server import nats_server

RATE_PER_S = 10_000
DEFI_RATE_PER_S = 1_000
"""Pool states beside the market: 250 pools that each change four times a second."""
CLIENTS = 10
"""Readers wherever the number of readers is not what is varied."""
_ALONE, _BESIDE = "market alone", "market beside DeFi"
_ELSEWHERE = "market, DeFi in another relay"
"""The same load on the same cores, and nothing of it in the relay: tells who of the two it is."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How long and how wide a run is.

    Args:
        seconds: Each case is watched for.
        rounds: Of all cases.
        clients: Numbers of readers to measure rates with.
    """

    seconds: float
    rounds: int
    clients: Sequence[int]


def bench_relay(extent: Extent, told: Callable[[str], None]) -> dict[str, Any]:
    """Measure everything and give the report as one JSON-ready object."""
    before = machine()
    absent = _absent_peers()
    systems = [name for name in ("ours", "nats", "plain") if name not in absent]
    found = interleaved(_cases(extent, systems), extent.rounds, told)
    middle = {name: medians(rounds) for name, rounds in found.items()}
    return {
        "bench": "relay",
        "machine": {**before, "load_1_min_after": machine()["load_1_min"]},
        "extent": {"seconds": extent.seconds, "rounds": extent.rounds, "frame_bytes": 72},
        "absent_peers": absent,
        "medians": {name: readable(numbers) for name, numbers in middle.items()},
        "rounds": {name: [readable(n) for n in rounds] for name, rounds in found.items()},
        "targets": [target.row() for target in _targets(middle)],
    }


def _absent_peers() -> dict[str, str]:
    try:
        nats_server()
    except ConfigRefused as error:
        return {"nats": str(error)}
    return {}


def _cases(extent: Extent, systems: Sequence[str]) -> dict[str, Case]:
    found: dict[str, Case] = {"codec": codec}
    for clients in extent.clients:
        for name in systems:
            found[rate_name(name, clients)] = partial(
                cases.throughput, name, clients, extent.seconds
            )
    for name in [*systems, "filtered"]:
        found[latency_name(name)] = partial(
            cases.latency, name, CLIENTS, extent.seconds, rate=RATE_PER_S
        )
    market = partial(cases.latency, "ours", CLIENTS, extent.seconds, rate=RATE_PER_S)
    found[_ALONE] = market
    found[_BESIDE] = partial(market, defi_rate=DEFI_RATE_PER_S)
    found[_ELSEWHERE] = partial(market, defi_rate=DEFI_RATE_PER_S, is_defi_elsewhere=True)
    return found


def rate_name(system: str, clients: int) -> str:
    """Name the case that measures a rate."""
    return f"rate: {system}, {clients} clients"


def latency_name(system: str) -> str:
    """Name the case that measures latency."""
    return f"latency: {system}, {CLIENTS} clients at {RATE_PER_S}/s"


def _targets(middle: dict[str, Numbers]) -> list[Target]:
    def delivered(system: str) -> float:
        return middle.get(rate_name(system, CLIENTS), {}).get("delivered_per_s", 0.0)

    def interference(beside: str) -> float:
        return middle[_BESIDE]["p99_us"] / middle[beside]["p99_us"]

    ours, filtered = delivered("ours"), middle[latency_name("filtered")]
    return [
        Target("encode a trade, us", middle["codec"]["encode_us"], 1.5),
        Target("decode a trade, us", middle["codec"]["decode_us"], 1.5),
        *(
            Target(
                f"delivered to 10 against {peer}, times", ours / delivered(peer), x, at_least=True
            )
            for peer, x in (("nats", 5.0), ("plain", 10.0))
            if ours and delivered(peer)
        ),
        Target("p50 at 10 000/s to 10, us", filtered["p50_us"], 150.0),
        Target("p99 at 10 000/s to 10, us", filtered["p99_us"], 1_000.0),
        Target("market's p99 beside DeFi against alone, times", interference(_ALONE), 1.05),
        Target(
            "market's p99 with DeFi in the same relay against in another, times",
            interference(_ELSEWHERE),
            1.05,
        ),
    ]
