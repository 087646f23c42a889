"""How two reports of one event differ: one cause a field, and what makes the rest incomparable."""

from fractions import Fraction

import pytest

from domain.reconciliation.fields import compare
from domain.reconciliation.rules import HOUR_NS, Migration, Rules
from tests.kit.reconciling import changed, row

ONE = row("a", 1_000, fee_asset="USD", fee_units=10, ref="x", order="o", price=Fraction(5))
KNOWN = Rules(
    underlying={"WBTC": "BTC"},
    migrations={"BTC": Migration("NEW", 24_000)},
    orphaned_blocks=frozenset({"0xdead"}),
    fx_rates=(Fraction(9, 10),),
)


def found(rules=KNOWN, later_ns=0, **fields):
    told = compare(ONE, changed(ONE, later_ns, id="b", **fields), rules).findings
    return [one.cause.value for one in told]


@pytest.mark.parametrize(
    ("fields", "causes"),
    [
        ({}, []),
        ({"account": "other"}, ["ACCOUNT"]),
        ({"asset": "ETH"}, ["ASSET"]),
        ({"asset": "WBTC"}, ["WRAPPED"]),
        ({"asset": "NEW", "amount_units": 24_000_000}, ["TOKEN_MIGRATION"]),
        ({"amount_units": 1_001}, ["QTY"]),
        ({"amount_units": -1_000}, ["SIDE"]),
        ({"fee_units": 11}, ["FEE_AMOUNT"]),
        ({"fee_units": 0, "fee_asset": ""}, ["FEE_AMOUNT"]),
        ({"fee_asset": "BNB"}, ["FEE_ASSET"]),
        ({"fee_asset": "BNB", "fee_units": 3}, ["FEE_ASSET"]),
        ({"price": Fraction(6)}, ["PRICE"]),
        ({"price": None}, ["PRICE_MISSING"]),
        ({"price": Fraction(9, 2)}, ["FX"]),
        ({"price": Fraction(50, 9)}, ["FX"]),
        ({"later_ns": 21 * HOUR_NS}, ["TIMING"]),
        ({"status": "pending"}, ["PENDING_FINALITY"]),
        ({"status": "busted"}, ["BUSTED"]),
        ({"status": "reverted"}, ["REVERTED_TX"]),
        ({"status": "late"}, ["LATE"]),
        ({"status": "reorged"}, ["REORGED"]),
        ({"block": "0xdead"}, ["REORGED"]),
        ({"status": "amended", "amount_units": 1_500}, ["AMENDED"]),
        ({"status": "amended", "price": Fraction(7)}, ["AMENDED"]),
        ({"ref": "y"}, ["REPLACED_TX"]),
        ({"ref": "y", "amount_units": 0}, ["CANCELLED_TX"]),
        ({"amount_units": -1_000, "fee_units": 11}, ["SIDE", "FEE_AMOUNT"]),
        ({"account": "other", "price": Fraction(6)}, ["ACCOUNT", "PRICE"]),
    ],
)
def test_each_field_that_differs_has_its_cause(fields, causes):
    assert found(**fields) == causes


def test_a_funding_payment_booked_as_a_trade_is_told():
    trade = changed(ONE, kind="trade")
    told = compare(trade, changed(trade, kind="funding"), KNOWN).findings
    assert [one.cause.value for one in told] == ["FUNDING_AS_TRADE"]


def test_balances_of_two_instants_do_not_compare():
    one = changed(ONE, kind="balance")
    told = compare(one, changed(one, later_ns=1, amount_units=5), KNOWN).findings
    assert [one.cause.value for one in told] == ["STALE_SNAPSHOT"]
    told = compare(one, changed(one, amount_units=994), KNOWN).findings
    assert [one.cause.value for one in told] == ["UNEXPLAINED"]


def test_what_is_tolerated_is_kept_as_a_difference():
    compared = compare(ONE, changed(ONE, amount_units=998), Rules(tolerance_units={"BTC": 2}))
    assert not compared.findings
    assert [one.amount_units for one in compared.differences] == [-2]


def test_a_pair_far_apart_across_the_cut_off_is_told_as_that():
    cut = ONE.time_ns + HOUR_NS
    assert found(Rules(left_until_ns=cut), later_ns=21 * HOUR_NS) == ["CUTOFF"]


def test_a_fee_counted_into_the_amount_is_told_once():
    bare = changed(ONE, fee_units=0, fee_asset="")
    net = changed(ONE, fee_asset="BTC", amount_units=990)
    told = compare(bare, net, Rules()).findings
    assert [(one.cause.value, one.amount_units) for one in told] == [("FEE_AMOUNT", -10)]


def test_a_transaction_that_internal_alone_calls_reverted_did_not_revert():
    called_off = changed(ONE, status="reverted")
    (told,) = compare(called_off, ONE, KNOWN).findings
    assert (told.cause.value, told.amount_units) == ("REVERTED_TX", ONE.amount_units)
    assert compare(called_off, called_off, KNOWN).findings == []
    gas = changed(called_off, kind="gas")
    assert compare(gas, changed(ONE, kind="gas"), KNOWN).findings == []


def test_an_amendment_is_told_once_and_a_price_beside_it_has_a_cause_of_its_own():
    assert found(status="amended", price=Fraction(6)) == ["AMENDED"]
    assert found(status="amended", amount_units=900, price=Fraction(6)) == ["AMENDED", "PRICE"]
    assert found(status="amended", amount_units=900, price=Fraction(9, 2)) == ["AMENDED", "FX"]
