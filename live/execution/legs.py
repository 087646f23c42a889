"""What an approved opportunity asks of its legs: minima, sizes, limit prices, ids, and the result.

Pure integers. Every choice here is protective: what is sent can only trade at terms that keep a
share of the profit that was approved, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from domain.chain.events import decode_transfers
from domain.chain.types import Receipt
from domain.desk import DeskCard
from domain.errors import InputRefused
from domain.identity import fact_id
from domain.money import (
    BOOK_MARK_E6,
    BPS,
    MARK_SCALE,
    MAX_DECIMALS,
    WEI_DECIMALS,
    exact_units,
    from_units,
    value_usd_e24,
)
from journal.records import OpportunityFound, OrderIntended, QuotedLeg
from live.execution.answers import OrderAnswer

KEPT_SHARE_BPS = 2_500
"""Share of the approved profit that must survive on chain: a quarter. A trade that earns anything
beats a revert, which costs the gas all the same; a floor of zero would give all of it to whoever
moves the pool in front of us."""

LEG_COLLAR_BPS = 30
"""How far through the quote the order leg may go: three times the paper exchange's taker fee, so
that one thin level does not leave a position, yet a shock does."""

HEDGE_COLLAR_BPS = 100
"""How far the second try may go: one per cent is what holding the position for a minute of the
rehearsal's shocks costs."""


class SwapTerms(msgspec.Struct, frozen=True):
    """One swap of the wallet: exactly what goes in, at least what comes out."""

    asset_in: str
    asset_out: str
    amount_in_units: int
    min_out_units: int


def execution_id(opportunity_id: str) -> str:
    """Name the one execution an opportunity can have."""
    return fact_id("execution", opportunity_id)


def client_order_id(execution: str, purpose: str) -> str:
    """Name an order so that it can be asked for without having heard of it: 32 hex digits.

    Args:
        execution: The execution it belongs to.
        purpose: ``leg`` or ``hedge``; an execution sends at most one of each.
    """
    return fact_id("client_order", execution, purpose)


def leg_at(opportunity: OpportunityFound, *, venue: str) -> QuotedLeg:
    """Find the leg at a venue.

    Raises:
        InputRefused: It has none.
    """
    for leg in opportunity.legs:
        if leg.venue == venue:
            return leg
    raise InputRefused("this opportunity has no leg at that venue", venue=venue)


def chain_leg(opportunity: OpportunityFound, card: DeskCard) -> QuotedLeg:
    """Find the leg of a two-leg trade that is not at the exchange.

    Raises:
        InputRefused: Every leg is.
    """
    for leg in opportunity.legs:
        if leg.venue != card.exchange.venue:
            return leg
    raise InputRefused("this opportunity has no leg on chain", id=opportunity.opportunity_id)


def min_profit_units(opportunity: OpportunityFound, card: DeskCard) -> int:
    """Say what the contract must earn, in quote units: the gas, or a share of the gross if more.

    Rounded up, so that the wallet never pays for the rounding.
    """
    gas = value_usd_e24(opportunity.expected_gas_wei, WEI_DECIMALS, opportunity.mark_e6)
    kept = (opportunity.expected_net_usd_e24 + gas) * KEPT_SHARE_BPS // BPS
    return _quote_units_up(max(gas, kept), card.asset(card.chain.quote_token).decimals)


def swap_terms(opportunity: OpportunityFound, card: DeskCard) -> SwapTerms:
    """Say what the on-chain leg pays and must at least receive.

    The minimum gives away at most the part of the net profit that need not be kept.
    """
    leg = chain_leg(opportunity, card)
    spare_usd_e24 = opportunity.expected_net_usd_e24 * (BPS - KEPT_SHARE_BPS) // BPS
    if leg.side == "sell":
        spare = _usd_to_units(spare_usd_e24, card.asset(leg.quote_asset).decimals, BOOK_MARK_E6)
        return SwapTerms(
            leg.base_asset, leg.quote_asset, leg.base_units, max(leg.quote_units - spare, 1)
        )
    spare = _usd_to_units(spare_usd_e24, card.asset(leg.base_asset).decimals, opportunity.mark_e6)
    return SwapTerms(
        leg.quote_asset, leg.base_asset, leg.quote_units, max(leg.base_units - spare, 1)
    )


