"""Reads what the desk can spend, from the chain and from the exchange, and tells what it read.

A side that does not answer is left out, so that its assets are unknown to risk: never zero, never
the last known. Only reading; reserving is `live/risk/inventory.py`.
"""

from __future__ import annotations

import msgspec

from domain.clock import Clock
from domain.desk import DeskCard
from domain.errors import RpcUnavailable, SchemaDrift, VenueUnavailable
from domain.identity import wallet_account
from journal.records import AssetHeld, InventoryRead
from live.chain.decoding import BlockHead
from live.chain.ports import Chain
from live.execution.legs import token_address
from live.execution.ports import Venue


class WalletRead(msgspec.Struct, frozen=True):
    """What the wallet held at the end of one block."""

    head: BlockHead
    balances: dict[str, int]


async def wallet_balances(chain: Chain, card: DeskCard) -> dict[str, int]:
    """Read the wallet's tokens and native coin at the head; empty when the node is away."""
    try:
        return await _held(chain, card, "latest")
    except RpcUnavailable:
        return {}


async def wallet_at_head(chain: Chain, card: DeskCard) -> WalletRead | None:
    """Read the wallet at one block; None when the node is away or the block was reorganised."""
    try:
        head = await chain.head()
        balances = await _held(chain, card, head.number)
        after = await chain.block(head.number)
    except RpcUnavailable:
        return None
    return WalletRead(head, balances) if after and after.hash == head.hash else None


async def _held(chain: Chain, card: DeskCard, block: int | str) -> dict[str, int]:
    wallet = card.chain.wallet
    balances = {card.chain.native: await chain.balance_wei(wallet, block)}
    for asset in (card.chain.base_token, card.chain.quote_token):
        balances[asset] = await chain.erc20_balance(token_address(asset), wallet, block)
    return balances


async def venue_balances(venue: Venue) -> dict[str, int]:
    """Read what is free at the exchange; empty when it is away or does not make sense."""
    try:
        return await venue.balances()
    except (VenueUnavailable, SchemaDrift):
        return {}


class Treasury:
    """Both sides as they were last read.

    Args:
        chain: The node.
        venue: The exchange.
        card: The desk.
        clock: For when it was read.
    """

    def __init__(self, chain: Chain, venue: Venue, card: DeskCard, clock: Clock) -> None:
        self._chain, self._venue, self._card, self._clock = chain, venue, card, clock
        self._read: WalletRead | None = None
        self._told: dict[str, int] | None = None

    async def balances(self) -> dict[str, int]:
        """Read both sides; what is between two blocks is unknown until the next reading."""
        self._read = await wallet_at_head(self._chain, self._card)
        on_chain = self._read.balances if self._read else {}
        return on_chain | await venue_balances(self._venue)

    def news(self) -> InventoryRead | None:
        """Give what the wallet was last read to hold, if it is not what was given before."""
        read = self._read
        if read is None or read.balances == self._told:
            return None
        self._told = read.balances
        return InventoryRead(
            account=wallet_account(self._card.chain.chain_id, self._card.chain.wallet),
            block_number=read.head.number,
            block_hash=read.head.hash,
            holdings=tuple(
                AssetHeld(asset=asset, units=units)
                for asset, units in sorted(read.balances.items())
            ),
            read_ns=self._clock.now_ns(),
        )
