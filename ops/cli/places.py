"""Where commands find things: the checkout, and the desk's folder when none is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from domain.home import DeskHome

CHECKOUT = Path(__file__).resolve().parents[2]


def default_home() -> Path:
    """Give the desk's folder: ALPHAPULSE_HOME, else `var/desk` in the checkout."""
    return Path(os.environ.get("ALPHAPULSE_HOME") or CHECKOUT / "var" / "desk").resolve()


def desk_home(root: Path | None) -> DeskHome:
    """Turn what was typed after ``--home`` into the desk's folder."""
    return DeskHome((root or default_home()).resolve())


HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the desk [default: $ALPHAPULSE_HOME or var/desk]."),
]
