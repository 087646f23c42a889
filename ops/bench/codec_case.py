"""Encoding and decoding trades in batch, in this process, on one core."""

from __future__ import annotations

import time

from live.protocol import v1
from ops.bench.harness import Numbers
from ops.bench.relay_sender import trades

BATCH = 4_096
"""Trades a batch: what a busy wake-up brings, and small enough to stay in the cache."""
_REPEATS = 5


def codec() -> Numbers:
    """Measure trades to bytes and back, in batch and one by one, the best of a few passes each.

    Decoding is bytes to :class:`~live.protocol.v1.Trade`: cutting the stream and reading the frame.
    """
    data = b"".join(trades(BATCH))
    messages = v1.decode_trades(data)
    return {
        "encode_us": _best_us(lambda: v1.encode_trades(messages, 0)),
        "decode_us": _best_us(lambda: v1.decode_trades(data)),
        "encode_one_us": _best_us(lambda: [v1.encode(m, n) for n, m in enumerate(messages)]),
        "decode_one_us": _best_us(lambda: [v1.decode(f) for f in v1.Decoder().feed(data)]),
    }


def _best_us(work) -> float:  # noqa: ANN001
    spans = []
    for _ in range(_REPEATS):
        began_ns = time.perf_counter_ns()
        work()
        spans.append(time.perf_counter_ns() - began_ns)
    return min(spans) / BATCH / 1_000
