"""The relay's bench measures what it says: real processes, every frame counted, stamps read."""

from __future__ import annotations

from ops.bench.latencies import percentile_us
from ops.bench.relay_cases import latency, throughput
from ops.bench.relay_reader import latencies_us
from ops.bench.relay_sender import trades


def _stamped(at_ns: int) -> bytes:
    [frame] = trades(1)
    return frame[:8] + at_ns.to_bytes(8, "little") + frame[16:]


def test_a_latency_is_from_the_stamp_to_the_holding_of_every_frame_of_a_read():
    together = _stamped(1_000) + _stamped(5_000)
    dressed = b"x" * 30 + _stamped(7_000)
    found = latencies_us([(9_000, 2, together), (9_999, 1, dressed)])
    assert found == {8: 1, 4: 1, 2: 1}
    assert percentile_us(found, 0.5) == 5.0


def test_a_rate_counts_no_frame_that_was_not_sent_to_every_reader():
    found = throughput("ours", 2, 0.3)
    assert found["in_per_s"] > 0
    assert found["delivered_per_s"] > found["in_per_s"]


def test_a_latency_is_taken_at_the_rate_that_was_asked_for_with_filters_on():
    found = latency("filtered", 2, 0.3, rate=500)
    assert 0 < found["p50_us"] <= found["p99_us"]
    assert found["sent_per_s"] > 0
