"""pandas' merge and datacompy on the same two files, timed; nothing of ours in it.

Started by a path, with whatever interpreter has the peer. Both count rows that are on one side
alone or differ; neither says why.
"""

# pyright: reportMissingImports=false

from __future__ import annotations

import json
import resource
import sys
import time

FIELDS = ("account", "asset", "amount", "fee_asset", "fee")


def main() -> None:
    """Compare by the peer named and print ``{"seconds", "peak_gb", "differing"}``."""
    if sys.argv[1] == "there":
        import datacompy  # noqa: F401 (asked whether it is there)

        return
    began = time.perf_counter()
    import pandas as pd

    left, right = pd.read_parquet(sys.argv[2]), pd.read_parquet(sys.argv[3])
    differing = (by_datacompy if sys.argv[1] == "datacompy" else by_merge)(left, right)
    seconds = time.perf_counter() - began
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    told = {
        "seconds": seconds,
        "cpu_s": time.process_time(),
        "peak_gb": peak_gb,
        "differing": int(differing),
    }
    print(json.dumps(told))  # noqa: T201 (a child speaks to its parent)


def by_merge(left, right) -> int:  # noqa: ANN001 (frames of whichever pandas there is)
    """Outer-merge on the key and count what is alone or differs."""
    both = left.merge(right, on="ref", how="outer", suffixes=("_l", "_r"), indicator=True)
    differs = both["_merge"] != "both"
    for field in FIELDS:
        differs |= both[f"{field}_l"] != both[f"{field}_r"]
    return int(differs.sum())


def by_datacompy(left, right) -> int:  # noqa: ANN001 (frames of whichever pandas there is)
    """Let datacompy compare on the key, and count what it calls unequal."""
    import datacompy

    columns = ["ref", *FIELDS]
    kind = getattr(datacompy, "PandasCompare", None) or datacompy.Compare
    found = kind(left[columns], right[columns], join_columns="ref")
    unequal = len(found.intersect_rows) - found.count_matching_rows()
    return unequal + len(found.df1_unq_rows) + len(found.df2_unq_rows)


if __name__ == "__main__":
    main()
