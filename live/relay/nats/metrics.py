"""What Prometheus is told of a join to other relays, added up when it asks.

Conservation can be checked on what is exported, for each stream::

    offered = published + dropped + waiting
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from live.relay.metrics import registered
from live.relay.nats.lane import LaneState

_PREFIX = "alphapulse_relay_nats_"


class Joined(Protocol):
    """What is measured."""

    lanes: Sequence[LaneState]
    is_connected: bool


class NatsCollector(Collector):
    """Reads a join's own counts."""

    def __init__(self, join: Joined) -> None:
        self._join = join

    def collect(self) -> Iterator[Metric]:
        """Give every metric of the join as it stands."""
        yield GaugeMetricFamily(
            _PREFIX + "connected", "1 while the server is there.", int(self._join.is_connected)
        )
        spools = [(lane.stream, lane.spool) for lane in self._join.lanes]
        arrivals = [(lane.stream, lane.arrivals) for lane in self._join.lanes]
        waiting = [(name, spool.waiting + spool.under_way) for name, spool in spools]
        offered = [(name, spool.offered) for name, spool in spools]
        published = [(name, spool.acknowledged) for name, spool in spools]
        dropped = [(name, spool.dropped) for name, spool in spools]
        yield _counted("offered", "Frames for the other relays.", offered)
        yield _counted("published", "Frames the server has taken.", published)
        yield _counted("dropped", "Frames lost, for the server was away too long.", dropped)
        yield _gauged("waiting_frames", "Frames the server has not acknowledged.", waiting)
        yield _counted("read", "Frames of other relays.", [(n, a.taken) for n, a in arrivals])
        yield _counted(
            "repeated", "Frames given twice, taken once.", [(n, a.repeated) for n, a in arrivals]
        )
        yield _counted(
            "refused", "Messages that were not one frame.", [(n, a.refused) for n, a in arrivals]
        )


def exported_join(
    join: Joined, registry: CollectorRegistry = REGISTRY
) -> AbstractContextManager[None]:
    """Export a join's counts while the context is open."""
    return registered(NatsCollector(join), registry)


def _counted(name: str, says: str, counts: Sequence[tuple[str, int]]) -> Metric:
    family = CounterMetricFamily(f"{_PREFIX}{name}_frames", says, labels=("stream",))
    for stream, count in counts:
        family.add_metric((stream,), count)
    return family


def _gauged(name: str, says: str, counts: Sequence[tuple[str, int]]) -> Metric:
    family = GaugeMetricFamily(f"{_PREFIX}{name}", says, labels=("stream",))
    for stream, count in counts:
        family.add_metric((stream,), count)
    return family
