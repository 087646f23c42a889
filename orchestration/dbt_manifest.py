"""The dbt project's manifest: parsed once, reused by every load of the definitions.

A manifest names no desk (see `dbt/profiles.yml`), so one serves them all. It is parsed again when a
file of the project is newer. Running dbt is `resources/dbt_run.py`.
"""

from __future__ import annotations

import os
from pathlib import Path

from domain.errors import InvariantBroken
from orchestration.partitions import HOME_VARIABLE, REPOSITORY

PROJECT = REPOSITORY / "dbt"
MANIFEST = PROJECT / "target" / "manifest.json"
_SOURCES = ("models/**/*", "macros/**/*", "tests/**/*", "dbt_project.yml", "profiles.yml")


def prepare() -> Path:
    """Give the manifest, parsing the project if it changed since.

    Raises:
        InvariantBroken: The project does not parse.
    """
    if not _is_fresh():
        _parse()
    return MANIFEST


def _is_fresh() -> bool:
    if not MANIFEST.exists():
        return False
    parsed = MANIFEST.stat().st_mtime
    files = [path for pattern in _SOURCES for path in PROJECT.glob(pattern) if path.is_file()]
    return all(path.stat().st_mtime < parsed for path in files)


def _parse() -> None:
    from dbt.cli.main import dbtRunner

    os.environ.setdefault(HOME_VARIABLE, str(REPOSITORY / "var" / "desk"))
    result = dbtRunner().invoke(
        ["--quiet", "parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    )
    if not result.success:
        raise InvariantBroken("the dbt project does not parse", reason=str(result.exception)[:300])
    MANIFEST.touch()
