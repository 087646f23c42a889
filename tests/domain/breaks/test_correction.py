"""The entry a break owes sums to zero, names its proof, and exists only with cause and evidence."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.breaks.case import approved, correcting_entry_id, explained, opened, signed_off
from domain.breaks.correction import (
    correcting_entry,
    decided_entry,
    decision_of,
    entries_standing,
    standing,
)
from domain.errors import Refused
from domain.ledger.types import NOMINAL, is_own
from domain.reconciliation.causes import Cause
from tests.kit.breaks import FOUND, PROOF

BOOKED = st.sampled_from([Cause.QTY, Cause.GAS_UNBOOKED, Cause.DUST, Cause.REBASE, Cause.BUSTED])


@given(BOOKED, st.integers(-(10**77), 10**77).filter(bool))
def test_the_postings_sum_to_zero_and_move_what_the_outside_has_more(cause, units):
    found = msgspec.structs.replace(FOUND, amount_units=units)
    case = explained(opened(found), "ann", cause, PROOF, "")
    entry = correcting_entry(case, 5)
    own, against = entry.postings
    assert own.units + against.units == 0
    assert (own.account, own.asset, own.units) == (found.account, found.asset, units)
    assert against.account.startswith(NOMINAL)
    assert entry.evidence.split() == sorted(PROOF)
    assert entry.entry_id == own.entry_id == against.entry_id == correcting_entry_id(case)


@pytest.mark.parametrize("cause", ["TIMING", "SOURCE_FAILURE", "STALE_SNAPSHOT", "WRAPPED"])
def test_what_clears_or_is_rerun_or_remapped_is_not_booked(cause):
    assert correcting_entry(explained(opened(FOUND), "ann", cause, PROOF, ""), 5) is None


def test_the_same_explanation_owes_the_same_entry_and_another_one_another():
    def entry(cause, proof):
        return correcting_entry(explained(opened(FOUND), "ann", cause, proof, ""), 5).entry_id

    assert entry("QTY", PROOF) == entry("QTY", tuple(reversed(PROOF)))
    assert len({entry("QTY", PROOF), entry("DUST", PROOF), entry("QTY", PROOF[:1])}) == 3


def test_a_difference_without_cause_and_evidence_has_no_entry():
    with pytest.raises(Refused, match="cause and evidence"):
        correcting_entry(opened(FOUND), 5)


@pytest.mark.parametrize("missing", [{"amount_units": None}, {"amount_units": 0}, {"account": ""}])
def test_what_moves_no_known_amount_owes_nothing(missing):
    found = msgspec.structs.replace(FOUND, **missing)
    assert correcting_entry(explained(opened(found), "ann", "QTY", PROOF, ""), 5) is None


def resolved(**changes):
    found = msgspec.structs.replace(FOUND, **changes)
    return approved(explained(opened(found), "ann", "QTY", PROOF, "why"), "bob")


@pytest.mark.parametrize("recon", ["journal-exchange", "journal-chain", "fills-statement"])
def test_where_the_ledger_followed_the_venue_already_nothing_is_owed(recon: str):
    assert decision_of(resolved(recon=recon), 5, 6) is None


@pytest.mark.parametrize(("units", "counter"), [(9, "income:qty"), (-9, "expense:qty")])
def test_what_stands_in_suspense_is_moved_on_and_no_holding_changes(units: int, counter: str):
    entry = correcting_entry(resolved(recon="movements", amount_units=units), 5)
    assert [(one.account, one.units) for one in entry.postings] == [
        ("suspense:unexplained", units),
        (counter, -units),
    ]
    assert not any(is_own(one.account) for one in entry.postings)


def test_a_decision_books_the_very_entry_its_reviewer_was_shown():
    for case in (resolved(), resolved(recon="movements"), signed_off(resolved(), "bob")):
        decided, shown = decided_entry(decision_of(case, 5, 6)), correcting_entry(case, 5)
        assert (decided.entry_id, decided.postings) == (shown.entry_id, shown.postings)
        assert decided.evidence.split() == sorted(PROOF)


def test_nothing_is_decided_before_it_is_approved():
    with pytest.raises(Refused, match="approved before it is booked"):
        decision_of(explained(opened(FOUND), "ann", "QTY", PROOF, ""), 5, 6)


@pytest.mark.parametrize(
    "lacking",
    [
        {"cause": ""}, {"evidence_sha256": ()}, {"approved_by": "ann"}, {"approved_by": ""},
        {"prepared_by": ""},
    ],
)  # fmt: skip
def test_a_decision_without_cause_evidence_or_two_people_is_not_booked(lacking):
    decision = msgspec.structs.replace(decision_of(resolved(), 5, 6), **lacking)
    with pytest.raises(Refused, match="book a difference only"):
        decided_entry(decision)
    with pytest.raises(Refused, match="book a difference only"):
        entries_standing([decision], FOUND.day)


@given(st.lists(st.booleans(), max_size=6), st.randoms(use_true_random=False))
def test_the_last_word_about_an_entry_counts_in_any_order(words, shuffler):
    decision = decision_of(resolved(), 5, 6)
    told = [
        msgspec.structs.replace(decision, is_withdrawn=back, decided_ns=at)
        for at, back in enumerate(words)
    ]
    shuffler.shuffle(told)
    is_booked = bool(words) and not words[-1]
    assert list(standing(told)) == ([decision.entry_id] if is_booked else [])
    assert len(entries_standing(told, FOUND.day)) == is_booked
    assert entries_standing(told, "2026-03-03") == []
