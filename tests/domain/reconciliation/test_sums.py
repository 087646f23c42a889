"""One row against several: the only subset, of one account and asset, beyond chance."""

from hypothesis import given
from hypothesis import strategies as st

from domain.reconciliation.reconcile import reconcile
from domain.reconciliation.sums import is_beyond_chance, subset
from tests.kit.reconciling import causes, row


def test_two_subsets_are_no_answer():
    assert subset(10, [3, 7, 4], 6) == (0, 1)
    assert subset(10, [3, 7, 4, 6], 6) == ()


@given(st.lists(st.integers(1, 10**12), min_size=2, max_size=6))
def test_a_subset_sums_to_the_target(amounts):
    found = subset(sum(amounts), amounts, 6)
    assert not found or sum(amounts[at] for at in found) == sum(amounts)


def test_round_amounts_could_be_chance():
    assert is_beyond_chance(10**9 + 7, [3, 10**9 + 4], 6)
    assert not is_beyond_chance(300, [100, 200], 6)


def parts(**fields):
    return [row(f"R{n}", 10**9 + n, after_ns=n, **fields) for n in range(3)]


def test_an_order_is_matched_with_its_fills():
    whole = row("L", 3 * 10**9 + 3, order="o1")
    found = reconcile([whole], parts(order="o1"))
    assert [one.right_ids for one in found.matched] == [("R0", "R1", "R2")]
    assert found.matched[0].rule == "order sum"


def test_fills_without_a_key_match_when_chance_is_ruled_out_and_are_suggested_when_not():
    assert reconcile([row("L", 3 * 10**9 + 3)], parts()).matched[0].rule == "sum"
    coarse = [row("a", 100, after_ns=1), row("b", 200, after_ns=2)]
    found = reconcile([row("L", 300)], coarse)
    assert (len(found.matched), len(found.suggested), found.breaks) == (0, 1, [])


def test_mixed_currencies_never_match_by_sum():
    others = [row("a", 10**9 + 1), row("b", 10**9 + 2, asset="ETH")]
    assert not reconcile([row("L", 2 * 10**9 + 3)], others).matched


def test_several_match_several_only_under_one_key():
    left = [row("a", 70_001, ref="x"), row("b", 30_009, ref="x")]
    right = [row("c", 60_004, ref="x"), row("d", 40_006, ref="x")]
    assert [one.rule for one in reconcile(left, right).matched] == ["ref sum"]
    bare = [[row(one.id, one.amount_units) for one in side] for side in (left, right)]
    assert not reconcile(*bare).matched


def test_a_missing_fee_in_a_sum_is_still_a_break():
    whole = row("L", 3 * 10**9 + 3, order="o1")
    assert causes(reconcile([whole], parts(order="o1", fee_asset="USD", fee_units=1))) == [
        "FEE_AMOUNT"
    ]
