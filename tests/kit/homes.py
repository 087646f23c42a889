"""Desk folders for tests: short enough for a socket, with a card and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from domain.home import DeskHome
from tests.kit.facts import a_card


def a_home(folder: Path, **card_changes: Any) -> DeskHome:
    """Open a desk in a folder: writes its card and makes room for its sockets."""
    home = DeskHome(folder / "desk")
    home.root.mkdir(parents=True, exist_ok=True)
    home.sockets.mkdir(parents=True, exist_ok=True)
    home.card.write_bytes(msgspec.json.encode(a_card(**card_changes)))
    return home
