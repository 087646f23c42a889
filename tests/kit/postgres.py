"""A PostgreSQL of a test's own, on a socket in a folder of its own; nothing else can reach it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def a_postgres() -> Iterator[str]:
    """Run a server until the context closes; the test is skipped where there is none.

    Its folder is no test's own: those are closed to every user but this one, whenever another
    session of tests begins.

    Yields:
        The database's URL.
    """
    initdb, server = shutil.which("initdb"), shutil.which("pg_ctl")
    if not initdb or not server:
        pytest.skip("no PostgreSQL server is installed")
    user = _unprivileged()
    if user is None:
        pytest.skip("PostgreSQL refuses to run as root, and no user `postgres` exists")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        os.chown(folder, user, -1)
        data = str(Path(folder) / "data")

        def run(*words: str) -> None:
            subprocess.run(words, check=True, capture_output=True, user=user, cwd=folder)

        run(initdb, "-D", data, "-U", "desk", "--auth=trust", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        run(server, "-D", data, "-o", options, "-l", str(Path(folder) / "log"), "-w", "start")
        try:
            yield f"postgresql://desk@/postgres?host={folder}"
        finally:
            run(server, "-D", data, "-m", "immediate", "-w", "stop")


def _unprivileged() -> int | None:
    if os.getuid():
        return os.getuid()
    try:
        return pwd.getpwnam("postgres").pw_uid
    except KeyError:
        return None
