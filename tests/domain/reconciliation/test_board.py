"""The table: which keys both sides share, and which open row repeats a settled one."""

import pytest

from domain.reconciliation.board import LEFT, RIGHT, Board, Pair
from domain.reconciliation.exact import Residue, key_kinds
from domain.reconciliation.rules import Rules
from tests.kit.reconciling import changed, desk, row


def board(left, right, **residue):
    laid = Residue(left, right, **residue)
    return Board(laid, Rules(), key_kinds(laid))


@pytest.mark.parametrize(("keys", "refs", "ids"), [("ref", True, False), ("id", False, True)])
def test_the_kind_of_key_both_sides_share_is_recognised(keys, refs, ids):
    found = board(*desk(keys=keys))
    assert (found.refs_are_keys, found.ids_are_keys) == (refs, ids)


def test_counters_that_meet_by_chance_are_no_keys():
    left, right = desk(keys="none")
    left = [changed(one, id=f"{n}") for n, one in enumerate(left)]
    right = [changed(one, id=f"{n}") for n, one in enumerate(reversed(right))]
    assert not board(left, right).ids_are_keys


def test_rows_of_two_refs_are_two_events_where_refs_are_keys():
    one = row("a", ref="x")
    found = board([one], [one])
    assert found.may_be_one(one, changed(one, id="b"))
    assert not found.may_be_one(one, changed(one, ref="y"))


def test_a_ref_that_one_side_alone_states_compares_with_nothing():
    one = row("a", ref="x")
    found = board([one, row("k")], [one, row("k")], matched_by_id=1)
    assert found.ids_are_keys
    assert found.may_be_one(one, changed(one, id="b", ref=""))
    assert not found.may_be_one(changed(one, ref=""), changed(one, id="b", ref=""))


def test_a_copy_is_known_by_its_id_its_ref_or_its_instant():
    one = row("a", ref="x")
    found = board([one], [one], matched_by_id=1)
    found.take(Pair((0,), (0,), "ref"))
    assert found.repeated(LEFT, changed(one, amount_units=7))
    assert found.repeated(LEFT, changed(one, id="b"))
    assert not found.repeated(LEFT, changed(one, id="b", ref="y"))
    assert found.repeated(RIGHT, changed(one, id="a-dup", ref=""))
    assert not found.repeated(RIGHT, changed(one, id="a1", ref=""))
    assert not list(found.open(LEFT))


def test_groups_are_of_both_sides_and_have_a_name():
    found = board([row("a", ref="x"), row("b")], [row("c", ref="x"), row("d", ref="y")])
    assert list(found.groups(lambda one: one.ref)) == [([0], [0])]
