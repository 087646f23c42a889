"""What may belong together though no key says so: shown to people, and settled by nobody.

What one side lacks is laid beside what the other side has too much of; `domain.reconciliation`
says which pairing is the cheapest and by how much. The breaks stay, and name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from domain.matching.made import MatchMade, Sides, matches_made
from domain.matching.types import Break
from domain.reconciliation.reconcile import reconcile


def suggestions(recon: str, sides: Sides, lacking: Iterable[str]) -> list[MatchMade]:
    """Suggest what the rows of events that external lacks may be.

    Args:
        recon: The comparison.
        sides: Internal rows of any events, and external rows whose name is none of ours.
        lacking: Events that external has nothing of, by the name their rows share.
    """
    names = set(lacking)
    lone = [row for row in sides.left.values() if row.ref in names]
    if not lone or not sides.right:
        return []
    nameless = [msgspec.structs.replace(row, ref="") for row in sides.right.values()]
    report = reconcile(lone, nameless)
    found = [*report.matched, *report.suggested]
    return list(matches_made(recon, sides, found, is_suggested=True))


def with_suggestions(found: Sequence[Break], maybe: Iterable[MatchMade]) -> list[Break]:
    """Name in the evidence of what is missing what it may be."""
    words: dict[str, list[str]] = {}
    for one in maybe:
        words.setdefault(one.subject, []).append(f"{one.external_ids} ({one.rule})")
    return [
        msgspec.structs.replace(
            one, evidence=f"{one.evidence}; it may be {', '.join(sorted(words[one.subject]))}"
        )
        if one.cause == "MISSING_EXTERNAL" and one.subject in words
        else one
        for one in found
    ]
