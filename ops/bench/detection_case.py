"""One case of `bench detection` in a process of its own: a market, its words, one line of JSON.

From the moment a venue's new state is at hand to the moment the opportunity's frame is in the
socket: the state goes into the arrays, cycles are screened, survivors are sized in integers, the
message is encoded and sent: the first decision at once, the others of the same word after it, which
are told apart (`later_broadcast`). The journal's write comes between the last two in the real
process and is not measured here; its histogram is `alphapulse_detector_announce_seconds`.
"""

from __future__ import annotations

import gc
import json
import resource
import socket
import sys
import time
from collections import Counter
from typing import NamedTuple

import numpy as np

from domain.cycles.paths import Budget
from domain.cycles.roster import Roster
from domain.cycles.screen import gaining
from domain.cycles.search import Found, Search
from domain.identity import fact_id
from live.protocol import v2
from ops.bench.detection_market import ANCHORS, Market

_SCREENS = 40


class Extent(NamedTuple):
    """What one case measures.

    Args:
        pools: Venues.
        assets: Different assets.
        cycles: At most so many.
        hops: At most so long.
        words: Updates.
    """

    pools: int
    assets: int
    cycles: int
    hops: int
    words: int


class Heard(NamedTuple):
    """What one word took, in nanoseconds.

    Args:
        spent, own: Until nothing was left to decide: by the wall, and of our own computing.
        sent: Until each opportunity was in the socket, by the wall.
        first_own: Until the first was, of our own computing; 0 without one.
    """

    spent: int
    own: int
    sent: tuple[int, ...]
    first_own: int


class Desk:
    """A market that is watched, and a socket somebody reads."""

    def __init__(self, extent: Extent) -> None:
        self.market = Market(extent.pools, extent.assets)
        self.graph = self.market.graph()
        anchors = [f"asset:{at}" for at in range(ANCHORS)]
        self.roster = Roster(
            self.graph, anchors, Budget(cycles=extent.cycles, most_hops=extent.hops)
        )
        self.roster.take_in(range(extent.pools))
        self.search = Search(self.graph, self.roster.table, self.market.terms())
        self.near, self.far = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sent = 0

    def hear(self, sequence: int) -> Heard:
        """Take one word in, send the first opportunity as it is decided, then the others."""
        number, pool = self.market.next_word()
        began, began_own = time.perf_counter_ns(), time.thread_time_ns()
        sent = list[int]()
        first_own = 0
        venue = self.graph.hear(f"venue-{number}", pool, sequence)
        for found in self.search.deciding(venue, Counter()) if isinstance(venue, int) else ():
            self.near.send(self._frame(found, began))
            sent.append(time.perf_counter_ns() - began)
            first_own = first_own or time.thread_time_ns() - began_own
        spent, own = time.perf_counter_ns() - began, time.thread_time_ns() - began_own
        if sent:
            self.far.recv(1 << 16)
        return Heard(spent, own, tuple(sent), first_own)

    def close(self) -> None:
        """Hang up."""
        self.near.close()
        self.far.close()

    def _frame(self, found: Found, found_ns: int) -> bytes:
        self.sent += 1
        message = as_message(found, found_ns)
        return v2.encode(message, source=v2.SOURCE_DETECTOR, sequence=self.sent, sent_ns=found_ns)


def as_message(found: Found, found_ns: int) -> v2.ArbitrageOpportunity:
    """Write a cycle as the message that subscribers get."""
    identity = fact_id("opportunity", found.key.kind, *found.venues, found_ns)
    hops = zip(found.venues, found.assets, found.assets[1:], strict=False)
    amounts = found.sized.amounts
    return v2.ArbitrageOpportunity(
        routing=v2.Routing(
            strategy=found.key.kind,
            venues=found.venues,
            pairs=(f"{found.assets[0]}-{found.assets[1]}",),
            profit_usd_e6=v2.clamped_profit(found.net_usd_e24 // 10**18),
            expires_ns=found_ns + 10**9,
            correlation=v2.correlation_of(identity),
        ),
        opportunity_id=identity,
        hops=tuple(
            v2.Hop(venue, venue, given, got, amounts[at], amounts[at + 1], 0, "")
            for at, (venue, given, got) in enumerate(hops)
        ),
        gas_asset="native",
        gas_amount=found.gas_wei,
        gross_usd_e24=found.gross_usd_e24,
        fee_usd_e24=0,
        net_usd_e24=found.net_usd_e24,
        mark_e6=None,
        block_number=None,
        block_hash=None,
        found_ns=found_ns,
        record=b"",
    )


def measured(extent: Extent) -> dict[str, float]:
    """Run a case."""
    began = time.perf_counter()
    desk = Desk(extent)
    built_s = time.perf_counter() - began
    gc.collect()
    gc.freeze()
    for sequence in range(1, 1 + extent.words // 10):
        desk.hear(sequence)
    heard = [desk.hear(sequence) for sequence in range(extent.words, 2 * extent.words)]
    desk.close()
    every = np.array([one.spent for one in heard])
    later = [ns for one in heard for ns in one.sent[1:]]
    return {
        "cycles": desk.roster.table.count,
        "searches_cut_short": desk.roster.budget.left_out,
        "build_s": built_s,
        "opportunities": sum(len(one.sent) for one in heard),
        "updates_per_s": 1e9 / float(every.mean()),
        **_shares("update", every),
        **_shares("update_cpu", np.array([one.own for one in heard])),
        **_shares("broadcast", np.array([one.sent[0] for one in heard if one.sent])),
        **_shares("broadcast_cpu", np.array([one.first_own for one in heard if one.sent])),
        **_shares("later_broadcast", np.array(later)),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **screen_rates(desk),
    }


def _shares(name: str, spent_ns: np.ndarray) -> dict[str, float]:
    """Give p50, p99 and p99.9 in microseconds; zeros where nothing was measured."""
    us = spent_ns / 1_000 if spent_ns.size else np.zeros(1)
    shares = (("p50", 50), ("p99", 99), ("p999", 99.9))
    return {f"{name}_{share}_us": float(np.percentile(us, at)) for share, at in shares}


def screen_rates(desk: Desk) -> dict[str, float]:
    """Screen all cycles of each length at once, as after a new block: cycles a millisecond."""
    rates = dict[int, list[tuple[int, int]]]()
    for hops in desk.roster.table.lengths:
        cycles = np.ascontiguousarray(desk.roster.table.group(hops).arcs)
        spent = [_timed(desk, cycles) for _ in range(_SCREENS)]
        rates.setdefault(hops, []).append((cycles.shape[1], sorted(spent)[_SCREENS // 2]))
    return {
        f"screen_{hops}_hops_per_ms": sum(n for n, _ in parts) / sum(ns for _, ns in parts) * 1e6
        for hops, parts in rates.items()
    }


def _timed(desk: Desk, cycles: np.ndarray) -> int:
    began = time.perf_counter_ns()
    gaining(desk.graph.lines[0], cycles)
    return time.perf_counter_ns() - began


if __name__ == "__main__":
    print(json.dumps(measured(Extent(*map(int, sys.argv[1:])))))  # noqa: T201 (its answer)
