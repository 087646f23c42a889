"""What is drawn from chance for one event: instants, keys, amounts, and who speaks of them how.

Everything that both sides differ in although nothing is wrong is decided here: ids are each side's
own, the venue's clock is not ours, and one line in seven has a key that only one side wrote down.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from enum import Enum
from fractions import Fraction

from domain.clock import DAY_NS
from rehearsal.desks.catalog import Asset, Catalog, Chain, Venue
from rehearsal.desks.lines import Event, Kind, Line

_LATEST_NS = 400_000_000
"""How much later than the venue we hear of a trade; wide-area feeds stay below half a second."""
_SCRAMBLE = 0x9E3779B97F4A7C15
"""Odd, so that multiplying by it permutes 64-bit numbers: ids that do not tell their order."""


class Key(Enum):
    """Which keys both sides wrote down."""

    REF = "ref"
    ID = "id"
    LEFT_ONLY = "left only"
    RIGHT_ONLY = "right only"


_KEYS = (*[Key.REF] * 10, *[Key.ID] * 2, Key.LEFT_ONLY, Key.RIGHT_ONLY)


class Draw:
    """One event being drawn: a clock, a die, and the desk's catalog.

    Args:
        chance: The die of this desk.
        catalog: Its venues, chains and assets.
    """

    def __init__(self, chance: random.Random, catalog: Catalog) -> None:
        self.chance = chance
        self.catalog = catalog
        self.number = -1
        self.time_ns = 0

    def go(self, time_ns: int) -> None:
        """Go on to the next event, at this instant."""
        self.number, self.time_ns = self.number + 1, time_ns

    def venue(self) -> Venue:
        """Choose a venue."""
        return self.chance.choice(self.catalog.venues)

    def chain(self) -> Chain:
        """Choose a chain."""
        return self.chance.choice(self.catalog.chains)

    def units(self, asset: Asset, most_usd: int = 50_000) -> int:
        """Draw an amount of whole lots worth up to so many dollars, at least one lot."""
        lot_usd_e6 = max(1, asset.lot_units * asset.price_e6 // 10**asset.decimals)
        most_lots = max(2, most_usd * 10**6 // lot_usd_e6)
        return asset.lot_units * self.chance.randrange(1, min(most_lots, 10**9))

    def price(self, base: Asset, quote: Asset) -> Fraction:
        """Draw quote units for one base unit, within 2 % of where the desk opened."""
        per_myriad = 9_800 + self.chance.randrange(401)
        whole = Fraction(base.price_e6 * per_myriad, quote.price_e6 * 10_000)
        return whole * Fraction(10**quote.decimals, 10**base.decimals)

    def fresh(self, what: str) -> str:
        """Name something of this event in the venue's or chain's own way: unlike its neighbours."""
        scrambled = (self.number + 1) * _SCRAMBLE % 2**64
        return f"{what}{scrambled:016x}"

    def tx_hash(self) -> str:
        """Name this event's transaction."""
        return f"0x{self.fresh('')}{self.chance.getrandbits(192):048x}"

    def event(self, kind: Kind, lines: Iterable[Line]) -> Event:
        """Let both sides tell the same lines, each in its own way."""
        key = self.chance.choice(_KEYS)
        lag_ns = self._lag_ns()
        told = [self._told(line, leg, key, lag_ns) for leg, line in enumerate(lines)]
        left, right = zip(*told, strict=True)
        return Event(self.number, kind, self.time_ns, left, right)

    def _told(self, line: Line, leg: int, key: Key, lag_ns: int) -> tuple[Line, Line]:
        theirs = f"x{self.fresh('')}-{leg}"
        ours = theirs if key is Key.ID else f"j{self.number}-{leg}"
        return (
            self._line(line, ours, lag_ns, is_keyed=key is Key.REF or key is Key.LEFT_ONLY),
            self._line(line, theirs, 0, is_keyed=key is Key.REF or key is Key.RIGHT_ONLY),
        )

    def _line(self, line: Line, own_id: str, lag_ns: int, *, is_keyed: bool) -> Line:
        return Line(
            id=own_id,
            time_ns=self.time_ns + lag_ns,
            account=line.account,
            asset=line.asset,
            units=line.units,
            ref=line.ref if is_keyed else "",
            kind=line.kind,
            fee_asset=line.fee_asset,
            fee_units=line.fee_units,
            order=line.order if is_keyed else "",
            block=line.block if is_keyed else "",
            price=line.price,
        )

    def _lag_ns(self) -> int:
        """Draw how much later we hear, never past the cut-off: that would be a break."""
        left_of_day_ns = DAY_NS - self.time_ns % DAY_NS
        return self.chance.randrange(min(_LATEST_NS, left_of_day_ns))
