"""What becomes of cases that only repeat another: they are explained and closed with their root.

A follower takes what people decide about its root, cause, evidence and people alike, so that one
fault is worked on once and the entry it owes, if any, is owed for the follower that owes it. Nobody
works on a follower while its root waits to be worked on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from domain.breaks.case import Case, correcting_entry_id, undone
from domain.breaks.lifecycle import State
from domain.errors import Refused

_ORDER = (State.OPEN, State.SUGGESTED, State.EXPLAINED, State.RESOLVED, State.SIGNED_OFF)


def is_following(case: Case, cases: Mapping[str, Case]) -> bool:
    """Ask whether a case only repeats others that are all in sight.

    Args:
        case: A break.
        cases: By break id, those that are looked at together.
    """
    found = case.found.follows
    return bool(found) and all(name in cases and cases[name].is_current for name in found)


def refuse_follower(case: Case, cases: Mapping[str, Case]) -> None:
    """Send people to the root of a break that follows another.

    Raises:
        Refused: A root of it still waits to be decided.
    """
    if not is_following(case, cases):
        return
    waiting = [name for name in case.found.follows if not cases[name].is_decided]
    if waiting:
        raise Refused(
            "this break only repeats another one; work on that, and this goes with it",
            break_id=case.found.break_id,
            follows=waiting[0],
        )


def with_roots(case: Case, cases: Mapping[str, Case]) -> Case:
    """Give a follower as its roots stand now.

    It is as far as the least of them. Where they were explained differently no one cause is its
    own, and it stays as it is, for people to decide.
    """
    if not is_following(case, cases):
        return case
    roots = [cases[name] for name in case.found.follows]
    least = min(roots, key=lambda one: _ORDER.index(one.state))
    if len({(one.cause, one.preparer, one.reviewer) for one in roots}) != 1:
        return case
    again = msgspec.structs.replace(
        undone(case, least.state, least.note),
        cause=least.cause,
        evidence_sha256=_together(one.evidence_sha256 for one in roots),
        preparer=least.preparer,
        reviewer=least.reviewer,
        signer=least.signer,
    )
    if again.is_decided:
        return msgspec.structs.replace(again, entry_id=correcting_entry_id(again))
    return again


def _together(found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({one for each in found for one in each}))
