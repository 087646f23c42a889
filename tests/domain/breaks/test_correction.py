"""The entry a break owes sums to zero, names its proof, and exists only with cause and evidence."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.breaks.case import correcting_entry_id, explained, opened
from domain.breaks.correction import correcting_entry
from domain.errors import Refused
from domain.ledger.types import NOMINAL
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
