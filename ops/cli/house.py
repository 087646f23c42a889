"""Keeping the house in order: lint, types, arrows and tests, as one command each."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from ops.cli.places import CHECKOUT

PANEL = "The house"

_BIN = CHECKOUT / ".venv" / "bin"
_CHECKS = (
    ("lint", [str(_BIN / "ruff"), "check", "."]),
    ("format", [str(_BIN / "ruff"), "format", "--check", "."]),
    ("arrows between rooms", [str(_BIN / "lint-imports"), "--no-logo"]),
    (
        "SQL",
        [
            str(_BIN / "sqlfluff"),
            "lint",
            "--processes",
            "2",
            "--disable-progress-bar",
            "dbt/models",
        ],
    ),
    ("types", [str(CHECKOUT / "node_modules" / ".bin" / "pyright")]),
)


def register(app: typer.Typer) -> None:
    """Add `check`, `test` and `coverage`."""
    app.command("check", rich_help_panel=PANEL)(check_house)
    app.command("coverage", rich_help_panel=PANEL)(measure_coverage)
    app.command(
        "test",
        rich_help_panel=PANEL,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(run_tests)


# A file stays on one core, so that what it prepares is prepared once. Slow tests watch the clock
# and are run alone.
_SPREAD = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder"]


def check_house() -> None:
    """Lint Python and SQL, check types, hold the import arrows, and read locked packages' licences.

    Exit code 1: something is to be mended.
    """
    failed = [name for name, command in _CHECKS if not _passes(name, command)]
    failed += [] if _may_be_used() else ["licences"]
    if failed:
        typer.echo(f"alphapulse: mend what is said above about {', '.join(failed)}", err=True)
        raise typer.Exit(1)


def run_tests(
    context: typer.Context,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Also the slow tests, and more examples each.")
    ] = False,
) -> None:
    """Run the tests, the whole on up to four cores; what follows is handed to pytest."""
    selection = [] if every else ["-m", "not slow"]
    spread = [] if every or context.args else _SPREAD
    command = [sys.executable, "-m", "pytest", *selection, *spread, *context.args]
    environment = {**os.environ, **({"ALPHAPULSE_TEST_ALL": "1"} if every else {})}
    ended = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False)
    raise typer.Exit(ended.returncode)


_COVERAGE = [sys.executable, "-m", "coverage"]
_PURE_TESTS = "tests/domain"


def measure_coverage() -> None:
    """Measure which branches of the pure rooms their own tests take, and insist on the floor.

    The floor and the rooms are in pyproject.toml. Fewer examples a property are drawn than in the
    tests proper: a branch that five of them do not take wants an example of its own. Exit code 1: a
    test failed, or too much is never taken.
    """
    environment = {**os.environ, "ALPHAPULSE_TEST_FEW": "1"}
    measured = [*_COVERAGE, "run", "-m", "pytest", "-q", "-m", "not slow", _PURE_TESTS]
    for command in (measured, [*_COVERAGE, "report"]):
        ended = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False)
        if ended.returncode:
            raise typer.Exit(1)


def _may_be_used() -> bool:
    from ops.licences import locked_packages, refused

    typer.echo("-- licences")
    packages = locked_packages(CHECKOUT)
    told = refused(packages)
    typer.echo("\n".join(told) or f"all {len(packages)} locked packages may be used commercially")
    return not told


def _passes(name: str, command: list[str]) -> bool:
    typer.echo(f"-- {name}")
    # Node may have come from the Python package index; see ./alphapulse.
    path = os.pathsep.join([os.environ.get("PATH", ""), str(CHECKOUT / ".tools" / "env" / "bin")])
    environment = {**os.environ, "PATH": path}
    return subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode == 0
