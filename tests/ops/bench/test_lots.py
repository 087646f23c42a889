"""The lots bench measures the same work everywhere, and says what it could not measure."""

from __future__ import annotations

import json
import sys

from domain.lots.engine import match
from domain.lots.types import Book, Method
from ops.bench.lots import Extent, as_decimals, bench_lots, ours_name, random_fills
from ops.bench.lots_plain import plain_fifo


def test_the_fills_are_the_same_every_time_and_never_short():
    facts = random_fills(500)
    assert facts == random_fills(500)
    assert not match(facts, Book()).missing


def test_the_plain_peer_finds_the_same_parts():
    facts = random_fills(500)
    parts = [(f"t{lot}", f"t{sale}") for lot, sale, *_ in plain_fifo(map(as_decimals, facts))]
    assert parts == [(row[0].id, row[1].id) for row in match(facts, Book()).rows]


def test_every_method_is_measured_and_an_absent_peer_is_said():
    extent = Extent([100, 300], 1, [sys.executable, "-c", "raise SystemExit('no rp2')"], 200)
    report = json.loads(json.dumps(bench_lots(extent, lambda _: None)))
    for method in Method:
        for fills in (100, 300):
            assert report["medians"][ours_name(method, fills)]["fills_per_cpu_s"] > 0
    assert "plain Decimal fifo, 200 fills" in report["medians"]
    assert report["absent_peers"]["rp2"].endswith("did not run: no rp2")
    assert [row["target"] for row in report["targets"]] == [
        f"{method.value} at 300, fills per CPU second" for method in Method
    ]
