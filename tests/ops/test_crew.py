"""The crew with real children: what dies is started again, what must end ends."""

import os
import signal
import sys

import pytest

from domain.errors import Permanent
from live.aio.clock import WallClock
from ops.crew import RESTARTS_A_MINUTE, Crew
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
