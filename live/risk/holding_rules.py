"""Rules about what the desk holds and has in flight: lanes, capital, position, leverage, VaR.

A holding that is already beyond its limit stops only what would make it larger: what reduces it
passes. Pure; each rule returns None when it has nothing against the trade.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.desk import BOOK_CURRENCY, DeskCard
from domain.money import BPS
from journal.records import OpportunityFound
from live.risk.bounds import Bound, bounds
from live.risk.breakers import DESK
from live.risk.inventory import needed_units
from live.risk.limits import Rulebook
from live.risk.portfolio import Portfolio, moved_balances, portfolio_of
from live.risk.situation import Situation, asset_scopes, scopes_of
from live.risk.trade_rules import leg_usd_e24
from live.risk.verdict import Verdict


def lanes(
    opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no when too much is in flight, or an open execution occupies a venue of the trade."""
    for bound in bounds(rulebook, scopes_of(opportunity), "max_open_executions"):
        in_flight = situation.open_by_scope.get(bound.scope, 0)
        observed = situation.open_executions if bound.scope == DESK else in_flight
        if observed >= bound.limit:
            return Verdict.deny(
                bound.name,
                limit=bound.limit,
                observed=observed,
                reason="as many executions are in flight as may be",
            )
    limit = rulebook.desk.max_executions_per_venue
    for leg in opportunity.legs:
        open_there = situation.open_by_scope.get(f"venue:{leg.venue}", 0)
        if open_there >= limit:
            return Verdict.deny(
                "max_executions_per_venue",
                limit=limit,
                observed=open_there + 1,
                reason=f"open executions occupy {leg.venue}",
            )
    return None


def correlated(
    opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, card: DeskCard
) -> Verdict | None:
    """Say no when strategies that move together would have too much in flight between them.

    Two strategies without enough common history count as one: unknown is not unrelated.
    """
    limit = rulebook.desk.max_correlated_notional_usd_e24
    if limit is None:
        return None
    own = opportunity.strategy
    together = sum(
        notional
        for strategy, notional in situation.notional_by_strategy.items()
        if strategy == own
        or situation.correlations_bps.get((min(own, strategy), max(own, strategy)), BPS)
        >= rulebook.desk.max_correlation_bps
    )
    asked = together + max(leg_usd_e24(leg, card) for leg in opportunity.legs)
    if asked <= limit:
        return None
    return Verdict.deny(
        "max_correlated_notional_usd_e24",
        limit=limit,
        observed=asked,
        reason="strategies whose results move together have too much in flight",
    )


def capital(
    opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, card: DeskCard
) -> Verdict | None:
    """Say no when the free part of a balance, or a strategy's share of it, does not suffice."""
    needs = needed_units(opportunity, card, rulebook.desk.order_margin_bps)
    for asset, units in needs.items():
        free = situation.inventory.free_units(asset)
        kept = rulebook.desk.gas_reserve_wei if asset == card.chain.native else 0
        if free is None or free - kept < units:
            return Verdict.deny(
                "free_inventory_units",
                limit="never read" if free is None else max(free - kept, 0),
                observed=units,
                reason=f"not enough {card.asset(asset).symbol} is free ({asset})",
            )
    return _strategy_share(opportunity, situation, rulebook, needs)


def _strategy_share(
    opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, needs: dict[str, int]
) -> Verdict | None:
    scope = f"strategy:{opportunity.strategy}"
    if scope not in rulebook.scopes:
        return None
    held = situation.reserved_by_strategy.get(opportunity.strategy, {})
    for asset, limit in rulebook.scopes[scope].max_reserved_units.items():
        asked = held.get(asset, 0) + needs.get(asset, 0)
        if needs.get(asset, 0) and asked > limit:
            return Verdict.deny(
                f"{scope} max_reserved_units",
                limit=limit,
                observed=asked,
                reason=f"the strategy's share of the capital is in use ({asset})",
            )
    return None


