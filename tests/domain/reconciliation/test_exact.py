"""The first step: what it may settle, and what it must leave, copies above all."""

from domain.reconciliation.exact import take_exact
from domain.reconciliation.rules import HOUR_NS, Rules
from tests.kit.reconciling import changed, desk, row


def sizes(left, right, rules=None):
    matched, rest = take_exact(left, right, rules or Rules())
    return len(matched), len(rest.left), len(rest.right)


def test_sides_that_agree_leave_nothing():
    left, right = desk()
    assert sizes(left, right) == (40, 0, 0)


def test_a_copy_is_seen_in_what_came_in_and_is_never_settled():
    left, right = desk(4)
    assert sizes([*left, left[2]], right) == (3, 2, 1)
    assert sizes(left, [*right, changed(right[2], id="other")]) == (3, 1, 2)


def test_a_flag_a_balance_and_a_doubtful_source_call_for_a_look():
    one = row("a", ref="x", account="k:spot", block="0xb")
    for left in (changed(one, status="pending"), changed(one, kind="balance")):
        assert sizes([left], [left])[0] == 0
    assert sizes([one], [one], Rules(shared_accounts=frozenset({"k:spot"})))[0] == 0
    assert sizes([one], [one], Rules(orphaned_blocks=frozenset({"0xb"})))[0] == 0
    assert sizes([one], [one])[0] == 1


def test_what_one_side_does_not_state_is_no_difference_but_what_both_state_is():
    one = row("a", ref="x")
    assert sizes([one], [changed(one, kind="trade")])[0] == 1
    assert sizes([changed(one, kind="fee")], [changed(one, kind="trade")])[0] == 0


def test_a_row_outside_the_window_is_residue():
    one = row("a", ref="x")
    assert sizes([one], [changed(one, later_ns=20 * HOUR_NS)])[0] == 1
    assert sizes([one], [changed(one, later_ns=20 * HOUR_NS + 1)])[0] == 0


def test_witnesses_share_a_ref_or_an_id_with_the_residue():
    left = [row("a", 5, ref="x"), row("b", 6, ref="y"), row("c", 7, ref="z")]
    right = [*left, row("gas", -1, ref="x", asset="ETH"), row("c", 9)]
    matched, rest = take_exact(left, right, Rules())
    assert len(matched) == 3
    assert [one.id for one in rest.left_witnesses] == ["a"]
    assert [one.id for one in rest.right_witnesses] == ["a", "c"]
