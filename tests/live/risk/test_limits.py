"""Every limit is positive and gives its reason where it stands."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise

import msgspec

from live.risk import limits
from live.risk.limits import Limits


def test_every_limit_that_is_held_is_a_positive_number():
    held = [value for value in msgspec.structs.asdict(Limits()).values() if value is not None]
    assert all(value > 0 for value in held)


def test_every_limit_gives_its_reason_in_the_line_below_it():
    body = next(
        node
        for node in ast.parse(inspect.getsource(limits)).body
        if isinstance(node, ast.ClassDef) and node.name == "Limits"
    ).body
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign):
            assert isinstance(below, ast.Expr), ast.unparse(field)
            assert ":" in ast.unparse(below), f"no reason: {ast.unparse(field)}"
