"""Loop, sensors and books together until Ctrl-C: what is final is settled, and nothing stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.eventually import eventually_sync

pytestmark = [pytest.mark.chain, pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture
def trading(tmp_path: Path):
    """A desk that runs, and the file it talks into."""
    said = tmp_path / "said"
    command = [sys.executable, "-m", "ops.cli.main", "up", "--home", str(tmp_path / "desk")]
    with said.open("wb") as terminal:
        desk = subprocess.Popen(
            command, stdout=terminal, stderr=terminal, env=os.environ, start_new_session=True
        )
    yield desk, tmp_path / "desk", said
    if desk.poll() is None:
        os.killpg(desk.pid, signal.SIGKILL)
        desk.wait()


def test_it_settles_while_it_trades_and_ctrl_c_waits_for_the_books(trading):
    desk, home, said = trading
    eventually_sync(lambda: list(home.glob("marts/fct_settlements/*/*.parquet")), 50)
    desk.send_signal(signal.SIGINT)
    assert desk.wait(600) == 0, said.read_text()[-3000:]
    assert "the books hold everything that is final" in said.read_text()
    eventually_sync(lambda: not _processes_of(home))


def _processes_of(home: Path) -> list[str]:
    """List the commands that still speak of a desk."""
    found: list[str] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(home) in words:
            found.append(words)
    return found
