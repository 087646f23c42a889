"""The bench's own data: as many breaks as it says, of the causes it says."""

from ops.bench.reconcile import write_sides
from ops.reconcile import reconcile_files


def test_one_row_in_a_hundred_disagrees_in_four_ways(tmp_path):
    answer = reconcile_files(*write_sides(tmp_path, 4_000))
    found = {name: count for name, count in answer.summary.items() if name.isupper()}
    assert found == {"QTY": 10, "FEE_AMOUNT": 10, "MISSING_EXTERNAL": 10, "MISSING_INTERNAL": 10}
    assert not answer.report.suggested
