"""The transaction an approved opportunity becomes: one atomic call, or the first of two legs.

Pure: calldata, gas limit and venues, from the opportunity and the desk card. The atomic agent
borrows from one pool, sells to the other and keeps at least the minimum profit, or reverts as a
whole; the two-leg agent takes the leg on chain first, because that one can still refuse, and owes
an order.
"""

from __future__ import annotations

import msgspec

from domain.desk import DeskCard
from domain.money import WEI_DECIMALS, value_usd_e24
from journal.records import OpportunityFound
from live.chain.executor import (
    ARBITRAGE_GAS,
    ARBITRAGE_GAS_LIMIT,
    SWAP_GAS,
    SWAP_GAS_LIMIT,
    arbitrage_calldata,
    hop_of,
    swap_exact_in_calldata,
)
from live.execution.legs import chain_leg, min_profit_units, swap_terms, token_address

ATOMIC = "atomic"
TWO_LEG = "two_leg"


class Call(msgspec.Struct, frozen=True):
    """A call of our executor contract, not yet priced or signed.

    Args:
        gas_limit: The most it may use.
        expected_gas: What it was measured to use at most.
        budget_wei: The most that gas may cost in all: what the trade earns before gas.
        deadline_block: The last block in which it may trade.
    """

    to: str
    data: bytes
    gas_limit: int
    venues: tuple[str, ...]
    expected_gas: int
    budget_wei: int
    deadline_block: int


def agent_of(strategy: str) -> str:
    """Name the agent that executes a strategy."""
    return ATOMIC if strategy == "dex_dex" else TWO_LEG


def call_of(opportunity: OpportunityFound, card: DeskCard, deadline_block: int) -> Call:
    """Build the transaction of an opportunity.

    Args:
        opportunity: Approved by risk, so its shape is one of the two that are supported.
        card: Pools, tokens and the executor's address.
        deadline_block: Last block in which it may still trade.
    """
    if agent_of(opportunity.strategy) == ATOMIC:
        return _atomic(opportunity, card, deadline_block)
    return _first_leg(opportunity, card, deadline_block)


def _atomic(opportunity: OpportunityFound, card: DeskCard, deadline_block: int) -> Call:
    by_side = {leg.side: leg for leg in opportunity.legs}
    buy, sell = by_side["buy"], by_side["sell"]
    data = arbitrage_calldata(
        buy=hop_of(card.pool(buy.venue)),
        sell=hop_of(card.pool(sell.venue)),
        base_token=token_address(card.chain.base_token),
        quote_token=token_address(card.chain.quote_token),
        base_units=buy.base_units,
        min_profit_units=min_profit_units(opportunity, card),
        deadline_block=deadline_block,
    )
    return Call(
        card.chain.executor,
        data,
        ARBITRAGE_GAS_LIMIT,
        (buy.venue, sell.venue),
        ARBITRAGE_GAS,
        budget_wei(opportunity),
        deadline_block,
    )


def budget_wei(opportunity: OpportunityFound) -> int:
    """Say what an opportunity earns before gas, in native coin at the decision mark; never below 0.

    Gas that costs more turns the trade into a loss, however soon it is mined.
    """
    gas = value_usd_e24(opportunity.expected_gas_wei, WEI_DECIMALS, opportunity.mark_e6)
    return max(opportunity.expected_net_usd_e24 + gas, 0) // opportunity.mark_e6


def _first_leg(opportunity: OpportunityFound, card: DeskCard, deadline_block: int) -> Call:
    leg = chain_leg(opportunity, card)
    terms = swap_terms(opportunity, card)
    data = swap_exact_in_calldata(
        hop=hop_of(card.pool(leg.venue)),
        token_in=token_address(terms.asset_in),
        token_out=token_address(terms.asset_out),
        amount_in_units=terms.amount_in_units,
        min_out_units=terms.min_out_units,
        deadline_block=deadline_block,
    )
    return Call(
        card.chain.executor,
        data,
        SWAP_GAS_LIMIT,
        (leg.venue,),
        SWAP_GAS,
        budget_wei(opportunity),
        deadline_block,
    )
