"""What executions in flight occupy, summed as they come and go, so that a verdict adds nothing up.

Kept by whoever starts and ends executions; what is summed is what rules look at. No arithmetic of a
trade is here, and nothing is remembered of an execution that has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from journal.records import OpportunityFound
from live.risk.situation import scopes_of


class _Share(NamedTuple):
    scopes: tuple[str, ...]
    strategy: str
    notional_usd_e24: int
    needs: Mapping[str, int]


class InFlight:
    """Executions in flight, by id, and their sums."""

    def __init__(self) -> None:
        self._shares: dict[str, _Share] = {}
        self.by_scope: dict[str, int] = {}
        self.notional_by_strategy: dict[str, int] = {}
        self.reserved_by_strategy: dict[str, dict[str, int]] = {}

    def __len__(self) -> int:
        """Say how many there are."""
        return len(self._shares)

    def add(
        self,
        execution_id: str,
        opportunity: OpportunityFound,
        notional_usd_e24: int,
        needs: Mapping[str, int],
    ) -> None:
        """Count an execution; one that is counted already is counted anew.

        Args:
            execution_id: Which.
            opportunity: What it carries out.
            notional_usd_e24: Value of its largest leg.
            needs: Base units it holds, by asset.
        """
        self.remove(execution_id)
        scopes, strategy = tuple(dict.fromkeys(scopes_of(opportunity))), opportunity.strategy
        self._shares[execution_id] = _Share(scopes, strategy, notional_usd_e24, dict(needs))
        self._count(self._shares[execution_id], 1)

    def remove(self, execution_id: str) -> None:
        """Let an execution go; letting it go twice is letting it go once."""
        share = self._shares.pop(execution_id, None)
        if share is not None:
            self._count(share, -1)

    def _count(self, share: _Share, sign: int) -> None:
        for scope in share.scopes:
            _move(self.by_scope, scope, sign)
        _move(self.notional_by_strategy, share.strategy, sign * share.notional_usd_e24)
        reserved = self.reserved_by_strategy.setdefault(share.strategy, {})
        for asset, units in share.needs.items():
            _move(reserved, asset, sign * units)


def _move(sums: dict[str, int], key: str, change: int) -> None:
    """Change a sum; one that comes to nothing is not there."""
    total = sums.get(key, 0) + change
    if total:
        sums[key] = total
    else:
        sums.pop(key, None)
