"""The numbers beyond which the desk says no, each with its unit and the reason for its default.

`Limits` holds for the desk, `Caps` for one strategy, venue or asset; a `Rulebook` is both under one
version. Reading and checking a rulebook is `rulebook.py`, applying it is `rules.py`. Nothing here
depends on the market or on the moment.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from domain.clock import SECOND_NS
from domain.money import VALUE_SCALE

USDC_E24 = 10**VALUE_SCALE
"""One whole unit of the book currency in 10^-24."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every limit of the desk; None where a limit is only held when somebody sets it."""

    max_notional_usd_e24: int = 60_000 * USDC_E24
    """Largest leg of a trade: 40 % of the quote the wallet opens with, so that two venue lanes can
    be open at once and the price of one bad trade stays inside the session's loss limit."""

    max_open_executions: int = 3
    """Executions in flight: with one lane per venue and four venues no more than two fit; the third
    covers an execution that waits for an unknown outcome."""

    max_executions_per_venue: int = 1
    """Executions in flight at any one venue: a second one would trade against prices that the first
    is moving; a desk of many deep venues raises both."""

    max_block_distance: int = 1
    """How many blocks the head may be ahead of the quoted state: one is the block that arrived
    while the signal was travelling; two mean the quote describes a market that is gone."""

    max_data_age_ns: int = 30 * SECOND_NS
    """How long ago the newest head may have been heard: two of Ethereum's slots and a half; when
    nothing has been heard for longer, a quote that looks fresh is fresh by a stopped clock."""

    min_net_profit_usd_e24: int = USDC_E24 // 2
    """Least expected profit after fees and gas: below half a unit the rounding of lots and one tick
    of the exchange can eat it."""

    max_gas_share_bps: int = 5_000
    """Gas as a share of the profit before gas: past one half, a fee spike of 2x (what one full
    block after another can do in six) turns the trade into a loss."""

    max_gas_price_wei: int = 500 * 10**9
    """Base fee of the newest head: beyond 500 gwei a chain is in a rush of its own, in which
    estimates of gas and of being included in time are worth little."""

    max_price_gap_bps: int = 1_000
    """How far a leg's quoted price may lie from the decision mark: ten per cent is no edge, it is a
    wrong price, a wrong unit or a broken pool."""

    max_trade_loss_usd_e24: int = 750 * USDC_E24
    """What one trade may lose if its second leg goes to the end of its collar and the gas is gone:
    1 % of the largest notional, and a quarter more."""

    max_session_loss_usd_e24: int = 500 * USDC_E24
    """Sum of realised results since start below which the desk stops: hundreds of losing trades of
    gas, or one hedge that went wrong; either wants a person."""

    max_day_loss_usd_e24: int = 1_000 * USDC_E24
    """Realised loss of the UTC day, over restarts: two sessions that ended at their own limit; a
    third start shall not lose a third time."""

    max_drawdown_usd_e24: int = 750 * USDC_E24
    """How far the day's realised result may fall below its own best: profits made earlier are not
    there to be played with."""

    max_leverage_bps: int = 10_000
    """Value of all holdings that are not the book currency, as a share of equity: a spot desk
    borrows nothing, so more than all of it means a debt somewhere."""

    max_position_usd_e24: int | None = None
    """Value of any one holding that is not the book currency: absent, because a desk's opening
    inventory is its owner's choice and not risk's."""

    max_concentration_bps: int | None = None
    """Share of the equity at any one place: absent, for the same reason; a desk with two places
    that wants an alarm sets 8 000."""

    max_var_usd_e24: int | None = 20_000 * USDC_E24
    """Historical value at risk of the holdings (99 %, one step of the history): several times what
    the rehearsal's shocks make of its desk, so that it bites in a market that is another one."""

    max_var_unknown_ns: int = 3_600 * SECOND_NS
    """How long that figure may be unknown: a history of a hundred steps is heard within minutes in
    any market worth trading; until then the other limits hold alone."""

    max_correlated_notional_usd_e24: int | None = None
    """Notional in flight of strategies whose results move together, taken as one: absent, because
    two executions at once are all that the lanes of this desk allow."""

    max_correlation_bps: int = 7_000
    """From which correlation of daily results on two strategies count as one: 0.7, where half of
    what happens to the one is explained by the other."""

    max_consecutive_failures: int = 6
    """Failures in a row that open a breaker: reverts come in pairs when two bots chase one edge,
    six in a row mean that our view of the market is wrong."""

    breaker_loss_usd_e24: int = 250 * USDC_E24
    """Loss since a breaker last closed that opens it: half of a session's loss, so that one
    strategy is stopped before it stops the desk."""

    breaker_latency_ns: int = 30 * SECOND_NS
    """An execution that takes longer counts as slow: receipts, retirement and hedge together take
    twenty seconds when everything has to be asked for."""

    max_consecutive_slow: int = 4
    """Slow executions in a row that open a breaker: one is a block that came late, four are a node
    or a venue that is failing."""

    breaker_cooldown_ns: int = 10 * SECOND_NS
    """How long an open breaker refuses everything before it lets one trial through: ten blocks,
    enough for a feed to resynchronise."""

    gas_reserve_wei: int = 10**18 // 2
    """Native coin that no trade may touch: it pays for retiring stuck transactions (21 000 gas
    each) when everything else went wrong."""

    order_margin_bps: int = 150
    """Capital held beyond the quoted cost when buying at the exchange: the hedge's collar (100 bps)
    and the taker fee (up to 40 bps) have to be affordable."""


class Caps(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one strategy, venue or asset is held to beyond the desk's limits; None holds nothing.

    Args:
        max_notional_usd_e24: Largest leg of a trade in the scope.
        max_position_usd_e24: Value held of an asset, or at a venue.
        max_concentration_bps: That value as a share of the equity.
        max_open_executions: In flight in the scope.
        max_trade_loss_usd_e24: As the desk's, for trades in the scope.
        max_day_loss_usd_e24: Realised loss of the UTC day in the scope.
        max_drawdown_usd_e24: Fall below the day's best in the scope.
        max_reserved_units: Base units of one asset that executions of a strategy may hold at once,
            by asset identity.
    """

    max_notional_usd_e24: int | None = None
    max_position_usd_e24: int | None = None
    max_concentration_bps: int | None = None
    max_open_executions: int | None = None
    max_trade_loss_usd_e24: int | None = None
    max_day_loss_usd_e24: int | None = None
    max_drawdown_usd_e24: int | None = None
    max_reserved_units: Mapping[str, int] = {}


class Rulebook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All limits in force, under one number.

    Args:
        version: Higher than the one before; 0 is the one built in.
        desk: Limits of the desk as a whole.
        scopes: ``strategy:<name>``, ``venue:<name>`` or ``asset:<underlying>`` -> what it is held
            to.
    """

    version: int = 0
    desk: Limits = Limits()
    scopes: Mapping[str, Caps] = {}
