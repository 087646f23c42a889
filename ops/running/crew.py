"""The crew: the loop's processes as children, started, watched, restarted and stopped in order.

A child that dies is started again, because each one resumes from what it made durable; one that
dies too often stops the desk with a sentence. What a child does is not here; nothing here trades.
"""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from domain.clock import SECOND_NS, Clock
from domain.errors import Permanent
from domain.home import DeskHome

POLL_S = 0.05
CREW_PID = "ALPHAPULSE_CREW_PID"
_PR_SET_PDEATHSIG = 1
"""From linux/prctl.h."""
RESTARTS_A_MINUTE = 5
"""More deaths than this within a minute is not bad luck: the same start would fail again."""


@dataclass(slots=True)
class Member:
    """One child process and when it died."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes]
    died_ns: list[int] = field(default_factory=list[int])


@dataclass(slots=True)
class Crew:
    """The children of one desk.

    Args:
        home: The desk's folder; each child's output goes to its `logs`.
        environment: What the children see, secrets included; never written anywhere.
        ports: Process name -> loopback port of its health page.
        clock: For counting deaths a minute.
        told: Hears one sentence whenever a child is restarted.
    """

    home: DeskHome
    environment: Mapping[str, str]
    ports: Mapping[str, int]
    clock: Clock
    told: Callable[[str], None]
    members: dict[str, Member] = field(default_factory=dict[str, Member])
    _pause: Event = field(default_factory=Event)

    def start(self, *names: str) -> None:
        """Start loop processes by name, each as its own `alphapulse` command."""
        for name in names:
            command = [sys.executable, "-m", "ops.cli.main", name, "--home", str(self.home.root)]
            self.start_command(name, command)

    def start_command(self, name: str, command: Sequence[str]) -> None:
        """Start any command as a member of the crew."""
        self.members[name] = Member(name, command, self._spawn(name, command))

    def wait_ready(self, names: Iterable[str], *, patience_s: float) -> None:
        """Wait until each named process says on its health page that it is ready.

        Raises:
            Permanent: One ended, or is not ready in time; the sentence quotes its last words.
        """
        waiting = list(names)
        deadline_ns = self.clock.now_ns() + int(patience_s * SECOND_NS)
        while waiting:
            waiting = [name for name in waiting if not self._is_ready(name)]
            if waiting and self.clock.now_ns() > deadline_ns:
                raise Permanent(
                    f"{waiting[0]} is not ready; read {self._log_path(waiting[0])}",
                    last_words=self._last_words(waiting[0]),
                )
            self._pause.wait(POLL_S)

    def revive(self) -> None:
        """Start again whatever died since the last look.

        Raises:
            Permanent: A process died too often within a minute.
        """
        for member in list(self.members.values()):
            code = member.process.poll()
            if code is None:
                continue
            self._count_death(member, code)
            self.told(f"{member.name} ended with {code}; starting it again")
            member.process = self._spawn(member.name, member.command)

    def stop(self, *names: str, patience_s: float = 15.0) -> None:
        """Ask processes to end (SIGTERM) together, and kill only those that do not in time."""
        leaving = [self.members.pop(name) for name in names if name in self.members]
        for member in leaving:
            if member.process.poll() is None:
                member.process.send_signal(signal.SIGTERM)
        deadline_ns = self.clock.now_ns() + int(patience_s * SECOND_NS)
        for member in leaving:
            left_s = max(0.1, (deadline_ns - self.clock.now_ns()) / SECOND_NS)
            try:
                member.process.wait(left_s)
            except subprocess.TimeoutExpired:
                self.told(f"{member.name} did not end within {patience_s:.0f} s; killing it")
                member.process.kill()
                member.process.wait()
            end_session(member.process.pid)

    def stop_all(self) -> None:
        """Stop everybody, last started first asked."""
        self.stop(*reversed(list(self.members)))

    def _spawn(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        path = self._log_path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as output:
            # A session of its own: Ctrl-C reaches the crew alone, which stops its members in order.
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment, CREW_PID: str(os.getpid())},
                start_new_session=True,
            )

    def _count_death(self, member: Member, code: int) -> None:
        now_ns = self.clock.now_ns()
        recent = [died for died in member.died_ns if died > now_ns - 60 * SECOND_NS]
        member.died_ns = [*recent, now_ns]
        if len(member.died_ns) > RESTARTS_A_MINUTE:
            raise Permanent(
                f"{member.name} keeps dying; read {self._log_path(member.name)}",
                code=code,
                last_words=self._last_words(member.name),
            )

    def _is_ready(self, name: str) -> bool:
        member = self.members[name]
        code = member.process.poll()
        if code is not None:
            raise Permanent(f"{name} ended with {code}: {self._last_words(name)}")
        return is_healthy(self.ports[name])

    def _log_path(self, name: str) -> Path:
        return self.home.logs / f"{name}.out"

    def _last_words(self, name: str) -> str:
        path = self._log_path(name)
        lines = path.read_text(errors="replace").splitlines() if path.exists() else []
        return next((line for line in reversed(lines) if line.strip()), "it said nothing")


def leave_with_the_crew() -> None:
    """Ask the kernel to end this process when its crew is gone, even by ``kill -9``.

    Does nothing in a process that was started by hand, and where Linux's prctl is absent.
    """
    crew_pid = os.environ.get(CREW_PID)
    if crew_pid is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(crew_pid):  # it died before we asked
        os.kill(os.getpid(), signal.SIGTERM)


def is_healthy(port: int) -> bool:
    """Ask a process on loopback whether it is ready; no answer is no."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def end_session(leader_pid: int) -> None:
    """End what the leader of a session started and left behind; no one else is in that session.

    Dagster's code servers outlive it by three quarters of a minute otherwise.
    """
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader_pid, signal.SIGKILL)
