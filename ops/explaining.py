"""A P&L number followed down to the wire, drawn as a tree."""

from __future__ import annotations

import json
from typing import Any

from rich.tree import Tree

from domain.clock import day_bounds_ns
from domain.errors import Refused
from domain.home import DeskHome
from ops.paper import Paper


def print_explanation(home: DeskHome, row: str, *, as_json: bool) -> None:
    """Print what a P&L row is made of: entries, postings, fills or receipts, opportunity, facts.

    Raises:
        Refused: The row's day was never closed, or it has no such row.
    """
    day = row.partition("/")[0]
    day_bounds_ns(day)
    if not home.marts.exists():
        raise Refused(
            f"no day was closed in {home.root}; run ./alphapulse close --date {day} first"
        )
    from orchestration.explain import explain

    explanation = explain(home, row)
    if as_json:
        print(json.dumps(explanation))  # noqa: T201 (the last line is a contract)
        return
    tree = Tree(row)
    _grow(tree, explanation)
    Paper(width=160).print(tree)


def _grow(tree: Tree, value: Any) -> None:  # noqa: ANN401 (JSON is what it is)
    if isinstance(value, dict):
        for name, item in value.items():
            _branch(tree, str(name), item)
    elif isinstance(value, list):
        for position, item in enumerate(value, 1):
            _branch(tree, f"{position}.", item)


def _branch(tree: Tree, name: str, item: Any) -> None:  # noqa: ANN401 (JSON is what it is)
    if isinstance(item, dict | list):
        if item:
            _grow(tree.add(name), item)
    elif item not in (None, ""):
        tree.add(f"{name}: {item}")
