"""The close of a day as one object, read from what the books wrote.

Also where a blocking check kept the day from being published: then it is a draft, and its breaks
say why. Assembling is `domain.close`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.close import CloseInput, close_of
from domain.pnl.explain import Evidence
from domain.pnl.types import Attribution
from domain.positions.held import Held
from domain.provisional import provisional
from domain.settlement.provisional import short_of_final
from orchestration.day import ATTRIBUTION, HELD, Day
from orchestration.incremental.ledger_head import ledger_head
from orchestration.reading.breaking import breaks_on
from orchestration.reading.movements import load_settlement


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
    settlement, assets = load_settlement(day.home, day.name), day.card.assets
    short = short_of_final(settlement, day.chain())
    return close_of(
        CloseInput(
            day=day.name,
            journal=day.own_journal(),
            executions=settlement.executions,
            breaks=breaks_on(day.home, day.name),
            attribution=attributions[0],
            head=ledger_head(day),
            assets=assets,
            anchor=day.anchor.text(),
            provisional=provisional(short, _held(day), assets, attributions[0].closing_marks),
            steps=steps,
        )
    )


def _held(day: Day) -> list[Held] | None:
    """Load holdings at the anchor; None where they were not measured."""
    return day.lake.load(HELD, day.name, Held) if day.name in day.lake.days(HELD) else None


def evidence_of(day: Day) -> Evidence:
    """Load everything a number of the day can be followed to."""
    told = day.exchange()
    return Evidence(
        legs=load_settlement(day.home, day.name).legs,
        decisions=day.journal().decisions,
        fills=told.fills,
        transactions=day.chain().transactions,
        lines=told.lines,
    )
