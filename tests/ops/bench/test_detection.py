"""The detection benchmark: what it times is real, counted whole, and the same gain by every way."""

from __future__ import annotations

import pytest

from ops.bench.detection_case import Extent, measured
from ops.bench.sizing_case import by_integers, by_scipy, by_screen, some_cycles


def test_a_case_counts_what_it_sent_and_measures_every_length():
    said = measured(Extent(60, 12, 2_000, 3, 400))
    assert 0 < said["cycles"] <= 2_000
    assert said["opportunities"] > 0
    assert {"screen_2_hops_per_ms", "screen_3_hops_per_ms"} <= set(said)
    for name in ("update", "broadcast", "broadcast_cpu"):
        assert 0 < said[f"{name}_p50_us"] <= said[f"{name}_p99_us"] <= said[f"{name}_p999_us"]


def test_ours_and_the_minimiser_find_the_same_gain():
    cycles = some_cycles(25)
    assert by_integers(cycles)["gain_e18"] == pytest.approx(by_scipy(cycles)["gain_e18"], rel=1e-6)
    assert by_integers(cycles)["gain_e18"] >= by_scipy(cycles)["gain_e18"] * (1 - 1e-12)
    assert by_screen(cycles)["sized"] == 25
