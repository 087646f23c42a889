"""Reads what the desk can spend, from the chain and from the exchange.

A side that does not answer is left out, so that its assets are unknown to risk: never zero, never
the last known. Only reading; reserving is `live/risk/inventory.py`.
"""

from __future__ import annotations

from domain.desk import DeskCard
from domain.errors import RpcUnavailable, SchemaDrift, VenueUnavailable
from live.execution.legs import token_address
from live.execution.ports import Chain, Venue


async def wallet_balances(chain: Chain, card: DeskCard) -> dict[str, int]:
    """Read the wallet's tokens and native coin at the head; empty when the node is away."""
    wallet = card.chain.wallet
    try:
        balances = {card.chain.native: await chain.balance_wei(wallet, "latest")}
        for asset in (card.chain.base_token, card.chain.quote_token):
            balances[asset] = await chain.erc20_balance(token_address(asset), wallet, "latest")
    except RpcUnavailable:
        return {}
    return balances


async def venue_balances(venue: Venue) -> dict[str, int]:
    """Read what is free at the exchange; empty when it is away or does not make sense."""
    try:
        return await venue.balances()
    except (VenueUnavailable, SchemaDrift):
        return {}


async def all_balances(chain: Chain, venue: Venue, card: DeskCard) -> dict[str, int]:
    """Read both sides."""
    return await wallet_balances(chain, card) | await venue_balances(venue)
