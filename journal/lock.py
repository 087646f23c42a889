"""One writer a journal: an advisory lock on a file beside it, held for as long as the writer lives.

The kernel drops the lock with the process, however it dies, so there is never a stale one to clear.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from domain.errors import JournalBusy, StorageFailed


class WriterLock:
    """The right to write one journal.

    Args:
        path: The lock file, beside the journal.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = _open(path)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = _holder(self._descriptor)
            os.close(self._descriptor)
            raise JournalBusy(
                "another process already writes this journal; stop it first or use its door",
                pid=holder,
                journal=path.parent,
            ) from error
        self._sign()

    def release(self) -> None:
        """Give the right back; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _sign(self) -> None:
        os.ftruncate(self._descriptor, 0)
        try:
            os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)
        except OSError:  # a full disk costs the next one the pid in its sentence, nothing else
            os.ftruncate(self._descriptor, 0)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageFailed(
            f"the journal's lock cannot be written: {error.strerror}; make room or mend the folder",
            path=path,
        ) from error


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode(errors="replace") or "unknown"
