"""What people approved over thirty days is added up at the last marks, and breaks when it leaks."""

from __future__ import annotations

import pytest

from domain.breaks.correction import Decision
from domain.clock import DAY_NS, day_bounds_ns
from domain.layers.breaks import lean_breaks
from orchestration.closing import tolerance
from orchestration.closing.tolerance import BUDGET_USD_E24, leans_of
from orchestration.day import Day
from tests.kit.facts import PAPER_USDC, a_card
from tests.kit.world_names import DAY

START_NS = int(day_bounds_ns(DAY)[0])
USDC_UNITS = 10**8


class Settled:
    """A settled day as far as the budget asks for it."""

    card, home, span_ns = a_card(), None, (START_NS, START_NS + DAY_NS)


def approved(units: int, counts_ns: int) -> Decision:
    return Decision(
        entry_id=f"entry-{units}-{counts_ns}", break_id="b", period=DAY, cause="DUST",
        account="paper:spot", counter="suspense:dust", asset=PAPER_USDC, units=units,
        evidence_sha256=("a" * 64,), prepared_by="ann", approved_by="bob", note="",
        counts_ns=counts_ns, decided_ns=counts_ns,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amounts", "days_ago", "is_broken"),
    [
        ([600], 0, False),
        ([600, 401], 0, True),
        ([-600, -401], 29, True),
        ([600, -401], 0, False),
        ([600, 401], 31, False),
        ([1] * 10, 0, False),
        ([1] * 11, 0, True),
    ],
)
def test_a_month_of_accepted_differences_breaks_beyond_its_budget_or_all_on_one_side(
    amounts: list[int], days_ago: int, is_broken: bool, monkeypatch: pytest.MonkeyPatch
):
    at_ns = START_NS - days_ago * DAY_NS
    made = [approved(usd * USDC_UNITS, at_ns + place) for place, usd in enumerate(amounts)]
    monkeypatch.setattr(tolerance, "decisions", lambda _: made)
    monkeypatch.setattr(tolerance, "last_marks", lambda _: {"USDC": 10**6})
    day: Day = Settled()  # type: ignore[assignment]
    found = lean_breaks(leans_of(day), START_NS)
    assert bool(found) is is_broken
    assert BUDGET_USD_E24 == 1_000 * 10**24
    for one in found:
        assert one.amount_units == sum(amounts) * USDC_UNITS
