"""Who and what a generated desk deals with: venues, chains, accounts and assets, from a shape.

Assets are chosen to be awkward: 6, 8 and 18 decimals, a fee token of the venue, a native coin and
its wrapping, a token that taxes transfers, one that rebases and one that was replaced by another.
Nothing happens here.
"""

from __future__ import annotations

import random
from enum import Enum

import msgspec

from domain.errors import InputRefused
from domain.identity import erc20_asset, native_asset, venue_account, venue_asset, wallet_account

MIGRATED = 24_000
"""New tokens for an old one, as when MKR became SKY."""
TAX_BPS = 200
"""What a taxed token keeps of every transfer; its lots divide by 50, so the tax is whole."""


class Trait(Enum):
    """What sets an asset apart from a plain one."""

    PLAIN = "plain"
    NATIVE = "native"
    WRAPPED = "wrapped"
    TAXED = "taxed"
    REBASING = "rebasing"
    RETIRED = "retired"
    SUCCESSOR = "successor"
    FEE_TOKEN = "fee token"  # noqa: S105 (a coin, not a secret)


class Asset(msgspec.Struct, frozen=True):
    """One asset of a venue or a chain.

    Args:
        name: Its identity (see :mod:`domain.identity`), never a symbol.
        decimals: Digits of its base unit.
        lot_units: What amounts are multiples of.
        price_e6: Millionths of the book currency for one whole asset when the desk opens.
        trait: What sets it apart.
    """

    name: str
    decimals: int
    lot_units: int
    price_e6: int
    trait: Trait = Trait.PLAIN


class Venue(msgspec.Struct, frozen=True):
    """A centralised exchange: one sub-account a strategy, everything traded against `quote`."""

    name: str
    accounts: tuple[str, ...]
    quote: Asset
    fee_token: Asset
    traded: tuple[Asset, ...]


class Chain(msgspec.Struct, frozen=True):
    """A chain: one wallet a strategy, and its awkward tokens by name.

    Args:
        has_l1_fee: Whether it settles on another chain and charges for that.
    """

    chain_id: int
    accounts: tuple[str, ...]
    native: Asset
    wrapped: Asset
    stable: Asset
    taxed: Asset
    rebasing: Asset
    retired: Asset
    successor: Asset
    plain: tuple[Asset, ...]
    has_l1_fee: bool

    @property
    def swapped(self) -> tuple[Asset, ...]:
        """What is swapped against `stable`."""
        return (self.wrapped, *self.plain)


class Shape(msgspec.Struct, frozen=True):
    """How large a desk is.

    Args:
        seed: The same seed and sizes give the same desk, on any machine.
        venues, chains: At least 1 of each; chains alternate between main chains and rollups.
        assets: Plain assets a venue and a chain, beside the awkward ones.
        strategies: Each has a sub-account at every venue and a wallet on every chain.
        days: UTC days the events spread over.
        events: Trades, transfers and the like; each books one to four lines a side.
        start_day: First UTC day as ``YYYY-MM-DD``.
    """

    seed: int
    venues: int = 2
    chains: int = 2
    assets: int = 3
    strategies: int = 3
    days: int = 2
    events: int = 120
    start_day: str = "2026-03-02"


class Catalog(msgspec.Struct, frozen=True):
    """Everything a desk deals with."""

    venues: tuple[Venue, ...]
    chains: tuple[Chain, ...]

    def assets(self) -> list[Asset]:
        """List every asset once, venue by venue, then chain by chain."""
        found = [
            asset
            for venue in self.venues
            for asset in (venue.quote, venue.fee_token, *venue.traded)
        ]
        for chain in self.chains:
            found += [chain.native, chain.stable, chain.taxed, chain.rebasing]
            found += [chain.retired, chain.successor, *chain.swapped]
        return found

    def accounts(self) -> list[str]:
        """List every account that is the desk's own."""
        return [account for place in (*self.venues, *self.chains) for account in place.accounts]


def catalog(shape: Shape) -> Catalog:
    """Draw the venues, chains and assets of a shape.

    Raises:
        InputRefused: A size is too small for every kind of event to be possible.
    """
    sizes = (
        shape.venues,
        shape.chains,
        shape.assets,
        shape.days,
        shape.events // max(1, shape.days),
    )
    if min(sizes) < 1 or shape.strategies < 2:  # noqa: PLR2004 (a transfer needs two accounts)
        raise InputRefused(
            "give a desk at least one of everything, an event a day, and two strategies"
        )
    chance = random.Random(f"{shape.seed}/catalog")
    return Catalog(
        tuple(_venue(chance, f"venue{number}", shape) for number in range(shape.venues)),
        tuple(_chain(chance, number, shape) for number in range(shape.chains)),
    )


def _venue(chance: random.Random, name: str, shape: Shape) -> Venue:
    return Venue(
        name=name,
        accounts=tuple(venue_account(name, f"strategy{i}") for i in range(shape.strategies)),
        quote=Asset(venue_asset(name, "USD"), 6, 1, 1_000_000),
        fee_token=Asset(venue_asset(name, "FEE"), 8, 1, 250_000_000, Trait.FEE_TOKEN),
        traded=tuple(_plain(chance, venue_asset(name, f"A{i}")) for i in range(shape.assets)),
    )


def _plain(chance: random.Random, name: str) -> Asset:
    decimals = chance.choice((6, 8, 18))
    lot_units = 10 ** (decimals - chance.choice((2, 3, 4)))
    return Asset(name, decimals, lot_units, chance.randrange(500_000, 60_000_000_000))


def _chain(chance: random.Random, number: int, shape: Shape) -> Chain:
    chain_id = (1, 10, 56, 137, 8453, 42161)[number] if number < 6 else 100_000 + number  # noqa: PLR2004

    def token(
        decimals: int, price_e6: int, trait: Trait = Trait.PLAIN, lot_units: int = 0
    ) -> Asset:
        name = erc20_asset(chain_id, f"0x{chance.getrandbits(160):040x}")
        return Asset(name, decimals, lot_units or 10 ** (decimals - 4), price_e6, trait)

    return Chain(
        chain_id=chain_id,
        accounts=tuple(
            wallet_account(chain_id, f"0x{chance.getrandbits(160):040x}")
            for _ in range(shape.strategies)
        ),
        native=Asset(native_asset(chain_id), 18, 10**14, 3_000_000_000, Trait.NATIVE),
        wrapped=token(18, 3_000_000_000, Trait.WRAPPED),
        stable=token(6, 1_000_000),
        taxed=token(18, 2_000_000, Trait.TAXED),
        rebasing=token(18, 3_100_000_000, Trait.REBASING),
        retired=token(18, 1_500_000_000, Trait.RETIRED),
        successor=token(18, 62_500, Trait.SUCCESSOR, MIGRATED * 10**12),
        plain=tuple(
            token(chance.choice((6, 8, 18)), chance.randrange(500_000, 60_000_000_000))
            for _ in range(shape.assets)
        ),
        has_l1_fee=number % 2 == 1,
    )
