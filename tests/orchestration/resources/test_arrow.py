"""What columns say is digested, not how they lie in memory."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.resources.arrow import digest_of


def test_the_first_values_of_a_longer_column_have_the_digest_they_have_alone(tmp_path):
    values = [f"{number:032x}" for number in range(70)]
    pq.write_table(pa.table({"id": values}), tmp_path / "ids.parquet")
    read = pq.read_table(tmp_path / "ids.parquet")["id"]
    for count in range(len(values) + 1):
        alone = pa.chunked_array([values[:count]], pa.string())
        in_chunks = pa.chunked_array(
            [values[: count // 2], values[count // 2 : count]], pa.string()
        )
        found = {digest_of(one) for one in (alone, in_chunks, read.slice(0, count))}
        assert len(found) == 1, count


def test_another_value_or_another_order_is_another_digest():
    columns = (["a", "b"], ["b", "a"], ["ab"], ["a", "c"], ["a", "b", ""])
    assert len({digest_of(pa.chunked_array([one])) for one in columns}) == len(columns)
