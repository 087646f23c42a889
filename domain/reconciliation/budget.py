"""Whether what was tolerated adds up: the sum of accepted differences, and whether they lean.

Each is small enough by itself; together they may be a leak. The sum has a budget by asset, and the
signs are weighed against a fair coin, exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import comb

from domain.reconciliation.causes import Cause
from domain.reconciliation.rules import ANY, Rules, of_asset
from domain.reconciliation.types import Difference, Finding, Row

Accepted = tuple[Difference, Sequence[Row], Sequence[Row]]
"""A difference and the rows it stands between."""


def budget_findings(
    accepted: Sequence[Accepted], rules: Rules
) -> Iterator[tuple[Finding, list[Row], list[Row]]]:
    """Give a finding for every asset whose accepted differences sum or lean too far."""
    by_asset: defaultdict[str, list[Accepted]] = defaultdict(list)
    for one in accepted:
        by_asset[one[0].asset].append(one)
    for asset, ones in sorted(by_asset.items()):
        amounts = [one[0].amount_units for one in ones]
        words = _overrun(asset, amounts, rules) or _lean(amounts, rules.bias_odds)
        if words:
            found = Finding(Cause.UNEXPLAINED, asset, sum(amounts), words)
            lefts = [row for _, mine, _ in ones for row in mine]
            yield found, lefts, [row for _, _, theirs in ones for row in theirs]


def _overrun(asset: str, amounts: Sequence[int], rules: Rules) -> str:
    is_watched = asset in rules.budget_units or ANY in rules.budget_units
    budget = of_asset(rules.budget_units, asset)
    if not is_watched or abs(sum(amounts)) <= budget:
        return ""
    return f"{len(amounts)} accepted differences sum to {sum(amounts)}, the budget is {budget}"


def _lean(amounts: Sequence[int], odds: int) -> str:
    more = sum(amount > 0 for amount in amounts)
    if not is_biased(more, len(amounts), odds):
        return ""
    return f"{max(more, len(amounts) - more)} of {len(amounts)} accepted differences lean one way"


def is_biased(heads: int, tosses: int, odds: int) -> bool:
    """Ask whether a fair coin would be so one-sided less often than once in so many times."""
    far = max(heads, tosses - heads)
    tail = sum(comb(tosses, count) for count in range(far, tosses + 1))
    return 2 * tail * odds < 2**tosses
