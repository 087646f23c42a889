"""What Prometheus is told."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry

from live.protocol import v2
from live.relay.chunks import Run
from live.relay.fanout import Fanout
from live.relay.hub import Hub
from live.relay.latency import Latency
from live.relay.market_memory import MarketMemory
from live.relay.metrics import exported
from tests.kit.clock import noon_clock
from tests.kit.wire import an_opportunity
from tests.live.relay.makers import HeardSink, beats, frame


class Pipe:
    def write(self, data: bytes) -> None:
        """Take it."""


class Counted:
    """The parts of a relay that are measured."""

    def __init__(self) -> None:
        memory = MarketMemory()
        self.hub = Hub(noon_clock(), memory, lambda: None)
        self.market = Fanout(memory, lambda: None, self.hub.market, limit_bytes=100)
        self.market_latency, self.defi_latency = Latency(), Latency()
        self.refused_clients = 2


@pytest.fixture
def told():
    relay, registry = Counted(), CollectorRegistry()
    quick, slow = (relay.market.join(Pipe()) for _ in range(2))
    slow.is_paused = True
    sink = HeardSink()
    member = relay.hub.attach(sink)
    relay.hub.subscribe(member, v2.Subscribe(1, min_profit_usd_e6=2_000_000))
    relay.market.publish(Run(b"".join(beats(0, 9)), 9))
    relay.market.flush()
    for n in range(4):
        relay.hub.publish(frame(an_opportunity(n, profit_usd_e6=n * 1_000_000), n))
    relay.hub.publish(frame(v2.Ack(1)))
    relay.hub.flush()
    relay.market_latency.read(1)
    relay.market_latency.written(9, 20_001)
    assert quick.ledger.delivered == 9
    with exported(relay, registry):

        def sample(name: str, **labels: str) -> float | None:
            return registry.get_sample_value(f"alphapulse_relay_{name}", labels)

        yield sample
    assert registry.get_sample_value("alphapulse_relay_frames_total", {"channel": "market"}) is None


def test_frames_clients_and_refusals(told):
    assert told("frames_total", channel="market") == 9
    assert told("frames_total", channel="signals") == 4
    assert told("subscribers", channel="market") == 2
    assert told("subscribers", channel="defi") == 1
    assert told("refused_clients_total") == 2
    assert told("refused_frames_total") == 1


def test_fates_of_frames_by_protocol_and_channel(told):
    v1_market = {"protocol": "v1", "channel": "market"}
    signals = {"protocol": "v2", "channel": "signals"}
    assert told("offered_frames_total", **v1_market) == 18
    assert told("delivered_frames_total", **v1_market) == 9
    assert told("waiting_frames", **v1_market) == 4
    assert told("dropped_frames_total", **v1_market, reason="overflowed") == 5
    assert told("delivered_frames_total", **signals) == 2
    assert told("filtered_frames_total", **signals) == 2
    assert told("filtered_frames_total", protocol="v2", channel="market") == 9


def test_queues_and_latency(told):
    assert told("queue_bytes", protocol="v1") == told("longest_queue_bytes", protocol="v1") == 96
    assert told("queue_bytes", protocol="v2") == 0
    assert told("latency_seconds_bucket", side="market", le="2.5e-05") == 9
    assert told("latency_seconds_count", side="market") == 9
    assert told("latency_seconds_sum", side="market") == 9 * 0.00002
