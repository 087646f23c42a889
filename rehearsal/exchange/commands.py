"""What can be asked of the engine and what it answers: plain data, written down and replayed.

A command that changes something is kept before it is answered (:mod:`rehearsal.exchange.store`);
the engine is a function of the commands kept and the instants they were kept with.
"""

from __future__ import annotations

import msgspec

Levels = tuple[tuple[int, int], ...]
"""(price in ticks, quantity in lots), best first."""


class Deposit(msgspec.Struct, frozen=True, tag="deposit"):
    """Money arrives from outside; on a chain by a transaction, at an address of the exchange's."""

    account: str
    asset: str
    units: int
    tx_hash: str = ""
    address: str = ""


class Withdraw(msgspec.Struct, frozen=True, tag="withdraw"):
    """Money leaves by a transaction that is signed already, and is sent once this is kept.

    Args:
        units: What arrives.
        fee_units: Charged on top.
        address: Where it goes.
    """

    account: str
    asset: str
    units: int
    fee_units: int
    tx_hash: str
    address: str


class Place(msgspec.Struct, frozen=True, tag="place"):
    """A new order.

    Args:
        side: ``buy`` or ``sell``.
        kind: ``limit`` or ``market``.
        price_ticks: Limit price; 0 for a market order.
        time_in_force: ``GTC`` or ``IOC``.
        cl_ord_id: The client's own id; empty when it gave none.
        is_withheld: The venue closes it unfilled and thinks again later (see `Revive`).
    """

    account: str
    side: str
    kind: str
    lots: int
    price_ticks: int = 0
    time_in_force: str = "GTC"
    is_post_only: bool = False
    cl_ord_id: str = ""
    userref: int = 0
    is_withheld: bool = False


class Cancel(msgspec.Struct, frozen=True, tag="cancel"):
    """Take orders of one account off the book."""

    account: str
    orders: tuple[int, ...]


class Quote(msgspec.Struct, frozen=True, tag="quote"):
    """Replace everything an account has on the book by a ladder, in one step.

    A level its account cannot fund is left out. A level that crosses the book trades.
    """

    account: str
    bids: Levels
    asks: Levels


class Order(msgspec.Struct):
    """An order and how far it has come; `number` counts all orders from 1 as they arrived."""

    number: int
    account: str
    side: str
    kind: str
    lots: int
    price_ticks: int
    time_in_force: str
    is_post_only: bool
    cl_ord_id: str
    userref: int
    opened_us: int
    filled_lots: int = 0
    cost_units: int = 0
    fee_units: int = 0
    status: str = "open"
    reason: str = ""
    closed_us: int = 0
    fills: list[int] = msgspec.field(default_factory=list)

    @property
    def open_lots(self) -> int:
        """What is still to be filled."""
        return self.lots - self.filled_lots


class Trade(msgspec.Struct, frozen=True):
    """One match: the taker's side, what moved, and each party's order and fee."""

    number: int
    at_us: int
    side: str
    taker_kind: str
    price_ticks: int
    lots: int
    cost_units: int
    taker_order: int
    maker_order: int
    taker: str
    maker: str
    taker_fee_units: int
    maker_fee_units: int


class Entry(msgspec.Struct, frozen=True):
    """One line of an account's ledger: balance after = balance before + units - fee.

    Args:
        kind: ``deposit``, ``withdrawal``, ``trade`` or, for a trade taken back or corrected,
            ``adjustment``.
        reference: Number of the trade or, for a deposit or withdrawal, of the entry itself.
        tx_hash, address: Of a deposit or withdrawal on a chain.
    """

    number: int
    at_us: int
    account: str
    kind: str
    reference: int
    asset: str
    units: int
    fee_units: int
    balance_units: int
    tx_hash: str = ""
    address: str = ""


class Bust(msgspec.Struct, frozen=True, tag="bust"):
    """The venue takes a trade back: all that it moved returns, fees included.

    Args:
        trade: Which; it stays listed, and the ledger's adjustments name it.
        order: The closed order it filled, as it stands.
    """

    trade: Trade
    order: Order


class Amend(msgspec.Struct, frozen=True, tag="amend"):
    """The venue corrects the price of a trade: what it costs more or less moves, the fee stays.

    Args:
        trade: Which; it stays listed as it was, and the ledger's adjustments name it.
        order: The closed order it filled, as it stands.
        price_ticks: The right price.
    """

    trade: Trade
    order: Order
    price_ticks: int


class Repeat(msgspec.Struct, frozen=True, tag="repeat"):
    """The venue books a trade a second time by mistake, under a number of its own."""

    trade: Trade
    order: Order


class Revive(msgspec.Struct, frozen=True, tag="revive"):
    """The venue fills what was open of an order that it had called closed."""

    order: Order


Command = Deposit | Withdraw | Place | Cancel | Quote | Bust | Amend | Repeat | Revive


class Outcome(msgspec.Struct):
    """What one command did: orders touched (in their new state), matches, ledger lines."""

    orders: list[Order] = msgspec.field(default_factory=list)
    trades: list[Trade] = msgspec.field(default_factory=list)
    entries: list[Entry] = msgspec.field(default_factory=list)


class Refusal(msgspec.Struct, frozen=True):
    """The engine said no and nothing changed; `error` is in Kraken's words."""

    error: str
