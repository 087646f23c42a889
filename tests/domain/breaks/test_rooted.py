"""A break that only repeats another is worked on with it, by the same people, and never alone."""

from __future__ import annotations

import msgspec
import pytest

from domain.breaks.case import (
    Case,
    approved,
    correcting_entry_id,
    explained,
    opened,
    reopened,
    signed_off,
)
from domain.breaks.lifecycle import State
from domain.breaks.rooted import is_following, refuse_follower, with_roots
from domain.errors import Refused
from tests.kit.breaks import FOUND, PROOF

ROOT = opened(FOUND)
OTHER = opened(msgspec.structs.replace(FOUND, break_id="k2"))
FOLLOWER = opened(msgspec.structs.replace(FOUND, break_id="k9", follows=("k1",)))
OF_BOTH = opened(msgspec.structs.replace(FOUND, break_id="k9", follows=("k1", "k2")))


def among(*cases: Case) -> dict[str, Case]:
    return {one.found.break_id: one for one in cases}


def a_root(case: Case = ROOT, cause: str = "QTY", proof: tuple[str, ...] = PROOF) -> Case:
    return explained(case, "ann", cause, proof, "why")


@pytest.mark.parametrize(
    "root",
    [a_root(), approved(a_root(), "bob"), signed_off(approved(a_root(), "bob"), "cyd")],
)
def test_a_follower_is_as_far_as_its_root_with_the_same_people_and_proof(root: Case):
    after = with_roots(FOLLOWER, among(root, FOLLOWER))
    assert (after.state, after.cause, after.evidence_sha256) == (root.state, "QTY", PROOF)
    assert (after.preparer, after.reviewer, after.signer) == (
        root.preparer, root.reviewer, root.signer,
    )  # fmt: skip
    owed = correcting_entry_id(after) if root.is_decided else ""
    assert after.entry_id == owed
    assert after.entry_id != root.entry_id or not owed
    assert after.found == FOLLOWER.found


def test_reopening_the_root_reopens_what_went_with_it():
    decided = with_roots(FOLLOWER, among(approved(a_root(), "bob")))
    root = reopened(approved(a_root(), "bob"), "amended")
    after = with_roots(decided, among(root))
    assert (after.state, after.cause, after.entry_id) == (State.OPEN, "", "")


def test_what_several_explain_is_as_far_as_the_least_of_them():
    far = approved(a_root(), "bob")
    near = a_root(OTHER, proof=("c" * 64,))
    assert with_roots(OF_BOTH, among(far, near)) == OF_BOTH
    after = with_roots(OF_BOTH, among(far, approved(near, "bob")))
    assert after.state is State.RESOLVED
    assert after.evidence_sha256 == (*PROOF, "c" * 64)


def test_what_was_explained_in_two_ways_is_for_people_to_decide():
    roots = among(approved(a_root(), "bob"), approved(a_root(OTHER, "DUST"), "bob"))
    assert with_roots(OF_BOTH, roots) == OF_BOTH
    refuse_follower(OF_BOTH, roots)


def test_people_are_sent_to_the_root_while_it_waits():
    with pytest.raises(Refused, match=r"work on that.*follows=k1"):
        refuse_follower(FOLLOWER, among(ROOT, FOLLOWER))
    refuse_follower(ROOT, among(ROOT, FOLLOWER))
    refuse_follower(FOLLOWER, among(FOLLOWER))
    refuse_follower(FOLLOWER, among(approved(a_root(), "bob"), FOLLOWER))


def test_where_the_root_is_gone_or_out_of_sight_a_break_stands_alone():
    gone = msgspec.structs.replace(ROOT, is_current=False)
    assert is_following(FOLLOWER, among(ROOT))
    assert not is_following(FOLLOWER, among(gone))
    assert not is_following(FOLLOWER, {})
    assert not is_following(ROOT, among(ROOT))
    assert with_roots(FOLLOWER, among(a_root(gone))) == FOLLOWER
