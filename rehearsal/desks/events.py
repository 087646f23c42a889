"""What can happen to a desk: one function a kind, each drawing the lines of one event.

A line here is what is true; `draw.py` lets each side tell it. Amounts are signed from the account's
point of view, and what is swapped, sent or wrapped costs gas in the native coin on a line of its
own, with what a rollup charges for its settlement and what the block's builder was tipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

from msgspec import structs

from rehearsal.desks.catalog import MIGRATED, TAX_BPS, Asset, Chain, Venue
from rehearsal.desks.draw import Draw
from rehearsal.desks.lines import Event, Kind, Line

_GAS_WEI = (21_000, 400_000, 10**8, 30 * 10**9)
"""Least and most gas, least and most wei a unit of it."""


class _Mined(NamedTuple):
    """A transaction that an event's lines are in."""

    chain: Chain
    sender: str
    tx_hash: str
    order: str
    block: str

    def line(self, account: str, asset: Asset, units: int, kind: str) -> Line:
        return Line("", 0, account, asset, units, self.tx_hash, kind, None, 0, self.order,
                    "", self.block)  # fmt: skip


def _mined(draw: Draw, chain: Chain, sender: str) -> _Mined:
    nonce = f"{sender}:{draw.number}"
    return _Mined(chain, sender, draw.tx_hash(), nonce, f"0x{draw.chance.getrandbits(256):064x}")


def _costs(draw: Draw, tx: _Mined, *, tipped: bool = False) -> Iterator[Line]:
    """Charge the sender for the transaction."""
    least, most, least_wei, most_wei = _GAS_WEI
    gas_wei = draw.chance.randrange(least, most) * draw.chance.randrange(least_wei, most_wei)
    yield tx.line(tx.sender, tx.chain.native, -gas_wei, "gas")
    if tx.chain.has_l1_fee:
        l1_wei = draw.chance.randrange(10**12, 10**14)
        yield tx.line(tx.sender, tx.chain.native, -l1_wei, "l1_fee")
    if tipped:
        tip_wei = draw.chance.randrange(10**14, 10**16)
        yield tx.line(tx.sender, tx.chain.native, -tip_wei, "tip")


class _Fill(NamedTuple):
    """What near-identical fills of one order share."""

    venue: Venue
    account: str
    base: Asset
    units: int
    price: Fraction
    order: str


class Trading:
    """Trades at venues; an order may fill in several, alike but for their time and trade id."""

    def __init__(self) -> None:
        self._last: _Fill | None = None

    def trade(self, draw: Draw) -> Event:
        """Fill a new order."""
        venue = draw.venue()
        base = draw.chance.choice(venue.traded)
        sign = draw.chance.choice((-1, 1))
        order = draw.fresh("o")
        self._last = _Fill(
            venue,
            draw.chance.choice(venue.accounts),
            base,
            sign * draw.units(base),
            draw.price(base, venue.quote),
            order,
        )
        return _filled(draw, self._last)

    def again(self, draw: Draw) -> Event:
        """Fill the last order once more, alike."""
        return self.trade(draw) if self._last is None else _filled(draw, self._last)


def _filled(draw: Draw, fill: _Fill) -> Event:
    quote_units = round(-fill.units * fill.price)
    fee_asset, fee_units = _trade_fee(draw, fill, abs(quote_units))
    base = Line(
        "", 0, fill.account, fill.base, fill.units, draw.fresh("t"), "trade",
        order=fill.order, price=fill.price,
    )  # fmt: skip
    quote = structs.replace(
        base, asset=fill.venue.quote, units=quote_units, fee_asset=fee_asset, fee_units=fee_units,
        price=None,
    )  # fmt: skip
    return draw.event(Kind.TRADE, (base, quote))


