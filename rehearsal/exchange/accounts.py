"""Who owns what at the exchange: balances, holds, and a ledger line for every movement.

Double entry: money comes from the account `OUTSIDE` (which may owe) and fees end in `FEES`, so
the sum over all accounts is zero for every currency, always. No other account may go below zero
or below its holds. Not here: why money moves (the engine decides).
"""

from __future__ import annotations

from collections import defaultdict

from domain.errors import InvariantBroken
from rehearsal.exchange.commands import Entry

OUTSIDE = "outside"
FEES = "fees"


class Accounts:
    """Balances and holds of every account, in base units."""

    def __init__(self) -> None:
        self.balances: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.holds: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.entries = 0

    def available_units(self, account: str, asset: str) -> int:
        """Say what an account may still commit."""
        return self.balance_units(account, asset) - self.held_units(account, asset)

    def balance_units(self, account: str, asset: str) -> int:
        """Say what an account owns; asking leaves no trace."""
        return self.balances.get(account, {}).get(asset, 0)

    def held_units(self, account: str, asset: str) -> int:
        """Say what its open orders keep aside; asking leaves no trace."""
        return self.holds.get(account, {}).get(asset, 0)

    def hold(self, account: str, asset: str, units: int) -> None:
        """Keep an amount aside, or give it back when negative.

        Raises:
            InvariantBroken: More would be held than is owned, or less than nothing.
        """
        self.holds[account][asset] += units
        self._verify(account, asset)

    def post(
        self, at_us: int, account: str, kind: str, reference: int, asset: str, units: int, fee: int
    ) -> Entry:
        """Move money on one account and write the line.

        Callers post both sides of a movement, and the fee, before they hand anything back.

        Raises:
            InvariantBroken: The account would go below zero.
        """
        self.balances[account][asset] += units - fee
        self.entries += 1
        balance = self.balances[account][asset]
        if balance < 0 and account != OUTSIDE:
            raise InvariantBroken("an account owes", account=account, asset=asset, units=balance)
        return Entry(
            self.entries,
            at_us,
            account,
            kind,
            reference or self.entries,
            asset,
            units,
            fee,
            balance,
        )

    def total_units(self, asset: str) -> int:
        """Sum one currency over all accounts; zero unless money was made or lost."""
        return sum(balances[asset] for balances in list(self.balances.values()))

    def _verify(self, account: str, asset: str) -> None:
        held = self.holds[account][asset]
        if not 0 <= held <= self.balances[account][asset]:
            raise InvariantBroken("a hold exceeds its balance", account=account, asset=asset)
