"""What is asked for has the name of a number, and a tree is drawn by the names of what it holds."""

from __future__ import annotations

import pytest
from rich.console import Console
from rich.tree import Tree

from domain.errors import InputRefused, Refused
from domain.home import DeskHome
from ops.books.explaining import draw, print_explanation


def test_what_is_no_name_of_a_number_is_told_what_names_look_like(tmp_path):
    for name in ("nonsense", "2025-11-20", "2025-11-20/"):
        with pytest.raises(InputRefused, match="DAY/opportunity/ID"):
            print_explanation(DeskHome(tmp_path), name, as_json=False)
    with pytest.raises(InputRefused, match="YYYY-MM-DD"):
        print_explanation(DeskHome(tmp_path), "today/desk/paper/price_move", as_json=False)
    with pytest.raises(Refused, match="no day was closed"):
        print_explanation(DeskHome(tmp_path), "2025-11-20/desk/paper/gas", as_json=False)


def test_a_pair_is_drawn_as_a_name_and_its_number_and_what_is_empty_not_at_all():
    tree = Tree("root")
    draw(tree, {"flows": [["trade", "-5"]], "lines": [{"units": "-5", "note": ""}], "gone": []})
    console = Console(width=40, color_system=None)
    with console.capture() as drawn:
        console.print(tree)
    words = [line.split("─ ")[-1] for line in drawn.get().splitlines()]
    assert words == ["root", "flows", "trade: -5", "lines", "1.", "units: -5"]
