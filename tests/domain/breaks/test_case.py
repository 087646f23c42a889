"""No break is resolved by one person, without a cause or without evidence."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.breaks.case import (
    Case,
    approved,
    assigned,
    correcting_entry_id,
    explained,
    opened,
    refuse_unsettled,
    reopened,
    signed_off,
    suggested,
)
from domain.breaks.lifecycle import State
from domain.errors import InputRefused, PlatformError, Refused
from tests.kit.breaks import FOUND, PROOF


def explained_case(by="ann") -> Case:
    """A break that somebody explained."""
    return explained(opened(FOUND), by, "QTY", PROOF, "a partial fill was heard twice")


def test_a_break_goes_from_open_to_signed_off_by_two_people():
    case = signed_off(approved(explained_case(), "bob"), "bob")
    assert (case.state, case.preparer, case.reviewer) == (State.SIGNED_OFF, "ann", "bob")
    assert case.entry_id == correcting_entry_id(explained_case())


@pytest.mark.parametrize("by", ["ann", " ann ", "ANN", "Ann\t", "a\u200bnn", "\uff41nn"])
def test_nobody_approves_or_signs_off_what_they_prepared(by):
    with pytest.raises(Refused, match="else than the preparer"):
        approved(explained_case(), by)
    with pytest.raises(Refused, match="else than the preparer"):
        signed_off(approved(explained_case(), "bob"), by)


@pytest.mark.parametrize("proof", [(), ("",), ("a" * 63,), ("A" * 64,), (*PROOF, "no hash")])
def test_a_cause_without_proof_is_refused(proof):
    with pytest.raises(InputRefused, match="SHA-256"):
        explained(opened(FOUND), "ann", "QTY", proof, "")


@pytest.mark.parametrize("cause", ["", "UNEXPLAINED", "PLUG", "qty"])
def test_a_cause_that_cannot_be_justified_is_refused(cause):
    with pytest.raises(Refused, match="taxonomy"):
        explained(opened(FOUND), "ann", cause, PROOF, "")
    with pytest.raises(Refused, match="taxonomy"):
        suggested(opened(FOUND), cause, "")


def test_a_suggestion_owes_no_entry_and_cannot_be_approved():
    case = suggested(opened(FOUND), "QTY", "likely")
    with pytest.raises(Refused, match="cause and evidence"):
        correcting_entry_id(case)
    with pytest.raises(Refused):
        approved(case, "bob")


def test_reopening_forgets_the_explanation_and_wants_a_reason():
    case = reopened(approved(assigned_and_explained(), "bob"), "the statement was amended")
    assert (case.state, case.cause, case.evidence_sha256) == (State.OPEN, "", ())
    assert (case.entry_id, case.reviewer, case.owner) == ("", "", "cyd")
    with pytest.raises(InputRefused):
        reopened(explained_case(), "  ")


def assigned_and_explained() -> Case:
    """An explained break that somebody owns."""
    return explained(assigned(opened(FOUND), "cyd"), "ann", "QTY", PROOF, "")


def test_explaining_again_takes_back_nothing_but_names_the_new_preparer():
    case = explained(explained_case(), "bob", "DUPLICATE", PROOF[:1], "")
    assert (case.preparer, case.cause) == ("bob", "DUPLICATE")
    assert approved(case, "ann").state is State.RESOLVED


def test_a_day_is_settled_when_all_that_is_still_found_is_signed_off():
    done = signed_off(approved(explained_case(), "bob"), "bob")
    gone = msgspec.structs.replace(opened(FOUND), is_current=False)
    refuse_unsettled("2026-03-02", [done, gone])
    for case in (opened(FOUND), explained_case(), approved(explained_case(), "bob")):
        with pytest.raises(Refused, match="sign off every break"):
            refuse_unsettled("2026-03-02", [done, case])


DEEDS = st.sampled_from(
    [
        lambda case: assigned(case, "cyd"),
        lambda case: suggested(case, "DUST", ""),
        lambda case: explained(case, "ann", "QTY", PROOF, ""),
        lambda case: explained(case, "bob", "DUST", PROOF[:1], ""),
        lambda case: approved(case, "ann"),
        lambda case: approved(case, "bob"),
        lambda case: signed_off(case, "ann"),
        lambda case: signed_off(case, "bob"),
        lambda case: reopened(case, "again"),
    ]
)


@given(st.lists(DEEDS, max_size=12))
def test_whatever_is_done_nothing_is_resolved_without_cause_proof_and_two_people(deeds):
    case = opened(FOUND)
    for deed in deeds:
        try:
            case = deed(case)
        except PlatformError:
            continue
        if case.state in {State.RESOLVED, State.SIGNED_OFF}:
            assert case.cause
            assert case.evidence_sha256
            assert case.preparer
            assert case.reviewer not in {"", case.preparer}
            assert case.entry_id == correcting_entry_id(case)
        else:
            assert not case.entry_id
