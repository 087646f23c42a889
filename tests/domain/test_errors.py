"""The tree of errors: each leaf advises, each sentence carries its facts."""

from __future__ import annotations

import ast
import inspect

import pytest

from domain import errors
from domain.errors import (
    Advice,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Refused,
    RemoteWireError,
    StorageFailed,
    exit_code,
)


def tree(of: type[PlatformError] = PlatformError) -> list[type[PlatformError]]:
    children = [c for c in of.__subclasses__() if c.__module__ == "domain.errors"]
    return [node for child in children for node in (child, *tree(child))]


LEAVES = [node for node in tree() if not node.__subclasses__()]


def made(kind: type[PlatformError]) -> PlatformError:
    return kind("a sentence", **({"intent_id": "i"} if issubclass(kind, OutcomeUnknown) else {}))


@pytest.mark.parametrize("kind", LEAVES, ids=lambda k: k.__name__)
def test_every_leaf_says_what_to_do_next(kind):
    assert isinstance(kind.advice, Advice)
    assert inspect.getdoc(kind) != inspect.getdoc(PlatformError)


@pytest.mark.parametrize("kind", tree(), ids=lambda k: k.__name__)
def test_the_exit_code_says_refused_or_failed(kind):
    assert exit_code(made(kind)) == (2 if issubclass(kind, Refused) else 1)


def test_a_sentence_carries_its_facts_by_name():
    assert str(StorageFailed("make room", path="/x", need=5)) == "make room (path=/x, need=5)"
    assert str(StorageFailed("make room")) == "make room"


def test_an_unknown_outcome_names_the_intent_to_ask_for():
    error = OutcomeUnknown("no answer", intent_id="order-1", venue="paper")
    assert error.intent_id == "order-1"
    assert "intent_id=order-1" in str(error)
    assert error.advice is Advice.RECONCILE


def test_a_rate_limit_keeps_how_long_to_wait():
    assert RateLimited("slower", retry_after_s=2.5).retry_after_s == 2.5
    assert RateLimited("slower").retry_after_s is None


def test_whose_fault_a_wire_error_is_decides_what_follows():
    assert RemoteWireError("not a frame").advice is Advice.DROP
    assert errors.LocalWireError("too long").advice is Advice.HALT


def test_the_module_imports_nothing_of_ours():
    imported = {
        node.module
        for node in ast.walk(ast.parse(inspect.getsource(errors)))
        if isinstance(node, ast.ImportFrom)
    }
    assert imported == {"__future__", "enum", "typing"}
