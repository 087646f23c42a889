"""Our own case of the bench, as a process: two Parquet files to breaks with causes, timed."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


def main() -> None:
    """Reconcile the two files named and print ``{"seconds", "peak_gb", "differing"}``."""
    began = time.perf_counter()
    from ops.reconcile import reconcile_files

    answer = reconcile_files(Path(sys.argv[1]), Path(sys.argv[2]), listed=0)
    seconds = time.perf_counter() - began
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    told = {
        "seconds": seconds,
        "cpu_s": time.process_time(),
        "peak_gb": peak_gb,
        "differing": answer.summary["breaks"],
    }
    print(json.dumps(told))  # noqa: T201 (a child speaks to its parent)


if __name__ == "__main__":
    main()
