"""What the trader counts and times, by its names in Prometheus."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import Counter, Gauge, Histogram

DECISIONS = Counter(
    "alphapulse_trader_decisions_total",
    "Opportunities risk answered, by the limit that said no.",
    ["strategy", "verdict", "limit"],
)
EXECUTIONS = Counter(
    "alphapulse_trader_executions_total",
    "Executions that ended, by outcome.",
    ["strategy", "outcome"],
)
FINALISED = Counter(
    "alphapulse_trader_finalised_total", "Executions that can no longer change.", ["strategy"]
)
UNTOLD = Counter(
    "alphapulse_trader_untold_total", "Messages the wire could not carry.", ["message"]
)
BREAKERS = Gauge(
    "alphapulse_trader_breaker_state",
    "Breakers that ever moved: 0 closed, 1 half-open, 2 open.",
    ["scope"],
)
BREAKER_LEVELS = {"closed": 0, "half_open": 1, "open": 2}
NODE_SOCKETS = Gauge(
    "alphapulse_trader_node_socket_up",
    "1 while a node's socket is open, 0 while receipts are polled for.",
    ["node"],
)
OPEN = Gauge("alphapulse_trader_open_executions", "Executions in flight.")
STAGE_SECONDS = Histogram(
    "alphapulse_trader_stage_seconds",
    "How long each stage of an execution took.",
    ["stage"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


@contextmanager
def timed(stage: str) -> Generator[None]:
    """Time one stage by the monotonic clock, however it ends."""
    started_s = time.perf_counter()
    try:
        yield
    finally:
        STAGE_SECONDS.labels(stage).observe(time.perf_counter() - started_s)
