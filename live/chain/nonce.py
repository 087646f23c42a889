"""Nonces of one address, given out in order. Pure: every step returns a new lane.

A nonce is reserved, then a transaction is sent under it, then the chain mines it. Only a nonce
whose transaction surely never left may be given back, and only the last one, since a hole stops all
after it.
"""

from __future__ import annotations

import msgspec

from domain.errors import InvariantBroken


class Flight(msgspec.Struct, frozen=True):
    """One reserved nonce; `tx_hash` is empty until its transaction is sent."""

    nonce: int
    tx_hash: str = ""


class NonceLane(msgspec.Struct, frozen=True):
    """Which nonce is next and which are under way.

    Args:
        next_nonce: What `reserve` gives out.
        in_flight: Reserved and not yet mined, lowest first, without holes.
    """

    next_nonce: int
    in_flight: tuple[Flight, ...] = ()

    @classmethod
    def starting_at(cls, next_nonce: int) -> NonceLane:
        """Begin where the chain's transaction count stands."""
        return cls(next_nonce)

    def reserve(self) -> tuple[NonceLane, int]:
        """Give out the next nonce."""
        flight = Flight(self.next_nonce)
        return NonceLane(self.next_nonce + 1, (*self.in_flight, flight)), flight.nonce

    def sent(self, nonce: int, tx_hash: str) -> NonceLane:
        """Note that a transaction left, or may have left, under a reserved nonce.

        Raises:
            InvariantBroken: The nonce was not reserved.
        """
        self._flight(nonce)
        moved = tuple(Flight(nonce, tx_hash) if f.nonce == nonce else f for f in self.in_flight)
        return NonceLane(self.next_nonce, moved)

    def release(self, nonce: int) -> NonceLane:
        """Take back the last nonce, whose transaction surely never left.

        Raises:
            InvariantBroken: It was sent, is not the last, or was not reserved.
        """
        flight = self._flight(nonce)
        if flight.tx_hash or nonce != self.next_nonce - 1:
            raise InvariantBroken("give back only the last nonce, before it is sent", nonce=nonce)
        return NonceLane(nonce, self.in_flight[:-1])

    def mined(self, transaction_count: int) -> NonceLane:
        """Forget what the chain has used up.

        Args:
            transaction_count: `eth_getTransactionCount` at the latest block: the lowest unused.
        """
        left = tuple(f for f in self.in_flight if f.nonce >= transaction_count)
        return NonceLane(max(self.next_nonce, transaction_count), left)

    def holds(self, nonce: int) -> bool:
        """Ask whether a nonce is under way here; one that the chain has used up is not."""
        return any(flight.nonce == nonce for flight in self.in_flight)

    def refused(self, nonce: int) -> NonceLane:
        """Take back a nonce whose transaction the node proved it refused, when it is the last.

        Raises:
            InvariantBroken: Others were reserved after it: replace it, or they all hang.
        """
        self._flight(nonce)
        if nonce != self.next_nonce - 1:
            raise InvariantBroken("replace a refused nonce that others wait behind", nonce=nonce)
        return NonceLane(nonce, self.in_flight[:-1])

    def _flight(self, nonce: int) -> Flight:
        for flight in self.in_flight:
            if flight.nonce == nonce:
                return flight
        raise InvariantBroken("this nonce was never reserved", nonce=nonce)
