"""What is told at once is what the steps would have told, whatever else lies beside it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reconciliation import reconcile as whole
from domain.reconciliation.bulk import Bulk, take_bulk
from domain.reconciliation.exact import Residue, key_kinds, take_exact
from domain.reconciliation.rules import Rules
from tests.domain.reconciliation.test_reconcile import SIDE
from tests.kit.reconciling import changed, desk, row

RULES = Rules(
    tolerance_units={"ETH": 1},
    budget_units={"ETH": 1},
    own_accounts=frozenset({"mine"}),
    failed_accounts=frozenset({"mute"}),
    orphaned_blocks=frozenset({"gone"}),
    native_assets=frozenset({"ETH"}),
    right_until_ns=1_700_000_002 * 10**9,
)


def rows(ids, refs):
    """Rows of many keys and few amounts, some alone and some in each other's way."""
    return st.lists(
        st.builds(
            row,
            ids,
            st.sampled_from((-1_000, 0, 10, 1_000, 1_001, 2_000)),
            after_ns=st.integers(0, 4).map(lambda number: number * 10**9),
            account=st.sampled_from(("k", "k", "mine", "mute")),
            asset=st.sampled_from(("BTC", "ETH")),
            fee_units=st.integers(0, 1),
            fee_asset=st.sampled_from(("", "ETH")),
            ref=refs,
            order=st.sampled_from(("", "", "o", "0x1:1", "p")),
            kind=st.sampled_from(("", "", "gas", "rebase", "balance")),
            status=st.sampled_from(("", "", "", "reverted", "late")),
            block=st.sampled_from(("", "gone", "b")),
            price=st.sampled_from((None, Fraction(1, 3))),
        ),
        max_size=8,
    )


NUMBERED = st.integers(0, 30).map("n{}".format)
KEYED = rows(NUMBERED, st.sampled_from("abcdefghi"))
MIXED = rows(NUMBERED, st.sampled_from(("", "", *"abcdefgh")))
BY_ID = rows(st.integers(0, 8).map("{}".format), st.just(""))
DESKS = st.one_of(*(st.tuples(side, side) for side in (KEYED, MIXED, BY_ID, SIDE)))


@given(DESKS, st.sampled_from((Rules(), RULES)), st.booleans())
def test_what_is_told_at_once_is_what_the_steps_would_tell(sides, rules, are_keys):
    _, residue = take_exact(*sides, rules)
    residue = residue._replace(matched_by_ref=int(are_keys), matched_by_id=9 * are_keys)
    told = whole.reconcile_residue(residue, rules)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(whole, "take_bulk", lambda rest, *_: (Bulk(""), rest))
        assert whole.reconcile_residue(residue, rules) == told


@pytest.mark.parametrize("keys", ["ref", "id"])
def test_altered_and_missing_rows_of_a_desk_are_all_told_at_once(keys):
    left, right = desk(keys=keys)
    right[3] = changed(right[3], amount_units=5)
    right[4] = changed(right[4], fee_units=7)
    del left[8], right[20]
    _, residue = take_exact(left, right, Rules())
    bulk, rest = take_bulk(residue, key_kinds(residue), Rules())
    assert [len(of) for of in bulk[1:]] == [2, 1, 1]
    assert (bulk.rule, rest.left, rest.right) == (keys, [], [])


def test_a_row_without_a_key_keeps_the_rows_it_could_be_from_being_told():
    left = [row("a", 7, ref="x", account="one"), row("b", 8, ref="y", account="two")]
    right = [row("c", 9, account="one")]
    residue = Residue(left, right, matched_by_ref=1)
    bulk, rest = take_bulk(residue, key_kinds(residue), Rules())
    assert [one.id for one in bulk.left] == ["b"]
    assert ([one.id for one in rest.left], [one.id for one in rest.right]) == (["a"], ["c"])
