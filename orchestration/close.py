"""The close of a day as one object, read from what the books wrote.

Also where a blocking check kept the day from being published: then it is a draft, and its breaks
say why. Assembling is `domain.close`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.audit.head import audit_head
from domain.close import CloseInput, close_of
from domain.ledger.types import Entry
from domain.pnl.explain import Evidence
from domain.pnl.types import Attribution
from domain.settlement.outcome import SettledExecution
from orchestration.breaking import breaks_on
from orchestration.day import ATTRIBUTION, ENTRIES, Day
from orchestration.movements import EXECUTIONS, load_settlement


def close_object(day: Day, steps: Sequence[tuple[str, str]] = ()) -> dict[str, Any] | None:
    """Assemble a settled day's close.

    Args:
        day: The day.
        steps: (name, seconds as text) in the order they ran.

    Returns:
        The object `--json` prints; None while the day has no attribution.
    """
    attributions = day.lake.load(ATTRIBUTION, day.name, Attribution)
    if not attributions:
        return None
    return close_of(
        CloseInput(
            day=day.name,
            journal=day.own_journal(),
            executions=day.lake.load(EXECUTIONS, day.name, SettledExecution),
            breaks=breaks_on(day.home, day.name),
            attribution=attributions[0],
            head=audit_head(day.lake.load(ENTRIES, day.name, Entry)),
            assets=day.card.assets,
            steps=steps,
        )
    )


def evidence_of(day: Day) -> Evidence:
    """Load everything a number of the day can be followed to."""
    return Evidence(
        legs=load_settlement(day.home, day.name).legs,
        decisions=day.journal().decisions,
        fills=day.exchange().fills,
        transactions=day.chain().transactions,
    )
