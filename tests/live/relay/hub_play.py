"""A hub as a playbook: a clock to wind, producers to speak for, readers that remember."""

from __future__ import annotations

from live.protocol import v2
from live.relay.chunks import Run
from live.relay.hub import Hub
from live.relay.market_memory import REMEMBERED, MarketMemory
from live.relay.policies import Limits
from tests.kit.clock import noon_clock
from tests.live.relay.makers import HeardSink, frame


class Play:
    """A hub, a clock to wind, and readers that remember."""

    def __init__(self, **limits) -> None:
        self.clock = noon_clock()
        self.memory = MarketMemory()
        self.woken = 0
        self.hub = Hub(self.clock, self.memory, self._wake, limits=Limits(**limits))
        self.sequence = 0

    def _wake(self) -> None:
        self.woken += 1

    def reader(self, subscribe: v2.Subscribe | None = None, **told):
        sink = HeardSink()
        sink.member = self.hub.attach(sink, **told)
        self.hub.subscribe(sink.member, subscribe or v2.Subscribe(1))
        return sink

    def publishes(self, *said: v2.Message, origin: str = "") -> list[v2.Message]:
        for message in said:
            self.sequence += 1
            self.hub.publish(frame(message, self.sequence), origin)
        self.hub.flush()
        return list(said)

    def market(self, *raws: bytes, origin: str = "paper.sock") -> None:
        for raw in raws:
            if raw[1] in REMEMBERED:
                self.memory.keep(raw[1], raw)
        self.hub.market([Run(b"".join(raws), len(raws), origin)])
        self.hub.flush()


def after_ack(sink: HeardSink) -> list[object]:
    ack, *rest = sink.messages
    assert isinstance(ack, v2.Ack)
    return rest


def of(*channels: str, **told) -> v2.Subscribe:
    return v2.Subscribe(1, channels=channels, **told)
