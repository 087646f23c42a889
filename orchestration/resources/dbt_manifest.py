"""The dbt project's manifest: parsed once, reused by every load of the definitions.

A manifest names no desk (see `dbt/profiles.yml`), so one serves them all. It is parsed again when a
file of the project is newer: by one process at a time, out of the others' sight, and put in its
place whole. Running dbt is `resources/dbt_run.py`.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from shutil import copyfile, copystat

from domain.errors import InvariantBroken
from orchestration.partitions import HOME_VARIABLE, REPOSITORY

PROJECT = REPOSITORY / "dbt"
TARGET = PROJECT / "target"
MANIFEST = TARGET / "manifest.json"
PARSED = TARGET / "partial_parse.msgpack"
"""dbt's own memory of the same parse."""
_ENGINES = ("dbt-core", "dbt-duckdb", "duckdb")
_SOURCES = ("models/**/*", "macros/**/*", "tests/**/*", "dbt_project.yml", "profiles.yml")


def prepare() -> Path:
    """Give the manifest, parsing the project if it changed since.

    Raises:
        InvariantBroken: The project does not parse.
    """
    if not _is_fresh():
        with _alone():
            if not _is_fresh():  # another process may have parsed while this one waited
                _parse()
    return MANIFEST


def project_state() -> str:
    """Name the project as it stands: its files, and the versions of what runs them."""
    digest = sha256(" ".join(f"{name} {version(name)}" for name in _ENGINES).encode())
    for path in _files():
        digest.update(str(path.relative_to(PROJECT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _files() -> list[Path]:
    found = {path for pattern in _SOURCES for path in PROJECT.glob(pattern) if path.is_file()}
    return sorted(found)


def _is_fresh() -> bool:
    if not MANIFEST.exists():
        return False
    parsed = MANIFEST.stat().st_mtime
    return all(path.stat().st_mtime < parsed for path in _files())


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other process parses; the kernel lets go when this one ends."""
    TARGET.mkdir(exist_ok=True)
    with (TARGET / "parsing.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _parse() -> None:
    from dbt.cli.main import dbtRunner

    os.environ.setdefault(HOME_VARIABLE, str(REPOSITORY / "var" / "desk"))
    aside, begun = TARGET / "parsing", TARGET / "parsing.begun"
    begun.touch()
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    result = dbtRunner().invoke(["--quiet", "parse", *places, "--target-path", str(aside)])
    if not result.success:
        raise InvariantBroken("the dbt project does not parse", reason=str(result.exception)[:300])
    for place in (PARSED, MANIFEST):  # the manifest last: its age is what others go by
        fresh = place.with_suffix(".fresh")
        copyfile(aside / place.name, fresh)
        copystat(begun, fresh)  # a file written while dbt was reading is newer than the manifest
        fresh.replace(place)
