"""Reads what the desk can spend, from the chain and from the exchange, and tells what it read.

A side that does not answer is left out, so that its assets are unknown to risk: never zero, never
the last known. Only reading; reserving is `live/risk/inventory.py`.
"""

from __future__ import annotations

import msgspec

from domain.clock import SECOND_NS, Clock
from domain.desk import DeskCard
from domain.errors import RpcUnavailable, SchemaDrift, VenueUnavailable
from domain.identity import wallet_account
from journal.records import AssetHeld, AssetTold, Fact, InventoryRead, InventoryTold
from live.chain.decoding import BlockHead
from live.chain.ports import Chain
from live.execution.legs import token_address
from live.execution.ports import Holding, Venue

GIVEN_AGAIN_NS = 60 * SECOND_NS
"""After which the same reading is told again: who hears nothing for longer knows that nothing was
read. A day of it is 1,440 facts an account, less than an hour of trading writes."""


class BlockRead(msgspec.Struct, frozen=True):
    """What an address of ours held at the end of one block."""

    head: BlockHead
    balances: dict[str, int]


class VenueTold(msgspec.Struct, frozen=True):
    """What the exchange said the account holds, at some instant between asking and its answer."""

    holdings: dict[str, Holding]
    asked_ns: int
    answered_ns: int


async def wallet_balances(chain: Chain, card: DeskCard) -> dict[str, int]:
    """Read the wallet's tokens and native coin at the head; empty when the node is away."""
    try:
        return await _held(chain, card, card.chain.wallet, "latest")
    except RpcUnavailable:
        return {}


async def held_at(
    chain: Chain, card: DeskCard, holder: str, head: BlockHead | None = None
) -> BlockRead | None:
    """Read an address of ours at one block, the newest unless given.

    Returns:
        None when the node is away or the block was reorganised meanwhile.
    """
    try:
        head = head or await chain.head()
        balances = await _held(chain, card, holder, head.number)
        after = await chain.block(head.number)
    except RpcUnavailable:
        return None
    return BlockRead(head, balances) if after and after.hash == head.hash else None


async def _held(chain: Chain, card: DeskCard, holder: str, block: int | str) -> dict[str, int]:
    balances = {card.chain.native: await chain.balance_wei(holder, block)}
    for asset in (card.chain.base_token, card.chain.quote_token):
        balances[asset] = await chain.erc20_balance(token_address(asset), holder, block)
    return balances


async def venue_balances(venue: Venue) -> dict[str, int]:
    """Read what is free at the exchange; empty when it is away or does not make sense."""
    try:
        return await venue.balances()
    except (VenueUnavailable, SchemaDrift):
        return {}


async def venue_told(venue: Venue, clock: Clock) -> VenueTold | None:
    """Read what the exchange says the account holds; None when it is away or makes no sense."""
    asked_ns = clock.now_ns()
    try:
        holdings = await venue.holdings()
    except (VenueUnavailable, SchemaDrift):
        return None
    return VenueTold(holdings, asked_ns, max(asked_ns, clock.now_ns()))


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
        self._read: BlockRead | None = None
        self._told: VenueTold | None = None
        self._given: dict[str, tuple[object, int]] = {}

    async def balances(self) -> dict[str, int]:
        """Read both sides; what is between two blocks is unknown until the next reading."""
        self._read = await held_at(self._chain, self._card, self._card.chain.wallet)
        self._told = await venue_told(self._venue, self._clock)
        found = dict(self._read.balances) if self._read else {}
        if self._told:
            found |= {asset: one.free_units for asset, one in self._told.holdings.items()}
        return found

    async def news(self) -> list[Fact]:
        """Give what was last read, where it is not what was given before or that is a minute ago.

        What is decided by is given as it was read. The executor, which should hold nothing and
        which nothing is decided by, is read for this, at the wallet's block.
        """
        facts: list[Fact] = []
        if self._read:
            card, head = self._card.chain, self._read.head
            executor = await held_at(self._chain, self._card, card.executor, head)
            for holder, read in ((card.wallet, self._read), (card.executor, executor)):
                account = wallet_account(card.chain_id, holder)
                if read and self._is_news(account, read.balances):
                    facts.append(self._inventory(account, read))
        account = self._card.exchange.account
        if self._told and self._is_news(account, self._told.holdings):
            facts.append(_inventory_told(account, self._told))
        return facts

    def _is_news(self, account: str, held: object) -> bool:
        before, given_ns = self._given.get(account, (None, 0))
        now_ns = self._clock.now_ns()
        if held == before and now_ns - given_ns < GIVEN_AGAIN_NS:
            return False
        self._given[account] = held, now_ns
        return True

    def _inventory(self, account: str, read: BlockRead) -> InventoryRead:
        return InventoryRead(
            account=account,
            block_number=read.head.number,
            block_hash=read.head.hash,
            holdings=tuple(
                AssetHeld(asset=asset, units=units)
                for asset, units in sorted(read.balances.items())
            ),
            read_ns=self._clock.now_ns(),
        )


def _inventory_told(account: str, told: VenueTold) -> InventoryTold:
    return InventoryTold(
        account=account,
        holdings=tuple(
            AssetTold(asset=asset, free_units=one.free_units, locked_units=one.locked_units)
            for asset, one in sorted(told.holdings.items())
        ),
        asked_ns=told.asked_ns,
        answered_ns=told.answered_ns,
    )
