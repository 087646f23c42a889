"""One crew a desk: the lock that a second `up` or `demo` on the same folder meets."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import Refused
from domain.home import DeskHome


@contextmanager
def held_alone(home: DeskHome) -> Iterator[None]:
    """Hold the desk's folder; the kernel lets go when this process ends, however it ends.

    Raises:
        Refused: Another process holds it.
    """
    home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home.root / "crew.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise Refused(
                "another alphapulse runs this desk; stop it or give --home another folder",
                pid=lock.read().strip() or "unknown",
                home=home.root,
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
