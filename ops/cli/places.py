"""Where commands find things: the checkout, and the desk's folder when none is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from domain.errors import ConfigRefused
from domain.home import DeskHome

CHECKOUT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("ALPHAPULSE_VAR") or CHECKOUT / "var")
"""Where desks live that were given no folder of their own; the tests have theirs elsewhere."""
LAST_DESK = VAR / "last-desk"
"""Names the folder of the desk that ran last, so that `ui`, `close` and `explain` find it."""

_PARTING = {"'", '"', ",", ";", "\n"}


def default_home() -> Path:
    """Give the desk's folder: ALPHAPULSE_HOME, else the last desk still there, else `var/desk`."""
    named = os.environ.get("ALPHAPULSE_HOME")
    if named:
        return Path(named)
    last = Path(LAST_DESK.read_text()) if LAST_DESK.exists() else None
    return last if last and last.exists() else VAR / "desk"


def desk_home(root: Path | None) -> DeskHome:
    """Turn what was typed after ``--home`` into the desk's folder.

    Raises:
        ConfigRefused: Its path has a character that the warehouse's own settings end or part at.
    """
    home = DeskHome((root or default_home()).resolve())
    if foreign := _PARTING & set(str(home.root)):
        raise ConfigRefused(
            f"name a folder without {' or '.join(sorted(foreign))} in its path", home=home.root
        )
    return home


def remember(home: DeskHome) -> None:
    """Make this the desk that later commands mean when they name none."""
    LAST_DESK.parent.mkdir(parents=True, exist_ok=True)
    LAST_DESK.write_text(str(home.root))


HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the desk.", show_default="the one that ran last"),
]
