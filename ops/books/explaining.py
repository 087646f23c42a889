"""A P&L number followed down to the wire, drawn as a tree."""

from __future__ import annotations

import json
from typing import Any

from rich.tree import Tree

from domain.clock import day_bounds_ns
from domain.errors import InputRefused, Refused
from domain.home import DeskHome
from ops.paper import Paper


def print_explanation(home: DeskHome, row: str, *, as_json: bool) -> None:
    """Print what a P&L row is made of: entries, postings, fills or receipts, opportunity, facts.

    Raises:
        Refused: The row's day was never closed, or it has no such row.
    """
    day, _, rest = row.partition("/")
    if not rest:
        raise InputRefused(
            "name a number as the close prints it: DAY/STRATEGY/VENUE/CAUSE, perhaps with /ASSET;"
            " DAY/position/ACCOUNT/ASSET; or DAY/opportunity/ID",
            got=row,
        )
    day_bounds_ns(day)
    if not home.marts.exists():
        raise Refused(
            f"no day was closed in {home.root}; run ./alphapulse close --date {day} first"
        )
    from orchestration.closing.explain import explain

    explanation = explain(home, row)
    if as_json:
        print(json.dumps(explanation))  # noqa: T201 (the last line is a contract)
        return
    tree = Tree(row)
    draw(tree, explanation)
    Paper(width=160).print(tree)


def draw(tree: Tree, value: Any) -> None:  # noqa: ANN401 (JSON is what it is)
    """Grow a tree by what an object of JSON holds, by name or number; what is empty is left out."""
    if isinstance(value, dict):
        for name, item in value.items():
            _branch(tree, str(name), item)
    elif isinstance(value, list):
        for position, item in enumerate(value, 1):
            if _is_pair(item):
                _branch(tree, item[0], item[1])
            else:
                _branch(tree, f"{position}.", item)


def _is_pair(item: Any) -> bool:  # noqa: ANN401 (JSON is what it is)
    """Ask whether it is a name with its number, as the flows of a position are."""
    return isinstance(item, list | tuple) and len(item) == 2 and isinstance(item[0], str)  # noqa: PLR2004


def _branch(tree: Tree, name: str, item: Any) -> None:  # noqa: ANN401 (JSON is what it is)
    if isinstance(item, dict | list):
        if item:
            draw(tree.add(name), item)
    elif item not in (None, ""):
        tree.add(f"{name}: {item}")
