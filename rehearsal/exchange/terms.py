"""What the exchange trades and on which terms: scales, fees, and how each product is rounded.

Prices are integers of 0.01 USDC (ticks), quantities integers of 1e-8 ETH (lots), balances
integers of each currency's base unit. Cost and fee of a fill round **down**, each once, and both
sides move the same cost; a hold rounds **up**. So a hold always covers what its order can still
owe (see the property tests).
"""

from __future__ import annotations

from domain.money import PIPS

BASE = "XETH"
"""Kraken's own code of ether; ccxt calls it ETH."""
QUOTE = "USDC"
DECIMALS = {BASE: 10, QUOTE: 8}
"""As Kraken keeps them (its Assets endpoint)."""

PRICE_DECIMALS = 2
LOT_DECIMALS = 8
MIN_ORDER_LOTS = 10_000
"""0.0001 ETH, the order of magnitude of Kraken's own minimum for ether."""

TAKER_FEE_PIPS = 1_000
MAKER_FEE_PIPS = 600
"""Lower than Kraken's first tier, so that edges against pools of 0.05 % and 0.30 % exist at all."""

_BASE_UNITS_A_LOT = 10 ** (DECIMALS[BASE] - LOT_DECIMALS)
_COST_DIVISOR = 10 ** (PRICE_DECIMALS + LOT_DECIMALS - DECIMALS[QUOTE])


def base_units(lots: int) -> int:
    """Turn lots into base units of the base currency; exact."""
    return lots * _BASE_UNITS_A_LOT


def cost_units(price_ticks: int, lots: int) -> int:
    """Say what a fill costs in base units of the quote currency, rounded down."""
    return price_ticks * lots // _COST_DIVISOR


def fee_units(filled_cost_units: int, fee_pips: int) -> int:
    """Say what a fill pays in fee, in base units of the quote currency, rounded down."""
    return filled_cost_units * fee_pips // PIPS


def hold_quote_units(limit_ticks: int, lots: int) -> int:
    """Say what a buy order has to keep aside, cost and fee at its limit, rounded up."""
    cost = -(-limit_ticks * lots // _COST_DIVISOR)
    return cost - (-cost * TAKER_FEE_PIPS // PIPS)
