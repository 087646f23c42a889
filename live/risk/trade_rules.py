"""Rules about the trade alone: its shape, its prices, its size, what it costs and what it may lose.

Pure; each returns None when it has nothing against the trade. Order and use are in `rules.py`.
"""

from __future__ import annotations

from domain.desk import DeskCard
from domain.money import BOOK_MARK_E6, BPS, WEI_DECIMALS, value_usd_e24
from journal.records import OpportunityFound, QuotedLeg
from live.risk.bounds import bounds
from live.risk.limits import Rulebook
from live.risk.situation import Situation, asset_scopes, scopes_of
from live.risk.verdict import Verdict

WORST_COLLAR_BPS = 100
"""How far through its quote a second leg may go at worst: the hedge's collar of execution."""


def unsupported(
    opportunity: OpportunityFound, _situation: Situation, _rulebook: Rulebook, card: DeskCard
) -> Verdict | None:
    """Say no to a shape that no agent executes."""
    at_exchange = sum(leg.venue == card.exchange.venue for leg in opportunity.legs)
    expected = {"dex_dex": 0, "cex_dex": 1}.get(opportunity.strategy)
    sides = sorted(leg.side for leg in opportunity.legs)
    if expected == at_exchange and sides == ["buy", "sell"]:
        return None
    return Verdict.deny(
        "supported_shapes",
        limit="dex_dex over two pools, cex_dex over one pool and the exchange; one buy, one sell",
        observed=f"{opportunity.strategy} with {len(opportunity.legs)} legs",
        reason="no agent of this desk can execute that shape",
    )


def price_gap(
    opportunity: OpportunityFound, _situation: Situation, rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no when a leg is quoted too far from the decision mark to be an edge."""
    mark, limit = opportunity.mark_e6, rulebook.desk.max_price_gap_bps
    for leg in opportunity.legs:
        gap = abs(leg.quote_price_e6 - mark)
        if gap * BPS > mark * limit:
            return Verdict.deny(
                "max_price_gap_bps",
                limit=limit,
                observed=gap * BPS // mark if mark > 0 else "no mark",
                reason=f"the price quoted at {leg.venue} is too far from the mark to be true",
            )
    return None


def net_profit(
    opportunity: OpportunityFound, _situation: Situation, rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no when too little is left."""
    limit = rulebook.desk.min_net_profit_usd_e24
    if opportunity.expected_net_usd_e24 >= limit:
        return None
    return Verdict.deny(
        "min_net_profit_usd_e24",
        limit=limit,
        observed=opportunity.expected_net_usd_e24,
        reason="too little is left after fees and gas",
    )


def gas_share(
    opportunity: OpportunityFound, _situation: Situation, rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no when gas takes too much of the profit."""
    limit = rulebook.desk.max_gas_share_bps
    gas = gas_usd_e24(opportunity)
    before_gas = opportunity.expected_net_usd_e24 + gas
    if gas * BPS <= before_gas * limit:
        return None
    return Verdict.deny(
        "max_gas_share_bps",
        limit=limit,
        observed=gas * BPS // before_gas if before_gas > 0 else "no profit before gas",
        reason="gas takes too much of the profit",
    )


def gas_price(
    _opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no while the chain's base fee is out of all bounds."""
    limit = rulebook.desk.max_gas_price_wei
    if situation.base_fee_wei <= limit:
        return None
    return Verdict.deny(
        "max_gas_price_wei",
        limit=limit,
        observed=situation.base_fee_wei,
        reason="the chain asks too much for gas just now",
    )


def notional(
    opportunity: OpportunityFound, _situation: Situation, rulebook: Rulebook, card: DeskCard
) -> Verdict | None:
    """Say no when a leg is larger than desk, strategy, venue or asset allow."""
    assets = asset_scopes(opportunity, card) if rulebook.scopes else ()
    scopes = (*scopes_of(opportunity), *assets)
    for bound in bounds(rulebook, scopes, "max_notional_usd_e24"):
        venue = bound.scope.partition("venue:")[2]
        legs = [leg for leg in opportunity.legs if not venue or leg.venue == venue]
        largest = max(leg_usd_e24(leg, card) for leg in legs)
        if largest > bound.limit:
            return Verdict.deny(
                bound.name,
                limit=bound.limit,
                observed=largest,
                reason="the trade is larger than one trade may be",
            )
    return None


def trade_loss(
    opportunity: OpportunityFound, _situation: Situation, rulebook: Rulebook, card: DeskCard
) -> Verdict | None:
    """Say no when the worst this trade can do is more than one trade may lose."""
    worst = worst_loss_usd_e24(opportunity, card)
    for bound in bounds(rulebook, scopes_of(opportunity), "max_trade_loss_usd_e24"):
        if worst > bound.limit:
            return Verdict.deny(
                bound.name,
                limit=bound.limit,
                observed=worst,
                reason="if everything goes wrong this trade loses more than one trade may",
            )
    return None


def worst_loss_usd_e24(opportunity: OpportunityFound, card: DeskCard) -> int:
    """Bound what a trade can lose: its gas, and a second leg that trades at the end of its collar.

    An atomic trade reverts as a whole, so it can lose its gas and nothing else.
    """
    at_exchange = [leg for leg in opportunity.legs if leg.venue == card.exchange.venue]
    collar = sum(leg_usd_e24(leg, card) * WORST_COLLAR_BPS // BPS for leg in at_exchange)
    return gas_usd_e24(opportunity) + collar


def leg_usd_e24(leg: QuotedLeg, card: DeskCard) -> int:
    """Value what a leg moves, by its quote side."""
    return value_usd_e24(leg.quote_units, card.asset(leg.quote_asset).decimals, BOOK_MARK_E6)


def gas_usd_e24(opportunity: OpportunityFound) -> int:
    """Value the gas a trade is expected to use, at the decision mark."""
    return value_usd_e24(opportunity.expected_gas_wei, WEI_DECIMALS, opportunity.mark_e6)
