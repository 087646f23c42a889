"""A node outlives whoever started it, unless it is a test's."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys

from tests.kit.running import ROOT

_KILLED = """
import os, signal, subprocess
from tests.kit.running import ended_with_us
left = subprocess.Popen(["sleep", "600"], start_new_session=True)
with ended_with_us(left.pid):
    print(left.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_test_started_ends_with_a_killed_test_run():
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as run:
        assert run.stdout is not None
        left = os.pidfd_open(int(run.stdout.readline()))
    assert run.returncode == -signal.SIGKILL
    assert select.select([left], [], [], 20)[0] == [left]
    os.close(left)
