"""Processes of the desk as real children: started, waited for by their health page, killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from domain.home import DeskHome
from tests.kit.eventually import eventually_sync

ROOT = Path(__file__).resolve().parents[2]
_RUN = """
import sys
from importlib import import_module
from pathlib import Path
from domain.home import DeskHome
import_module(sys.argv[1]).main(DeskHome(Path(sys.argv[2])))
"""


class Child:
    """One running process of a desk.

    Args:
        module: Whose ``main(home)`` it runs.
        home: The desk.
    """

    def __init__(self, module: str, home: DeskHome) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _RUN, module, str(home.root)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def kill(self) -> None:
        """Kill it as a crash would."""
        self._process.kill()
        self._process.wait()

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Ask it to stop; give its exit code and what it said on stderr."""
        self._process.send_signal(number)
        return self.wait()

    def wait(self, within_s: float = 120.0) -> tuple[int, str]:
        """Wait for it to end by itself; give its exit code and what it said on stderr."""
        _out, said = self._process.communicate(timeout=within_s)
        return self._process.returncode, said

    def close(self) -> None:
        """End it whatever state it is in."""
        if self._process.poll() is None:
            self.kill()
        if self._process.stderr is not None:
            self._process.stderr.close()


@contextmanager
def child(module: str, home: DeskHome, serving: str = "") -> Generator[Child]:
    """Run a process of a desk while the context is open.

    Args:
        module: Whose ``main(home)`` it runs.
        home: The desk.
        serving: Name of the socket that shows that it is up; empty to not wait.
    """
    started = Child(module, home)
    try:
        if serving:
            eventually_sync(lambda: is_served(home.sockets / serving), within_s=20)
        yield started
    finally:
        started.close()


def is_served(path: Path) -> bool:
    """Whether somebody listens on a socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


@contextmanager
def ended_with_us(pid: int) -> Generator[None]:
    """Let a process that is nobody's child end when this one is gone, even by ``kill -9``.

    A shell waits for the end of a pipe that we hold: nobody has to be alive to close it.
    """
    watcher = subprocess.Popen(
        ["sh", "-c", 'read -r _; kill "$0"', str(pid)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield
    finally:
        watcher.kill()
        watcher.communicate()
