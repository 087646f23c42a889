"""The numbers beyond which the desk says no, each with its unit and the reason for its default.

One frozen struct; a desk that wants other limits builds another one. The rules that apply them are
in `rules.py`. Nothing here depends on the market or on the moment.
"""

from __future__ import annotations

import msgspec

from domain.clock import SECOND_NS
from domain.money import VALUE_SCALE

USDC_E24 = 10**VALUE_SCALE
"""One whole unit of the book currency in 10^-24."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Every limit of the desk."""

    max_notional_usd_e24: int = 60_000 * USDC_E24
    """Largest leg of a trade: 40 % of the quote the wallet opens with, so that two venue lanes can
    be open at once and the price of one bad trade stays inside the session's loss limit."""

    max_open_executions: int = 3
    """Executions in flight: with one lane per venue and four venues no more than two fit; the third
    covers an execution that waits for an unknown outcome."""

    max_block_distance: int = 1
    """How many blocks the head may be ahead of the quoted state: one is the block that arrived
    while the signal was travelling; two mean the quote describes a market that is gone."""

    min_net_profit_usd_e24: int = USDC_E24 // 2
    """Least expected profit after fees and gas: below half a unit the rounding of lots and one tick
    of the exchange can eat it."""

    max_gas_share_bps: int = 5_000
    """Gas as a share of the profit before gas: past one half, a fee spike of 2x (what one full
    block after another can do in six) turns the trade into a loss."""

    max_session_loss_usd_e24: int = 500 * USDC_E24
    """Sum of realised results since start below which the desk stops: hundreds of losing trades of
    gas, or one hedge that went wrong; either wants a person."""

    max_consecutive_failures: int = 6
    """Failures in a row that trip the breaker: reverts come in pairs when two bots chase one edge,
    six in a row mean that our view of the market is wrong."""

    breaker_cooldown_ns: int = 10 * SECOND_NS
    """How long a tripped breaker refuses everything before it lets one trial through: ten blocks,
    enough for a feed to resynchronise."""

    gas_reserve_wei: int = 10**18 // 2
    """Native coin that no trade may touch: it pays for retiring stuck transactions (21 000 gas
    each) when everything else went wrong."""

    order_margin_bps: int = 150
    """Capital held beyond the quoted cost when buying at the exchange: the hedge's collar (100 bps)
    and the taker fee (up to 40 bps) have to be affordable."""
