"""One break and what people did about it: owner, cause, evidence, preparer, reviewer.

Every deed gives a new case and leaves the old one as it was. Preparer and reviewer are never the
same person. An explanation has a cause that can be justified and the hashes of what justifies it;
without both no correcting entry can be named, so no difference can be booked away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from domain.breaks.lifecycle import Action, State, after
from domain.breaks.people import is_same_person, person
from domain.errors import InputRefused, Refused
from domain.identity import fact_id
from domain.reconciliation.causes import Cause

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What reconciliation said about a break; a rerun of the day may say it again.

    Args:
        break_id: Deterministic, so a rerun finds the same case.
        amount_units: External minus internal; None is unknown, not zero.
        first_seen_ns: When it was first detected; what its age counts from.
        expires_ns: When a break that should clear by itself has not; 0 for others.
        follows: The breaks that explain it exactly, whose money it only repeats; none for a root.
    """

    break_id: str
    day: str
    recon: str
    cause: str
    subject: str
    account: str
    asset: str
    amount_units: int | None
    evidence: str
    first_seen_ns: int
    expires_ns: int = 0
    follows: tuple[str, ...] = ()


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A break with its history's outcome.

    Args:
        cause: What was explained; "" before.
        evidence_sha256: Hashes of what justifies the cause.
        entry_id: The correcting entry that approval owes; "" before.
        is_current: Whether the latest close of any day still finds it.
        days: Those whose latest close finds it, or last found it, in order; `found.day` is the one
            it is worked on for, where its entry counts.
        booked: Entries that stand from before it was gone and came back, in order.
    """

    found: Found
    state: State = State.OPEN
    owner: str = ""
    cause: str = ""
    note: str = ""
    evidence_sha256: tuple[str, ...] = ()
    preparer: str = ""
    reviewer: str = ""
    signer: str = ""
    entry_id: str = ""
    is_current: bool = True
    days: tuple[str, ...] = ()
    booked: tuple[str, ...] = ()

    @property
    def is_decided(self) -> bool:
        """Whether two people stand for it."""
        return self.state in {State.RESOLVED, State.SIGNED_OFF}


def opened(found: Found) -> Case:
    """Open a case for a break that one day found."""
    return Case(found=found, days=(found.day,))


def assigned(case: Case, owner: str) -> Case:
    """Give a break to somebody.

    Raises:
        Refused: Its state does not allow it.
        InputRefused: No owner was named.
    """
    state = after(case.state, Action.ASSIGN)
    return msgspec.structs.replace(case, state=state, owner=person(owner, "owner"))


def suggested(case: Case, cause: str, note: str) -> Case:
    """Take a machine's proposal, which nobody has to answer for and which books nothing.

    Raises:
        Refused: Its state does not allow it, or the cause cannot be justified.
    """
    state = after(case.state, Action.SUGGEST)
    return msgspec.structs.replace(case, state=state, cause=_justifiable(cause), note=note)


def explained(case: Case, by: str, cause: str, evidence_sha256: Sequence[str], note: str) -> Case:
    """Say why the break is there, and prove it.

    Args:
        case: The break.
        by: Who says so: its preparer from now on.
        cause: A code of the taxonomy other than UNEXPLAINED.
        evidence_sha256: Hashes of the documents that prove it, at least one.
        note: In words.

    Raises:
        Refused: Its state does not allow it, or the cause cannot be justified.
        InputRefused: No person or no evidence was named, or a hash is not SHA-256.
    """
    return msgspec.structs.replace(
        case,
        state=after(case.state, Action.EXPLAIN),
        cause=_justifiable(cause),
        evidence_sha256=_hashes(evidence_sha256),
        note=note,
        preparer=person(by, "preparer"),
        reviewer="",
    )


def approved(case: Case, by: str) -> Case:
    """Accept an explanation; from now on its correcting entry is owed.

    Raises:
        Refused: Its state does not allow it, or the reviewer is the preparer.
    """
    state = after(case.state, Action.APPROVE)
    reviewer = _other_than(by, case.preparer)
    return msgspec.structs.replace(
        case, state=state, reviewer=reviewer, entry_id=correcting_entry_id(case)
    )


def signed_off(case: Case, by: str) -> Case:
    """Close a resolved break for its period.

    Raises:
        Refused: Its state does not allow it, or the signer is the preparer.
    """
    state = after(case.state, Action.SIGN_OFF)
    return msgspec.structs.replace(case, state=state, signer=_other_than(by, case.preparer))


def reopened(case: Case, note: str) -> Case:
    """Take back what was explained; what was said stays in the audit trail.

    Raises:
        Refused: Its state does not allow it.
        InputRefused: No reason was given.
    """
    if not note.strip():
        raise InputRefused("say why it is reopened", break_id=case.found.break_id)
    state = after(case.state, Action.REOPEN)
    return undone(case, state, note)


def undone(case: Case, state: State, note: str) -> Case:
    """Give a case of which nothing is explained; owner, days and what is booked stay."""
    return Case(
        found=case.found,
        state=state,
        owner=case.owner,
        note=note,
        is_current=case.is_current,
        days=case.days,
        booked=case.booked,
    )


def correcting_entry_id(case: Case) -> str:
    """Name the entry that books a break: from its id, cause and evidence, so it exists once.

    A break that came back after entries were booked for it owes another one.

    Raises:
        Refused: The case has no cause or no evidence; nothing may be booked.
    """
    if not case.cause or not case.evidence_sha256:
        raise Refused(
            "book a difference only with a cause and evidence; explain it first",
            break_id=case.found.break_id,
        )
    evidence = (*case.evidence_sha256, *case.booked)
    return fact_id("correction", case.found.break_id, case.cause, *evidence)


def refuse_unsettled(day: str, cases: Iterable[Case]) -> None:
    """Make sure that nothing of a day is unsettled before its period is locked.

    Raises:
        Refused: A break that is still found is not signed off.
    """
    unsettled = [
        case.found.break_id
        for case in cases
        if case.is_current and case.state is not State.SIGNED_OFF
    ]
    if unsettled:
        raise Refused(
            "sign off every break of the day before it is locked",
            day=day,
            unsettled=len(unsettled),
            first=min(unsettled),
        )


def _justifiable(cause: str) -> str:
    known = {one.value for one in Cause} - {Cause.UNEXPLAINED.value}
    if cause not in known:
        raise Refused("explain a break by a cause of the taxonomy", got=cause or "nothing")
    return cause


def _hashes(found: Sequence[str]) -> tuple[str, ...]:
    if not found or not all(map(_SHA256.fullmatch, found)):
        raise InputRefused("prove a cause by the SHA-256 of at least one document")
    return tuple(sorted(set(found)))


def _other_than(by: str, preparer: str) -> str:
    reviewer = person(by, "reviewer")
    if is_same_person(reviewer, preparer):
        raise Refused("let somebody else than the preparer decide", preparer=preparer)
    return reviewer
