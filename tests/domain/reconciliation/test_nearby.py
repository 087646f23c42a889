"""Without a key: nearest within tolerance and window, never a guess."""

from domain.clock import SECOND_NS
from domain.reconciliation.reconcile import reconcile
from domain.reconciliation.rules import HOUR_NS, Rules
from tests.kit.reconciling import causes, changed, desk, row

LOOSE = Rules(tolerance_units={"BTC": 5})


def test_a_desk_without_keys_matches_by_account_asset_amount_and_window():
    left, right = desk(keys="none")
    found = reconcile(left, right)
    assert len(found.matched) == 40
    assert not found.breaks


def test_the_nearest_amount_wins_and_the_runner_up_is_named():
    right = [row("x", 101, after_ns=9), row("y", 104, after_ns=1)]
    found = reconcile([row("l", 100)], right, LOOSE)
    (one,) = found.matched
    assert (one.right_ids, one.runner_up, one.margin.units) == (("x",), ("y",), 3)
    assert one.differences[0].amount_units == 1


def test_a_choice_under_the_margin_is_only_suggested():
    right = [row("x", after_ns=SECOND_NS), row("y", after_ns=2 * SECOND_NS - 1)]
    found = reconcile([row("l")], right)
    assert (len(found.matched), len(found.suggested)) == (0, 1)
    later = [right[0], changed(right[1], later_ns=1)]
    assert len(reconcile([row("l")], later).matched) == 1


def test_beyond_tolerance_nothing_matches():
    found = reconcile([row("l", 100)], [row("r", 106, after_ns=HOUR_NS)], LOOSE)
    assert causes(found) == ["MISSING_EXTERNAL", "MISSING_INTERNAL"]


def test_more_look_alikes_than_are_weighed_together_still_pair_by_time():
    left = [row(f"l{n}", after_ns=n * HOUR_NS) for n in range(60)]
    right = [changed(one, id=f"r{n}", later_ns=5) for n, one in enumerate(left)]
    found = reconcile(left, right)
    assert [one.left_ids[0][1:] for one in found.matched] == [
        one.right_ids[0][1:] for one in found.matched
    ]
    assert len(found.matched) == 60


def test_a_gross_amount_meets_a_net_one_only_where_that_is_stated():
    left = row("l", 1_000, fee_asset="BTC", fee_units=7)
    right = changed(left, id="r", amount_units=993, later_ns=HOUR_NS)
    assert not reconcile([left], [right]).matched
    assert len(reconcile([left], [right], Rules(fee_in_amount=True)).matched) == 1


def test_of_look_alikes_those_that_were_charged_alike_are_one():
    left = [row(f"l{fee}", 5, after_ns=fee, fee_asset="USD", fee_units=fee) for fee in (1, 2)]
    right = [changed(one, id=f"r{one.fee_units}", later_ns=3 - 2 * one.fee_units) for one in left]
    assert causes(reconcile(left, right)) == []


def test_what_repeats_a_settled_row_under_its_key_is_nobody_elses_while_another_will_do():
    keyed, bare = row("a", ref="x"), row("b", after_ns=10)
    right = [row("p", ref="x"), row("again", ref="x", after_ns=9), row("q", ref="y", after_ns=99)]
    found = reconcile([keyed, bare], right)
    assert causes(found) == ["DUPLICATE"]
    assert found.breaks[0].right_ids == ("again",)
    assert not reconcile([keyed, bare], right[:2]).breaks
