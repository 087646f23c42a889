"""The words of lots: facts in, disposals, remaining lots and missing acquisitions out.

Quantities are base units of their asset. Money (value, fee, basis, proceeds) is an integer of the
book currency at one scale that the caller chooses for all facts of a run; a price only ranks. How
lots are matched is not here.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

import msgspec

IN_TRANSIT = "in transit"
"""The wallet of lots that left one wallet and arrived in none, as far as the facts say."""
POOLED = "average"
"""The lot id of an average pool."""


class Kind(Enum):
    """What a fact did to a holding."""

    BUY = "buy"
    SELL = "sell"
    FEE = "fee"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    WRAP_OUT = "wrap_out"
    WRAP_IN = "wrap_in"


class Method(Enum):
    """Which lot a disposal uses up first.

    FIFO the oldest, LIFO the newest, HIFO the highest price, LOFO the lowest; equal ones the oldest
    first. AVERAGE has one pool of one unit cost. SPECIFIC follows the picks of each disposal and
    takes what they leave open from the oldest lot.
    """

    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    LOFO = "lofo"
    AVERAGE = "average"
    SPECIFIC = "specific"


class Scope(Enum):
    """Whether lots of one asset are one queue, or one in each wallet."""

    UNIVERSAL = "universal"
    WALLET = "wallet"


class FeePolicy(Enum):
    """What a fee in the book currency does: joins basis and lowers proceeds, or is its own line."""

    BASIS = "basis"
    LINES = "lines"


class Book(NamedTuple):
    """The choices of one set of books; they hold for all its facts.

    Args:
        method: Which lot goes first.
        scope: One queue an asset, or one a wallet.
        fees: One policy for every fee, so that none is counted twice.
        shorts: Whether selling more than is held opens a short; if not, it is a missing
            acquisition.
    """

    method: Method = Method.FIFO
    scope: Scope = Scope.UNIVERSAL
    fees: FeePolicy = FeePolicy.BASIS
    shorts: bool = False


class Pick(NamedTuple):
    """An instruction: so much of that lot.

    Args:
        lot_id: The id of the acquisition.
        recorded_ns: When it was given; one given after the disposal does not count.
    """

    lot_id: str
    quantity_units: int
    recorded_ns: int


class Fact(msgspec.Struct, frozen=True, gc=False):
    """One thing that happened to a holding.

    Args:
        quantity_units: Positive, in base units of `asset`.
        value_units: Money for the whole quantity before the fee. Of a fee: what was given up was
            worth. Of a transfer: 0, or the basis it is known to carry.
        fee_units: Money paid on top, or out of the proceeds; negative for a rebate.
        price_units: Ranks lots for HIFO and LOFO; comparable within one asset.
        id: Unique among facts of one kind and asset; both halves of a transfer or wrap share one.
        picks: Instructions of a disposal; read by SPECIFIC alone.
    """

    time_ns: int
    kind: Kind
    asset: str
    quantity_units: int
    value_units: int = 0
    fee_units: int = 0
    price_units: int = 0
    wallet: str = ""
    id: str = ""
    picks: tuple[Pick, ...] = ()


class Lot(msgspec.Struct, order=True, gc=False):
    """What is left of one acquisition, or of one short sale; ordered as its method takes it.

    Args:
        rank: Of the method; 0 where age alone decides.
        number: Position of its fact among all facts.
        part: Tells apart what moves have made of one lot; 0 before any.
        basis_units: Cost of what is left; of a short its proceeds.
        fact: The acquisition, which a transfer does not change.
    """

    rank: int | Fraction
    number: int
    part: int
    quantity_units: int
    basis_units: int
    fact: Fact


class Disposal(NamedTuple):
    """One part of one lot, used up by one fact.

    Args:
        lot: The acquisition; of a short that is closed, the sale that opened it.
        fact: What used it up: a sale, a fee, or the purchase that closed a short.
        proceeds_units: Net of the fee, where fees are basis.
    """

    lot: Fact
    fact: Fact
    quantity_units: int
    proceeds_units: int
    basis_units: int

    @property
    def gain_units(self) -> int:
        """Money made; negative when lost."""
        return self.proceeds_units - self.basis_units


class Remaining(NamedTuple):
    """One lot still held.

    Args:
        wallet: "" where lots are one queue; `IN_TRANSIT` between wallets.
        quantity_units, basis_units: Both negative for a short: what is owed, and what it brought.
    """

    asset: str
    wallet: str
    lot: Fact
    quantity_units: int
    basis_units: int


class Missing(NamedTuple):
    """A quantity whose acquisition no fact tells, so that its basis is unknown and not zero.

    Args:
        fact: What needed it.
        quantity_units: How much is missing.
        found_units: How much was there.
        value_units: The share of the fact's money that therefore belongs to no disposal: what it
            brought, so that the cost of a transfer is negative here.
    """

    fact: Fact
    quantity_units: int
    found_units: int
    value_units: int


class FeeLine(NamedTuple):
    """A fee that is neither basis nor proceeds, because the book keeps fees as lines."""

    fact: Fact
    fee_units: int


Row = tuple[Fact, Fact, int, int, int]
"""A disposal as it is written a million times a second: the fields of `Disposal`, without names."""


class Report(NamedTuple):
    """What a book says of a set of facts; rows are in the order of their facts."""

    rows: list[Row]
    remaining: list[Remaining]
    missing: list[Missing]
    fee_lines: list[FeeLine]

    def disposals(self) -> Iterator[Disposal]:
        """Give every disposal with its names."""
        return map(Disposal._make, self.rows)
