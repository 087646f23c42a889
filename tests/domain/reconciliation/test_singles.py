"""Why a row is alone."""

import pytest

from domain.clock import SECOND_NS
from domain.reconciliation.reconcile import reconcile
from domain.reconciliation.rules import Rules
from tests.kit.reconciling import START_NS, causes, changed, desk, row

KNOWN = Rules(
    native_assets=frozenset({"ETH"}),
    orphaned_blocks=frozenset({"0xdead"}),
    dust_units={"BTC": 3},
    own_accounts=frozenset({"a", "b"}),
)


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        ({}, "MISSING_INTERNAL"),
        ({"kind": "gas"}, "GAS_UNBOOKED"),
        ({"kind": "l1_fee"}, "L1_FEE_UNBOOKED"),
        ({"kind": "tip"}, "TIP_UNBOOKED"),
        ({"kind": "rebase"}, "REBASE"),
        ({"kind": "airdrop"}, "AIRDROP"),
        ({"kind": "dust"}, "DUST"),
        ({"status": "late"}, "LATE"),
        ({"status": "pending"}, "PENDING_FINALITY"),
        ({"status": "reorged"}, "REORGED"),
        ({"block": "0xdead"}, "REORGED"),
    ],
)
def test_external_alone_has_the_cause_it_states(fields, cause):
    left, right = desk(3)
    found = reconcile(left, [*right, row("new", 7_777, ref="new", **fields)], KNOWN)
    assert causes(found) == [cause]
    assert (found.breaks[0].right_ids, found.breaks[0].amount_units) == (("new",), 7_777)


def test_native_coin_leaving_with_a_booked_transaction_is_its_gas():
    trade = row("t", 5_000, ref="0x1")
    gas = row("g", -21_000, ref="0x1", asset="ETH")
    assert causes(reconcile([trade], [trade, gas], KNOWN)) == ["GAS_UNBOOKED"]
    assert causes(reconcile([trade], [trade, changed(gas, ref="0x2")], KNOWN)) == [
        "MISSING_INTERNAL"
    ]


def test_a_remainder_no_larger_than_dust_is_dust():
    assert causes(reconcile([row("l", 3)], [], KNOWN)) == ["DUST"]
    assert causes(reconcile([row("l", 4)], [], KNOWN)) == ["MISSING_EXTERNAL"]


def test_where_no_dust_is_stated_not_even_nothing_is_dust():
    assert causes(reconcile([row("l", 0)], [])) == ["MISSING_EXTERNAL"]


def test_a_move_between_our_accounts_is_one_break_and_no_loss():
    out, into = row("o", -50, account="a"), row("i", 50, account="b", after_ns=SECOND_NS)
    found = reconcile([], [out, into], KNOWN)
    assert causes(found) == ["INTERNAL_TRANSFER"]
    assert found.breaks[0].right_ids == ("o", "i")
    half = [changed(one, ref="0x9") for one in (out, into)]
    assert causes(reconcile(half[:1], half, KNOWN)) == ["INTERNAL_TRANSFER"]


def test_a_reverted_transaction_voids_its_trade_and_keeps_its_gas():
    legs = [row("a", 5, ref="0x1"), row("b", -9, ref="0x1", asset="USD")]
    gas = row("g", -21, ref="0x1", asset="ETH", kind="gas")
    mined = changed(gas, id="m", status="reverted")
    found = reconcile([*legs, gas], [mined], KNOWN)
    assert causes(found) == ["REVERTED_TX", "REVERTED_TX"]
    void = {one.asset: (one.left_ids, one.amount_units) for one in found.breaks}
    assert void == {"BTC": (("a",), -5), "USD": (("b",), 9)}


def test_rows_near_and_after_a_cut_off_are_not_missing_yet():
    cut = Rules(right_until_ns=START_NS + 1_000 * SECOND_NS)
    ages = {0: "MISSING_EXTERNAL", 100: "TIMING", 1_000: "CUTOFF"}
    for second, cause in ages.items():
        (one,) = reconcile([row("l", after_ns=second * SECOND_NS)], [], cut).breaks
        assert one.cause == cause
        assert (one.expires_ns > 0) == (cause != "MISSING_EXTERNAL")


