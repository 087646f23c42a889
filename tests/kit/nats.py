"""A real nats-server for tests: started on a free port, killed as a crash would, started again."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.errors import ConfigRefused
from ops.bench.nats_server import nats_server
from tests.kit.eventually import eventually_sync


class NatsServer:
    """One server whose streams outlive its processes.

    Args:
        program: Path of nats-server.
        folder: Of its streams.
    """

    def __init__(self, program: str, folder: Path) -> None:
        self._line = [program, "-a", "127.0.0.1", "-js", "-sd", str(folder)]
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"nats://127.0.0.1:{self._port}"

    def start(self, *options: str) -> None:
        """Start it and wait until it can be connected to."""
        self._process = subprocess.Popen(
            [*self._line, "-p", str(self._port), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        eventually_sync(self._is_up, within_s=10)

    def kill(self) -> None:
        """Kill it with ``kill -9``."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stand_still(self) -> None:
        """Let it answer nothing, as a machine that swaps or a cable that is cut would."""
        self._send(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        assert self._process is not None, "start the server first"
        self._process.send_signal(number)

    def _is_up(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0


@contextmanager
def a_nats_server(folder: Path, *, is_up: bool = True) -> Generator[NatsServer]:
    """Run a server while the context is open; skips the test where there is none."""
    try:
        server = NatsServer(nats_server(), folder / "nats")
    except ConfigRefused as error:
        pytest.skip(str(error))
    if is_up:
        server.start()
    try:
        yield server
    finally:
        server.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
