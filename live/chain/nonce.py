"""Nonces of one address, given out in order. Pure: every step returns a new lane.

A nonce is reserved, then a transaction is sent under it, then the chain mines it. One whose
transaction surely never left, or was proved refused, is given back. When it was the last, the lane
simply ends before it; else it is a hole that stops all after it, until somebody reserves it again
or fills it with a payment to ourselves.
"""

from __future__ import annotations

import bisect

import msgspec

from domain.errors import InvariantBroken


class NonceLane(msgspec.Struct, frozen=True):
    """Which nonce is next and which are under way.

    Args:
        next_nonce: The lowest never given out, or given back with all that came after it.
        in_flight: Reserved and not yet mined, lowest first.
        holes: Given back while others were in flight behind them, lowest first.
    """

    next_nonce: int
    in_flight: tuple[int, ...] = ()
    holes: tuple[int, ...] = ()

    @classmethod
    def starting_at(cls, next_nonce: int) -> NonceLane:
        """Begin where the chain's transaction count stands."""
        return cls(next_nonce)

    def reserve(self) -> tuple[NonceLane, int]:
        """Give out the lowest hole, else the next nonce."""
        if self.holes:
            return self.refill(self.holes[0]), self.holes[0]
        nonce = self.next_nonce
        return NonceLane(nonce + 1, (*self.in_flight, nonce), self.holes), nonce

    def refill(self, hole: int) -> NonceLane:
        """Put a hole under way again.

        Raises:
            InvariantBroken: It is none.
        """
        if hole not in self.holes:
            raise InvariantBroken("only a hole can be filled", nonce=hole)
        return NonceLane(self.next_nonce, _with(self.in_flight, hole), _without(self.holes, hole))

    def give_back(self, nonce: int) -> NonceLane:
        """Take back a nonce under which nothing left, or nothing was taken.

        Raises:
            InvariantBroken: It is not under way.
        """
        if not self.holds(nonce):
            raise InvariantBroken("this nonce is not under way", nonce=nonce)
        left = _without(self.in_flight, nonce)
        holes = _with(self.holes, nonce)
        end = left[-1] + 1 if left else holes[0]
        return NonceLane(end, left, tuple(hole for hole in holes if hole < end))

    def mined(self, transaction_count: int) -> NonceLane:
        """Forget what the chain has used up.

        Args:
            transaction_count: `eth_getTransactionCount` at the latest block: the lowest unused.
        """
        return NonceLane(
            max(self.next_nonce, transaction_count),
            tuple(nonce for nonce in self.in_flight if nonce >= transaction_count),
            tuple(nonce for nonce in self.holes if nonce >= transaction_count),
        )

    def holds(self, nonce: int) -> bool:
        """Ask whether a nonce is under way here; one that the chain has used up is not."""
        return nonce in self.in_flight


def _with(nonces: tuple[int, ...], nonce: int) -> tuple[int, ...]:
    at = bisect.bisect(nonces, nonce)
    return (*nonces[:at], nonce, *nonces[at:])


def _without(nonces: tuple[int, ...], nonce: int) -> tuple[int, ...]:
    return tuple(other for other in nonces if other != nonce)