def test_a_failed_source_is_one_break_and_not_a_flood():
    left, right = desk(9)
    found = reconcile(left, right[:2], Rules(failed_accounts=frozenset({"k:spot"})))
    assert causes(found) == ["SOURCE_FAILURE"]
    assert len(found.breaks[0].left_ids) == 7
    assert len(found.matched) == 2


def test_sides_of_one_source_prove_nothing():
    left, right = desk(9)
    found = reconcile(left, right, Rules(shared_accounts=frozenset({"k:spot"})))
    assert causes(found) == ["SHARED_SOURCE"]
    assert not found.matched


def test_what_a_cancellation_displaced_is_void_asset_by_asset():
    legs = [
        row("l0", -5_000, ref="0x1", order="me:7"),
        row("l1", 9, ref="0x1", order="me:7", asset="USD"),
    ]
    cancel = row("g", -21_000, ref="0x2", order="me:7", asset="ETH", kind="gas")
    found = reconcile(legs, [cancel], KNOWN)
    assert causes(found) == ["CANCELLED_TX", "CANCELLED_TX", "GAS_UNBOOKED"]
    void = {one.asset: one for one in found.breaks if one.cause == "CANCELLED_TX"}
    assert (void["BTC"].left_ids, void["BTC"].amount_units) == (("l0",), 5_000)
    assert (void["USD"].left_ids, void["USD"].amount_units) == (("l1",), -9)


def test_gas_under_the_same_nonce_cancels_nothing_where_the_trade_was_mined_too():
    trade = row("l0", -5_000, ref="0x1", order="me:7")
    mined = changed(trade, id="r0", ref="0x2")
    gas = row("g", -21_000, ref="0x2", order="me:7", asset="ETH", kind="gas")
    assert causes(reconcile([trade], [mined, gas], KNOWN)) == ["GAS_UNBOOKED", "REPLACED_TX"]


def test_a_move_between_our_accounts_that_is_not_final_is_not_final_first():
    out = row("o", -50, account="a", ref="0x1", status="pending")
    into = row("i", 50, account="b", ref="0x1", status="pending")
    assert causes(reconcile([], [out, into], KNOWN)) == ["PENDING_FINALITY"] * 2
    gone = [changed(one, status="", block="0xdead") for one in (out, into)]
    assert causes(reconcile(gone, [], KNOWN)) == ["REORGED"] * 2


def test_a_move_between_our_accounts_after_the_cut_off_is_not_due_yet():
    out, into = row("o", -50, account="a"), row("i", 50, account="b")
    cut = Rules(own_accounts=KNOWN.own_accounts, right_until_ns=START_NS)
    assert causes(reconcile([out, into], [], cut)) == ["CUTOFF"] * 2


def test_of_twins_of_which_one_is_missing_both_are_named_and_the_money_is_exact():
    order = {"order": "o"}
    left = [row("ours", 7, after_ns=30)]
    right = [row("one", 7, after_ns=10, ref="x", **order), row("two", 7, ref="y", **order)]
    told = reconcile(left, right)
    (suggested,), (missing,) = told.suggested, told.breaks
    assert suggested.right_ids == ("one",)
    assert (missing.cause, missing.amount_units) == ("MISSING_INTERNAL", 7)
    assert missing.right_ids == ("two", "one")
    assert missing.explanation == "internal does not have it, or not one: they are alike"


def test_a_row_that_stands_otherwise_is_no_twin():
    left = [row("ours", 7, after_ns=30)]
    right = [row("late", 7, after_ns=20, ref="x", status="late"), row("two", 7, ref="y")]
    told = reconcile(left, right)
    assert [one.right_ids for one in told.matched] == [("two",)]
    assert [(one.cause, one.right_ids) for one in told.breaks] == [("LATE", ("late",))]


def test_a_row_of_a_shared_account_compares_with_what_is_booked_elsewhere_under_its_ref():
    rules = Rules(shared_accounts=frozenset({"k:spot"}))
    ours, other = row("a", ref="x"), row("b", ref="x", account="elsewhere")
    assert causes(reconcile([ours], [other], rules)) == ["ACCOUNT"]
    assert causes(reconcile([ours], [changed(other, ref="y")], rules)) == [
        "MISSING_INTERNAL",
        "SHARED_SOURCE",
    ]
    both = [ours, changed(other, id="c")]
    assert causes(reconcile(both, [other], rules)) == ["SHARED_SOURCE"]
