"""Our own case of the bench, as a process: two Parquet files to breaks with causes, timed.

How long of it the causes took is told apart, since peers look for none.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def main() -> None:
    """Reconcile the two files named and print ``{"seconds", "causes_s", "peak_gb", ...}``."""
    began = time.perf_counter()
    from ops.reconciling import files as reconcile

    causes_s, explained = [0.0], reconcile.reconcile_residue

    def timed(*of: Any) -> Any:  # noqa: ANN401 (whatever the step takes and gives)
        asked = time.perf_counter()
        found = explained(*of)
        causes_s[0] += time.perf_counter() - asked
        return found

    reconcile.reconcile_residue = timed
    answer = reconcile.reconcile_files(Path(sys.argv[1]), Path(sys.argv[2]), listed=0)
    seconds = time.perf_counter() - began
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    told = {
        "seconds": seconds,
        "causes_s": causes_s[0],
        "cpu_s": time.process_time(),
        "peak_gb": peak_gb,
        "differing": answer.summary["breaks"],
    }
    print(json.dumps(told))  # noqa: T201 (a child speaks to its parent)


if __name__ == "__main__":
    main()
