"""What Prometheus is told of a relay, added up when it asks: the hot path only counts.

Conservation can be checked on what is exported, for each protocol and channel::

    offered = delivered + filtered + expired + sum of dropped by reason + waiting
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from prometheus_client import REGISTRY
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector, CollectorRegistry

from live.relay.fanout import Fanout
from live.relay.hub import Hub
from live.relay.latency import Latency
from live.relay.ledger import Ledger

_BY = ("protocol", "channel")
_COUNTED = {
    "offered": "Frames that readers could have been given, summed over readers.",
    "delivered": "Frames written to readers.",
    "filtered": "Frames that a reader did not ask for.",
    "expired": "Frames that were worth nothing any more before they could be written.",
}


class Source(Protocol):
    """What is measured."""

    market: Fanout
    hub: Hub
    market_latency: Latency
    defi_latency: Latency
    refused_clients: int


class RelayCollector(Collector):
    """Reads a relay's own counts."""

    def __init__(self, relay: Source) -> None:
        self._relay = relay

    def collect(self) -> Iterator[Metric]:
        """Give every metric of the relay as it stands."""
        accounts = self._accounts()
        yield from _fates(accounts)
        yield from _dropped(accounts)
        yield self._frames()
        yield from self._clients()
        yield from self._queues()
        yield self._latency()

    def _accounts(self) -> Mapping[tuple[str, str], Ledger]:
        v2_accounts = self._relay.hub.accounts()
        return {
            ("v1", "market"): self._relay.market.accounts(),
            **{("v2", channel): ledger for channel, ledger in v2_accounts.items()},
        }

    def _frames(self) -> Metric:
        family = CounterMetricFamily(
            "alphapulse_relay_frames", "Frames taken in.", labels=("channel",)
        )
        for channel, frames in self._relay.hub.archive.positions().items():
            family.add_metric((channel,), frames)
        return family

    def _clients(self) -> Iterator[Metric]:
        readers = GaugeMetricFamily(
            "alphapulse_relay_subscribers", "Connected readers: v1 and v2.", labels=("channel",)
        )
        readers.add_metric(("market",), len(self._relay.market.readers))
        readers.add_metric(("defi",), len(self._relay.hub.members))
        yield readers
        yield CounterMetricFamily(
            "alphapulse_relay_refused_clients",
            "Readers turned away for want of room.",
            self._relay.refused_clients,
        )
        yield CounterMetricFamily(
            "alphapulse_relay_refused_frames",
            "Frames of producers that are said between a relay and a client alone.",
            self._relay.hub.refused_frames,
        )

    def _queues(self) -> Iterator[Metric]:
        depths = {
            "v1": [reader.waiting_bytes for reader in self._relay.market.readers],
            "v2": [member.queue.waiting_bytes for member in self._relay.hub.members],
        }
        yield _by_protocol("queue_bytes", "Bytes that wait for slow readers.", depths, sum)
        yield _by_protocol("longest_queue_bytes", "Of the slowest reader.", depths, _longest)

    def _latency(self) -> Metric:
        family = HistogramMetricFamily(
            "alphapulse_relay_latency_seconds",
            "From the read that brought a frame to the write that left.",
            labels=("side",),
        )
        for side, latency in (
            ("market", self._relay.market_latency),
            ("defi", self._relay.defi_latency),
        ):
            family.add_metric((side,), latency.buckets(), latency.sum_s)
        return family


def exported(relay: Source, registry: CollectorRegistry = REGISTRY) -> AbstractContextManager[None]:
    """Export a relay's counts while the context is open; a process exports one relay."""
    return registered(RelayCollector(relay), registry)


@contextmanager
def registered(collector: Collector, registry: CollectorRegistry) -> Generator[None]:
    """Let a collector be asked while the context is open."""
    registry.register(collector)
    try:
        yield
    finally:
        registry.unregister(collector)


def _fates(accounts: Mapping[tuple[str, str], Ledger]) -> Iterator[Metric]:
    for fate, says in _COUNTED.items():
        family = CounterMetricFamily(f"alphapulse_relay_{fate}_frames", says, labels=_BY)
        for labels, ledger in accounts.items():
            family.add_metric(labels, getattr(ledger, fate))
        yield family
    waiting = GaugeMetricFamily(
        "alphapulse_relay_waiting_frames", "Frames in the queues of slow readers.", labels=_BY
    )
    for labels, ledger in accounts.items():
        waiting.add_metric(labels, ledger.waiting)
    yield waiting


def _dropped(accounts: Mapping[tuple[str, str], Ledger]) -> Iterator[Metric]:
    family = CounterMetricFamily(
        "alphapulse_relay_dropped_frames",
        "Frames that a reader wanted and never got.",
        labels=(*_BY, "reason"),
    )
    for labels, ledger in accounts.items():
        for reason, frames in ledger.dropped.items():
            family.add_metric((*labels, reason.value), frames)
    yield family


def _by_protocol(name: str, says: str, depths: Mapping[str, Sequence[int]], fold: object) -> Metric:
    family = GaugeMetricFamily(f"alphapulse_relay_{name}", says, labels=("protocol",))
    for protocol, waiting in depths.items():
        family.add_metric((protocol,), fold(waiting))  # type: ignore[operator]
    return family


def _longest(waiting: Iterable[int]) -> int:
    return max(waiting, default=0)
