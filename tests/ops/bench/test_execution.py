"""The execution bench times every stage of every way, and divides ours by the bare send."""

from __future__ import annotations

import json

import pytest

from ops.bench.execution import Extent, bench_execution
from rehearsal.chain.node import anvil_binary


@pytest.mark.chain
def test_every_way_is_timed_and_the_stages_add_up_to_no_more_than_the_whole():
    if anvil_binary() is None:
        pytest.skip("anvil is not installed; run npm ci")
    report = json.loads(json.dumps(bench_execution(Extent(3, 1, (1, 2)), lambda _: None)))
    cases = report["medians"]
    assert list(cases) == [
        "ours, 1 at once",
        "ours, 2 at once",
        "bare send, 1 at once",
        "bare send, 2 at once",
        "bare send with our signature, 1 at once",
        "web3.py, 1 at once",
    ]
    for numbers in cases.values():
        assert 0 < numbers["accepted_p50_ms"] <= numbers["receipt_p50_ms"]
        assert numbers["accepted_p50_ms"] <= numbers["accepted_p99_ms"]
    assert {"risk_us", "sign_ms", "intend_ms", "send_ms", "wait_ms"} < set(cases["ours, 1 at once"])
    assert [row["target"] for row in report["targets"]] == [
        "accepted against a bare send, times",
        "p99 accepted alone, ms",
        "risk verdict, us",
        "receipt against web3.py, times",
    ]
