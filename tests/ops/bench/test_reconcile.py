"""The bench's own data: as many breaks as it says, of the causes it says."""

from ops.bench import reconcile
from ops.bench.reconcile import write_sides
from ops.reconciling.files import reconcile_files


def test_one_row_in_a_hundred_disagrees_in_four_ways(tmp_path):
    answer = reconcile_files(*write_sides(tmp_path, 4_000))
    found = {name: count for name, count in answer.summary.items() if name.isupper()}
    assert found == {"QTY": 10, "FEE_AMOUNT": 10, "MISSING_EXTERNAL": 10, "MISSING_INTERNAL": 10}
    assert not answer.report.suggested


def test_what_is_not_measured_is_null_and_says_why(monkeypatch):
    monkeypatch.setattr(reconcile, "_absent", lambda: {"datacompy": "no wheel"})
    report = reconcile.bench_reconcile(reconcile.Extent([2_000], 0), lambda _: None)
    gone = {name for name, numbers in report["medians"].items() if numbers is None}
    assert gone == set(report["absent_peers"]) == {"datacompy", reconcile._CLUSTER}
    (ours,) = (numbers for name, numbers in report["medians"].items() if name.startswith("ours"))
    assert 0 < ours["causes_share"] < 1
    assert ours["differing"] == 20
