"""Processes of a bench: each ends with the context that started it, or with the bench itself."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from domain.errors import PlatformError

Process = subprocess.Popen[bytes]

_CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_S = 10.0
"""For a child to end when asked; then it is killed."""
_LAST_BYTES = 2_000
"""Of what a child said, when the case failed: its traceback."""
_PR_SET_PDEATHSIG = 1
"""From linux/prctl.h."""


@contextmanager
def child(module: str, *arguments: object) -> Generator[Process]:
    """Run a module of ours as a process while the context is open."""
    with command([sys.executable, "-m", module, *map(str, arguments)]) as process:
        yield process


@contextmanager
def command(line: Sequence[str]) -> Generator[Process]:
    """Run any command while the context is open."""
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            line,
            cwd=_CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 (the bench has one thread)
        )
        try:
            yield process
        except PlatformError as error:
            words.seek(0)
            error.add_note(f"{line[-1]}: {words.read()[-_LAST_BYTES:].decode(errors='replace')}")
            raise
        finally:
            _end(process)


def _end(process: Process) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _end_with_parent() -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
