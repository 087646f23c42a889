"""What the closes of days say of a break, taken into its case: opened, found again, gone, back.

The books find a break on each day whose close lists it; one case stands for all of them. It is
worked on for one day, at first the first one, where its entry counts. Its age counts from the first
detection, whatever happens. What two people decided stays decided while what they decided about is
there; when it is not the same any more, they have to look again, and what was booked stays booked.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.breaks.case import Case, Found, undone
from domain.breaks.correction import correcting_entry
from domain.breaks.lifecycle import State


def taken(case: Case | None, listed: Sequence[Found]) -> Case | None:
    """Take what the latest closes say of a break.

    Args:
        case: As it stood; None when it was never found.
        listed: What each day says that lists it, the oldest first.

    Returns:
        The case as it stands; None while there is none.
    """
    if case is None:
        return _on(Case(found=listed[0]), listed[0], listed) if listed else None
    if not listed:
        return msgspec.structs.replace(case, is_current=False)
    worked_on = _worked_on(case, listed)
    if _needs_people_again(case, worked_on):
        case = _back(case)
    return _on(case, worked_on, listed)


def deed_of(before: Case | None, after: Case) -> str:
    """Name what the books did to a case, for its audit row."""
    if before is None:
        return "open"
    if not after.is_current:
        return "clear"
    return "return" if not before.is_current or after.booked != before.booked else "find"


def _worked_on(case: Case, listed: Sequence[Found]) -> Found:
    """Choose the day a case is worked on for: the same as long as that day lists it."""
    same = next((one for one in listed if one.day == case.found.day), None)
    if same is None:
        return listed[0]
    if case.is_decided and not _is_mended_by_booking(case):
        changed = (one for one in listed if one.amount_units != case.found.amount_units)
        return next(changed, same)
    return same


def _needs_people_again(case: Case, found: Found) -> bool:
    """Ask whether what was explained is not what is there: it was gone, moved on, or changed."""
    was = case.found
    is_other = (found.day, found.amount_units) != (was.day, was.amount_units)
    return not case.is_current or (case.is_decided and is_other)


def _is_mended_by_booking(case: Case) -> bool:
    """Ask whether its entry changes what the next close finds."""
    return correcting_entry(case, case.found.first_seen_ns) is not None


def _back(case: Case) -> Case:
    """Begin again with a case that came back; an entry that was decided stays in the books."""
    if case.state in {State.OPEN, State.SUGGESTED}:
        return case
    booked = (*case.booked, case.entry_id) if case.entry_id else case.booked
    again = undone(case, State.OPEN, "")
    return msgspec.structs.replace(again, booked=booked)


def _on(case: Case, found: Found, listed: Sequence[Found]) -> Case:
    first_ns = min(case.found.first_seen_ns, *(one.first_seen_ns for one in listed))
    return msgspec.structs.replace(
        case,
        found=msgspec.structs.replace(found, first_seen_ns=first_ns),
        is_current=True,
        days=tuple(one.day for one in listed),
    )
