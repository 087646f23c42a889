"""The crew with real children: what dies is started again, what must end ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import Permanent
from live.aio.clock import WallClock
from ops.running.crew import RESTARTS_A_MINUTE, Crew
from tests.kit.eventually import eventually_sync
from tests.kit.homes import a_home

PATIENT = [sys.executable, "-c", "import signal; signal.pause()"]
DYING = [sys.executable, "-c", "raise SystemExit('out of luck')"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal; signal.signal(15, signal.SIG_IGN)\n"
    "print('deaf', flush=True)\n"
    "while True: signal.pause()",
]


PARENT = [
    sys.executable,
    "-c",
    "import subprocess, sys, signal\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
    "print(child.pid, flush=True)\n"
    "signal.pause()",
]


def test_what_a_process_started_ends_with_it(tmp_path):
    home = a_home(tmp_path)
    crew = Crew(home, {}, {}, WallClock(), lambda sentence: None)
    crew.start_command("dagster", PARENT)
    log = home.root / "logs" / "dagster.out"
    eventually_sync(lambda: log.read_text().strip())
    grandchild = int(log.read_text())
    crew.stop("dagster")
    eventually_sync(lambda: not _runs(grandchild))


def _runs(pid: int) -> bool:
    """Ask whether a process is there and no zombie that its new parent has yet to bury."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_killed_process_is_started_again(tmp_path):
    told: list[str] = []
    crew = Crew(a_home(tmp_path), {}, {}, WallClock(), told.append)
    try:
        crew.start_command("relay", PATIENT)
        first = crew.members["relay"].process
        os.kill(first.pid, signal.SIGKILL)
        first.wait(10)
        crew.revive()
        assert crew.members["relay"].process.pid != first.pid
        assert crew.members["relay"].process.poll() is None
        assert told == ["relay ended with -9; starting it again"]
    finally:
        crew.stop_all()


def test_a_process_that_keeps_dying_stops_the_desk_with_its_last_words(tmp_path):
    crew = Crew(a_home(tmp_path), {}, {}, WallClock(), lambda sentence: None)
    crew.start_command("trader", DYING)
    for _ in range(RESTARTS_A_MINUTE):
        crew.members["trader"].process.wait(10)
        crew.revive()
    crew.members["trader"].process.wait(10)
    with pytest.raises(Permanent, match="trader keeps dying") as failure:
        crew.revive()
    assert "out of luck" in str(failure.value)


def test_a_process_that_ignores_sigterm_is_killed_in_the_end(tmp_path):
    told: list[str] = []
    home = a_home(tmp_path)
    crew = Crew(home, {}, {}, WallClock(), told.append)
    crew.start_command("relay", STUBBORN)
    process = crew.members["relay"].process
    log = home.logs / "relay.out"
    eventually_sync(lambda: "deaf" in log.read_text())
    crew.stop("relay", patience_s=0.2)
    assert process.poll() == -signal.SIGKILL
    assert any("killing it" in sentence for sentence in told)


def test_a_process_that_ends_before_it_is_ready_is_quoted(tmp_path):
    crew = Crew(a_home(tmp_path), {}, {"relay": 1}, WallClock(), lambda sentence: None)
    crew.start_command("relay", DYING)
    crew.members["relay"].process.wait(10)
    with pytest.raises(Permanent, match="out of luck"):
        crew.wait_ready(["relay"], patience_s=5)


def test_children_leave_when_their_crew_is_killed(tmp_path):
    child = (
        "from ops.running.crew import leave_with_the_crew\n"
        "leave_with_the_crew()\n"
        "import signal; print('here', flush=True); signal.pause()"
    )
    mother = (
        "import sys, signal\n"
        "from pathlib import Path\n"
        "from domain.home import DeskHome\n"
        "from live.aio.clock import WallClock\n"
        "from ops.running.crew import Crew\n"
        f"crew = Crew(DeskHome(Path({str(tmp_path)!r})), {{}}, {{}}, WallClock(), print)\n"
        f"crew.start_command('relay', [sys.executable, '-c', {child!r}])\n"
        "print(crew.members['relay'].process.pid, flush=True)\n"
        "signal.pause()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", mother], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    with process, process.stdout:
        child_pid = int(process.stdout.readline())
        log = tmp_path / "logs" / "relay.out"
        eventually_sync(lambda: "here" in log.read_text(), within_s=20)
        process.kill()
        process.wait()
        eventually_sync(lambda: not _is_running(child_pid))


def _is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
