"""Rows of one key: so many copies as both sides have, then what is alike, then what is over."""

from domain.reconciliation.reconcile import reconcile
from domain.reconciliation.rules import Migration, Rules
from tests.kit.reconciling import causes, changed, row


def legs(side, *amounts, **fields):
    return [
        row(f"{side}{n}", amount, ref="x", asset=asset, **fields)
        for n, (asset, amount) in enumerate(amounts)
    ]


def test_as_many_copies_match_as_both_sides_have():
    two = [row("a", ref="x"), row("b", ref="x")]
    assert not reconcile(two, two).breaks
    found = reconcile(two, two[:1])
    assert causes(found) == ["DUPLICATE"]
    assert found.breaks[0].left_ids == ("b",)


def test_the_legs_of_a_trade_are_told_apart():
    left = legs("L", ("BTC", 5), ("USD", -300))
    right = legs("R", ("USD", -300), ("BTC", 6))
    found = reconcile(left, right)
    assert causes(found) == ["QTY"]
    assert (found.breaks[0].left_ids, found.breaks[0].right_ids) == (("L0",), ("R1",))


def test_gas_of_a_transaction_is_not_mistaken_for_its_altered_leg():
    left = legs("L", ("TOKEN", 5))
    right = [changed(legs("R", ("ETH", -9))[0], kind="gas")]
    assert causes(reconcile(left, right)) == ["GAS_UNBOOKED", "MISSING_EXTERNAL"]


def test_an_order_mined_under_another_hash_is_replaced():
    left = [row("a", ref="0x1", order="me:7")]
    right = [row("b", ref="0x2", order="me:7")]
    assert causes(reconcile(left, right)) == ["REPLACED_TX"]
    assert causes(reconcile(left, [changed(right[0], amount_units=0)])) == ["CANCELLED_TX"]


def test_of_altered_look_alikes_without_a_clear_choice_none_is_automatic():
    left = [row("a", 100, ref="x"), row("b", 102, ref="x")]
    right = [row("c", 101, ref="x")]
    found = reconcile(left, right, Rules(tolerance_units={"BTC": 2}))
    assert not found.matched
    assert len(found.suggested) == 1


def test_every_row_of_a_replaced_transaction_is_told_also_where_totals_agree():
    rows = [row("l0", -900, ref="0x1", order="me:7"), row("l1", -7, ref="0x1", order="me:7")]
    mined = [changed(one, id=f"r{n}", ref="0x2") for n, one in enumerate(rows)]
    found = reconcile(rows, mined)
    assert causes(found) == ["REPLACED_TX", "REPLACED_TX"]
    assert not found.matched


def test_the_last_row_of_a_ref_on_each_side_is_one_though_account_and_amount_differ():
    rest = row("x", -9, ref="0x1", asset="USD", kind="trade")
    left = [row("l", 97, ref="0x1", kind="trade", account="k:margin"), rest]
    found = reconcile(left, [row("r", 100, ref="0x1", kind="trade"), rest])
    assert causes(found) == ["ACCOUNT", "QTY"]


def test_two_fills_of_one_order_are_two_and_replace_nothing():
    left, right = row("l", ref="t1", order="o-7"), row("r", ref="t2", order="o-7")
    shared = row("s", 5, ref="t0")
    found = reconcile([left, shared], [right, shared])
    assert causes(found) == ["MISSING_EXTERNAL", "MISSING_INTERNAL"]


def test_a_leg_that_is_alone_in_its_key_and_of_one_amount_is_one_event_wherever_it_is_booked():
    left, right = legs("L", ("BTC", 5), ("USD", -300)), legs("R", ("BTC", 5), ("EUR", -300))
    left, right = ([changed(one, kind="trade") for one in rows] for rows in (left, right))
    elsewhere = [right[0], changed(right[1], account="other")]
    assert causes(reconcile(left, elsewhere)) == ["ACCOUNT", "ASSET"]
    other = [elsewhere[0], changed(elsewhere[1], amount_units=-299)]
    assert causes(reconcile(left, other)) == ["MISSING_EXTERNAL", "MISSING_INTERNAL"]
    asked_apart = [elsewhere[0], changed(elsewhere[1], order="another")]
    assert causes(reconcile(left, asked_apart)) == ["MISSING_EXTERNAL", "MISSING_INTERNAL"]


def test_a_migrated_amount_is_the_same_amount_on_another_account_too():
    moved = Rules(migrations={"BTC": Migration("NEW", 24_000)})
    left = [row("a", 5), row("b", 7)]
    right = [row("a", 120_000, asset="NEW", account="other"), row("b", 7)]
    assert causes(reconcile(left, right, moved)) == ["ACCOUNT", "TOKEN_MIGRATION"]
