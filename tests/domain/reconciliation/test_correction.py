"""Correcting entries: balanced, tied to their break, and none without a cause."""

from domain.ledger.types import imbalance
from domain.reconciliation.causes import CLEARS_BY_ITSELF, Cause
from domain.reconciliation.correction import correcting_entry
from domain.reconciliation.types import Finding, make_break
from tests.kit.reconciling import row


def entry(cause, amount_units=-7):
    return correcting_entry(make_break(Finding(cause, "BTC", amount_units, "why"), [row("a")]))


def test_an_entry_makes_internal_say_what_external_says_and_balances():
    made = entry(Cause.GAS_UNBOOKED)
    assert not imbalance(made)
    assert {one.account: one.units for one in made.postings} == {
        "k:spot": -7,
        "suspense:gas_unbooked": 7,
    }


def test_a_higher_fee_lowers_what_we_hold():
    assert entry(Cause.FEE_AMOUNT, 7).postings[0].units == -7


def test_nothing_is_booked_away_without_a_cause():
    for cause in {Cause.UNEXPLAINED, Cause.SOURCE_FAILURE, *CLEARS_BY_ITSELF}:
        assert entry(cause) is None
    assert entry(Cause.QTY, 0) is None
