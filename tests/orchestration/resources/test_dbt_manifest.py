"""The manifest is parsed by one process at a time, and the others find it whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from orchestration.partitions import REPOSITORY

_READ = """
import json, sys
from pathlib import Path
from orchestration.resources import dbt_manifest as here

here.TARGET = Path(sys.argv[1])
here.MANIFEST, here.PARSED = (here.TARGET / place.name for place in (here.MANIFEST, here.PARSED))
parse, parsed = here._parse, []
here._parse = lambda: (parse(), parsed.append(1))
models = json.loads(here.prepare().read_bytes())["nodes"]
print(len(models) > 10, here.PARSED.stat().st_size > 0, len(parsed))
"""


def test_of_several_processes_one_parses_and_all_read_the_whole(tmp_path: Path):
    target = tmp_path / "target"
    target.mkdir()
    (target / "parsing.lock").touch()
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", _READ, str(target)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = sorted(reader.communicate(timeout=120)[0].split() for reader in readers)
    assert said == [["True", "True", "0"], ["True", "True", "0"], ["True", "True", "1"]]
