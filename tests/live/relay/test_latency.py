"""How long frames stay inside."""

from __future__ import annotations

from live.relay.latency import BOUNDS_S, Latency


def test_each_frame_of_a_wake_up_is_as_old_as_the_first_read():
    latency = Latency()
    latency.read(1_000_000)
    latency.read(1_090_000)
    latency.written(3, 1_100_000)
    latency.written(5, 9_000_000)
    buckets = dict(latency.buckets())
    assert buckets["5e-05"] == 0
    assert buckets["0.0001"] == buckets["+Inf"] == 3
    assert abs(latency.sum_s - 0.0003) < 1e-12
    assert len(buckets) == len(BOUNDS_S) + 1


def test_a_read_that_led_to_no_write_is_forgotten():
    latency = Latency()
    latency.read(1_000)
    latency.written(0, 2_000)
    latency.read(5_000_000_000)
    latency.written(1, 9_000_000_000)
    assert dict(latency.buckets())["1.0"] == 0
    assert latency.sum_s == 4.0
