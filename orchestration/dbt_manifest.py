"""The dbt project's manifest: parsed once, reused by every load of the definitions.

A manifest names no desk (see `dbt/profiles.yml`), so one serves them all. It is parsed again when a
file of the project is newer. Running dbt is `resources/dbt_run.py`.
"""

from __future__ import annotations

import os
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from domain.errors import InvariantBroken
from orchestration.partitions import HOME_VARIABLE, REPOSITORY

PROJECT = REPOSITORY / "dbt"
MANIFEST = PROJECT / "target" / "manifest.json"
_ENGINES = ("dbt-core", "dbt-duckdb", "duckdb")
_SOURCES = ("models/**/*", "macros/**/*", "tests/**/*", "dbt_project.yml", "profiles.yml")


def prepare() -> Path:
    """Give the manifest, parsing the project if it changed since.

    Raises:
        InvariantBroken: The project does not parse.
    """
    if not _is_fresh():
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


def _parse() -> None:
    from dbt.cli.main import dbtRunner

    os.environ.setdefault(HOME_VARIABLE, str(REPOSITORY / "var" / "desk"))
    result = dbtRunner().invoke(
        ["--quiet", "parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    )
    if not result.success:
        raise InvariantBroken("the dbt project does not parse", reason=str(result.exception)[:300])
    MANIFEST.touch()