def moved_units(receipt: Receipt, *, token: str, wallet: str) -> int:
    """Sum what a transaction really moved of a token, seen from a wallet.

    Args:
        receipt: A mined receipt; one with status 0 carries no logs.
        token: Its contract, in lower case.
        wallet: Ours, in lower case.

    Returns:
        Base units, positive when received.
    """
    transfers = [moved for moved in decode_transfers(receipt.logs) if moved.token == token]
    received = sum(moved.units for moved in transfers if moved.recipient == wallet)
    return received - sum(moved.units for moved in transfers if moved.sender == wallet)


def order_base_units(moved: int, token_decimals: int, venue_decimals: int, lot: str) -> int:
    """Turn base really moved on chain into what the exchange can trade; the rest stays as dust.

    Args:
        moved: Base units of the token; its sign does not matter.
        token_decimals: Digits of the token.
        venue_decimals: Digits of the exchange's own unit.
        lot: Smallest step, as decimal text.

    Returns:
        Base units of the exchange's asset, a whole number of lots, rounded down.
    """
    lot_units = exact_units(lot, venue_decimals)
    at_venue = abs(moved) * 10**venue_decimals // 10**token_decimals
    return at_venue // lot_units * lot_units


def collar_price(side: str, quote_price_e6: int, collar_bps: int, tick: str) -> str:
    """Give the worst price an order may trade at, as decimal text on the exchange's grid.

    Rounded away from us, so that the collar is never tighter than asked.

    Args:
        side: ``buy`` or ``sell``.
        quote_price_e6: Average price that was quoted.
        collar_bps: How far through it the order may go.
        tick: Smallest price step, as decimal text.
    """
    tick_e6 = exact_units(tick, MARK_SCALE)
    if side == "sell":
        ticks = quote_price_e6 * (BPS - collar_bps) // (BPS * tick_e6)
    else:
        ticks = -(-quote_price_e6 * (BPS + collar_bps) // (BPS * tick_e6))
    digits = len(tick.partition(".")[2])
    return from_units(ticks * exact_units(tick, digits), digits)


def result_usd_e24(
    opportunity: OpportunityFound,
    card: DeskCard,
    receipts: Iterable[Receipt],
    fills: Iterable[tuple[OrderIntended, OrderAnswer]],
) -> int:
    """Estimate what an execution earned, every leg at the decision mark; for limits only.

    Args:
        opportunity: Gives the mark.
        card: Gives tokens, decimals and the wallet.
        receipts: Of every transaction of the execution, reverted ones included: they cost gas.
        fills: Orders with what was filled of them.
    """
    total = 0
    for receipt in receipts:
        total += _chain_result_usd_e24(receipt, opportunity.mark_e6, card)
    for intent, answer in fills:
        total += _order_result_usd_e24(intent.side, answer, opportunity.mark_e6, card)
    return total


def _chain_result_usd_e24(receipt: Receipt, mark_e6: int, card: DeskCard) -> int:
    gas = receipt.gas_used * receipt.effective_gas_price_wei
    total = -value_usd_e24(gas, WEI_DECIMALS, mark_e6)
    for asset, price_e6 in (
        (card.chain.base_token, mark_e6),
        (card.chain.quote_token, BOOK_MARK_E6),
    ):
        units = moved_units(receipt, token=token_address(asset), wallet=card.chain.wallet)
        total += value_usd_e24(units, card.asset(asset).decimals, price_e6)
    return total


def _order_result_usd_e24(side: str, answer: OrderAnswer, mark_e6: int, card: DeskCard) -> int:
    base = card.asset(card.exchange.base_asset).decimals
    quote = card.asset(card.exchange.quote_asset).decimals
    sign = 1 if side == "buy" else -1
    return (
        value_usd_e24(sign * answer.filled_base_units, base, mark_e6)
        - value_usd_e24(sign * answer.filled_quote_units, quote, BOOK_MARK_E6)
        - value_usd_e24(answer.fee_units, quote, BOOK_MARK_E6)
    )


def token_address(asset: str) -> str:
    """Read the contract out of an ERC-20 asset identity.

    Raises:
        InputRefused: The asset is not a token.
    """
    _, separator, contract = asset.partition("/erc20:")
    if not separator:
        raise InputRefused("only an ERC-20 asset has a contract", asset=asset)
    return contract


def _usd_to_units(value_e24: int, decimals: int, mark_e6: int) -> int:
    return value_e24 // (mark_e6 * 10 ** (MAX_DECIMALS - decimals))


def _quote_units_up(value_e24: int, decimals: int) -> int:
    return -(-value_e24 // (BOOK_MARK_E6 * 10 ** (MAX_DECIMALS - decimals)))