def _trade_fee(draw: Draw, fill: _Fill, quote_units: int) -> tuple[Asset, int]:
    """Charge up to ten basis points in the quote or the venue's own token, or pay a rebate."""
    bps = draw.chance.choice((-1, 2, 5, 10))
    quote_fee = max(1, abs(quote_units * bps) // 10_000) * (1 if bps > 0 else -1)
    if draw.chance.randrange(3):
        return fill.venue.quote, quote_fee
    token = fill.venue.fee_token
    scale = Fraction(10**token.decimals * 10**6, token.price_e6 * 10**fill.venue.quote.decimals)
    return token, round(quote_fee * scale) or 1


def swap(draw: Draw) -> Event:
    """Swap a token for the stable one on chain, or back; one in three tips the builder."""
    chain = draw.chain()
    sender, token = draw.chance.choice(chain.accounts), draw.chance.choice(chain.swapped)
    tx, units = _mined(draw, chain, sender), draw.units(token)
    stable_units = max(1, round(units * draw.price(token, chain.stable)))
    sign = draw.chance.choice((-1, 1))
    legs = (
        tx.line(sender, token, sign * units, "trade"),
        tx.line(sender, chain.stable, -sign * stable_units, "trade"),
    )
    costs = _costs(draw, tx, tipped=draw.chance.randrange(3) == 0)
    return draw.event(Kind.SWAP, (*legs, *costs))


def transfer(draw: Draw) -> Event:
    """Send a plain token from one wallet of ours to another."""
    chain = draw.chain()
    return _sent(draw, chain, draw.chance.choice((chain.stable, *chain.plain)))


def taxed_transfer(draw: Draw) -> Event:
    """Send a token that keeps a part of what is sent: what arrives is less than the argument."""
    chain = draw.chain()
    return _sent(draw, chain, chain.taxed, TAX_BPS)


def _sent(draw: Draw, chain: Chain, asset: Asset, tax_bps: int = 0) -> Event:
    sender, receiver = draw.chance.sample(chain.accounts, 2)
    tx, units = _mined(draw, chain, sender), draw.units(asset)
    arrived = units - units * tax_bps // 10_000
    legs = (
        tx.line(sender, asset, -units, "transfer"),
        tx.line(receiver, asset, arrived, "transfer"),
    )
    return draw.event(Kind.TRANSFER, (*legs, *_costs(draw, tx)))


def receipt(draw: Draw) -> Event:
    """Take in a token from outside the desk: capital, or what was sold elsewhere."""
    chain = draw.chain()
    asset = draw.chance.choice((chain.successor, draw.chance.choice((chain.stable, *chain.plain))))
    account = draw.chance.choice(chain.accounts)
    tx = _mined(draw, chain, "outside")
    return draw.event(Kind.RECEIPT, [tx.line(account, asset, draw.units(asset), "transfer")])


def deposit(draw: Draw) -> Event:
    """Fund a sub-account at a venue from outside the desk."""
    venue = draw.venue()
    account = draw.chance.choice(venue.accounts)
    line = Line("", 0, account, venue.quote, draw.units(venue.quote), draw.fresh("d"), "transfer")
    return draw.event(Kind.DEPOSIT, [line])


def withdrawal(draw: Draw) -> Event:
    """Take money out of a venue, which charges a fee beside it."""
    venue = draw.venue()
    account, asset = draw.chance.choice(venue.accounts), draw.chance.choice(venue.traded)
    units, fee_units = draw.units(asset), asset.lot_units * draw.chance.randrange(1, 5)
    line = Line("", 0, account, asset, -units, draw.fresh("w"), "transfer", asset, fee_units)
    return draw.event(Kind.WITHDRAWAL, [line])


def wrap(draw: Draw) -> Event:
    """Turn the native coin into its wrapping, one for one."""
    chain = draw.chain()
    sender = draw.chance.choice(chain.accounts)
    tx, units = _mined(draw, chain, sender), draw.units(chain.native)
    legs = (
        tx.line(sender, chain.native, -units, "transfer"),
        tx.line(sender, chain.wrapped, units, "transfer"),
    )
    return draw.event(Kind.WRAP, (*legs, *_costs(draw, tx)))


def migration(draw: Draw) -> Event:
    """Turn a retired token into its successor at the migration's rate."""
    chain = draw.chain()
    sender = draw.chance.choice(chain.accounts)
    tx, units = _mined(draw, chain, sender), draw.units(chain.retired)
    legs = (
        tx.line(sender, chain.retired, -units, "transfer"),
        tx.line(sender, chain.successor, units * MIGRATED, "transfer"),
    )
    return draw.event(Kind.MIGRATION, (*legs, *_costs(draw, tx)))


def rebase(draw: Draw) -> Event:
    """Let a rebasing balance move without a transfer; it may shrink."""
    chain = draw.chain()
    account, units = draw.chance.choice(chain.accounts), draw.chance.randrange(10**12, 10**15)
    tx = _mined(draw, chain, "oracle")
    sign = 1 if draw.chance.randrange(5) else -1
    return draw.event(Kind.REBASE, [tx.line(account, chain.rebasing, sign * units, "rebase")])


def airdrop(draw: Draw) -> Event:
    """Receive what nobody asked for."""
    chain = draw.chain()
    account, asset = draw.chance.choice(chain.accounts), draw.chance.choice(chain.plain)
    tx = _mined(draw, chain, "dropper")
    return draw.event(Kind.AIRDROP, [tx.line(account, asset, draw.units(asset, 500), "airdrop")])


def funding(draw: Draw) -> Event:
    """Pay or earn a perpetual's funding, in the quote."""
    venue = draw.venue()
    account = draw.chance.choice(venue.accounts)
    units = draw.chance.choice((-1, 1)) * draw.units(venue.quote, 500)
    return draw.event(
        Kind.FUNDING, [Line("", 0, account, venue.quote, units, draw.fresh("f"), "funding")]
    )


def approval(draw: Draw) -> Event:
    """Allow a contract to move a token: nothing moves, and it costs gas all the same."""
    chain = draw.chain()
    tx = _mined(draw, chain, draw.chance.choice(chain.accounts))
    return draw.event(Kind.APPROVAL, tuple(_costs(draw, tx)))


DECK: tuple[tuple[Callable[[Draw], Event], int], ...] = (
    (swap, 5),
    (transfer, 1),
    (taxed_transfer, 1),
    (receipt, 2),
    (deposit, 1),
    (withdrawal, 1),
    (wrap, 1),
    (migration, 1),
    (rebase, 1),
    (airdrop, 1),
    (funding, 1),
    (approval, 1),
)
"""How often each kind comes in a shuffled deck, beside trades."""
TRADES_IN_DECK = 5
"""New orders in a deck; each may fill again."""