def holdings(
    opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, card: DeskCard
) -> Verdict | None:
    """Say no when a holding would grow beyond a limit on position, concentration or leverage."""
    reducing = _reducing_scope(opportunity, situation)
    limits = list(_holding_bounds(opportunity, rulebook, card))
    if not limits and not reducing:
        return None
    balances = situation.inventory.balances
    after = portfolio_of(moved_balances(opportunity, balances, card), card, opportunity.mark_e6)
    over = [bound for bound in limits if not _is_within(bound, after)]
    if not over and not reducing:
        return None  # the usual case: what the desk holds now does not matter
    before = portfolio_of(balances, card, opportunity.mark_e6)
    if reducing and (after is None or before is None or not _evens_out(before, after)):
        return Verdict.deny(
            "reducing_only",
            limit="what brings the places nearer to each other",
            observed=opportunity.strategy,
            reason=f"{reducing} may only reduce: {situation.session.reducing[reducing]}",
        )
    for bound in over:
        was, would = _measured(bound, before), _measured(bound, after)
        if was is None or would is None or would > max(bound.limit, was):
            return Verdict.deny(
                bound.name,
                limit=bound.limit,
                observed="never read" if would is None else would,
                reason="the desk would hold more there than it may",
            )
    return None


def value_at_risk(
    _opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no while the holdings could lose more than the limit, or nobody could say it for long.

    The exact historical figure decides; the parametric and the simulated one are for people.
    """
    limit, found = rulebook.desk.max_var_usd_e24, situation.var_usd_e24
    if limit is None:
        return None
    if found is None:
        return _unknown_for_too_long(situation.var_unknown_ns, rulebook.desk.max_var_unknown_ns)
    if found <= limit:
        return None
    return Verdict.deny(
        "max_var_usd_e24",
        limit=limit,
        observed=found,
        reason="what the desk holds could lose more than it may",
    )


def _unknown_for_too_long(unknown_ns: int, limit_ns: int) -> Verdict | None:
    if unknown_ns <= limit_ns:
        return None
    return Verdict.deny(
        "max_var_unknown_ns",
        limit=limit_ns,
        observed=unknown_ns,
        reason="nobody has been able to say for too long what the holdings could lose",
    )


def _reducing_scope(opportunity: OpportunityFound, situation: Situation) -> str:
    if not situation.session.reducing:
        return ""
    scopes = scopes_of(opportunity)
    return next((scope for scope in scopes if scope in situation.session.reducing), "")


def _evens_out(before: Portfolio, after: Portfolio) -> bool:
    return after.imbalance_usd_e24 < before.imbalance_usd_e24


def _holding_bounds(
    opportunity: OpportunityFound, rulebook: Rulebook, card: DeskCard
) -> Iterator[Bound]:
    if any(leg.venue == card.exchange.venue for leg in opportunity.legs):
        yield Bound(DESK, "max_leverage_bps", rulebook.desk.max_leverage_bps)
    venues = [scope for scope in scopes_of(opportunity) if scope == f"venue:{card.exchange.venue}"]
    scopes = (DESK, *(asset_scopes(opportunity, card) if rulebook.scopes else ()), *venues)
    yield from bounds(rulebook, scopes, "max_position_usd_e24")
    yield from bounds(rulebook, scopes, "max_concentration_bps")


def _is_within(bound: Bound, portfolio: Portfolio | None) -> bool:
    would = _measured(bound, portfolio)
    return would is not None and would <= bound.limit


def _measured(bound: Bound, portfolio: Portfolio | None) -> int | None:
    """Give what a bound limits, rounded against us; None when it is unknown or without equity."""
    if portfolio is None:
        return None
    if bound.name == "max_leverage_bps":
        return _share_bps(portfolio.gross_usd_e24, portfolio.equity_usd_e24)
    is_position = bound.name.endswith("max_position_usd_e24")
    value = _held_usd_e24(bound.scope, portfolio, is_position=is_position)
    return value if is_position else _share_bps(value, portfolio.equity_usd_e24)


def _held_usd_e24(scope: str, portfolio: Portfolio, *, is_position: bool) -> int:
    kind, _, name = scope.partition(":")
    if kind == "asset":
        return abs(portfolio.by_asset.get(name, 0))
    if kind == "venue":
        return abs(portfolio.by_place.get(name, 0))
    if is_position:
        return max((abs(v) for a, v in portfolio.by_asset.items() if a != BOOK_CURRENCY), default=0)
    return max(map(abs, portfolio.by_place.values()))


def _share_bps(part: int, whole: int) -> int | None:
    return -(-part * BPS // whole) if whole > 0 else None
