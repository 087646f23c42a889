"""The rules, in the order they are asked; the first that says no is the verdict.

Cheap and decisive first (a halted desk needs no arithmetic), capital last. Every rule is a pure
function of the opportunity, the moment and the limits, and returns None when it has nothing
against.

What belongs here: saying no. What does not: shrinking a trade until it fits (the detector sizes),
or remembering what was said (the journal does).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from domain.desk import DeskCard
from domain.money import value_usd_e24
from journal.records import OpportunityFound
from live.risk.inventory import Inventory, needed_units
from live.risk.limits import Limits
from live.risk.session import Session
from live.risk.verdict import Verdict

BPS = 10_000
_BOOK_MARK_E6 = 1_000_000
_WEI_DECIMALS = 18


class Situation(msgspec.Struct, frozen=True):
    """The moment of a decision.

    Args:
        now_ns: The trader's clock.
        head_block: Newest block heard of; 0 when none was.
        touched_block_by_venue: Block of the newest state heard of, for each pool.
        busy_lanes: Venues that an open execution occupies.
        open_executions: How many are in flight.
        inventory: What can be spent.
        session: What has happened so far.
        is_stopping: The process was asked to end.
    """

    now_ns: int
    head_block: int
    touched_block_by_venue: Mapping[str, int] = {}
    busy_lanes: frozenset[str] = frozenset()
    open_executions: int = 0
    inventory: Inventory = Inventory()
    session: Session = Session()
    is_stopping: bool = False


Rule = Callable[[OpportunityFound, Situation, Limits, DeskCard], Verdict | None]


def judge(
    opportunity: OpportunityFound, situation: Situation, limits: Limits, card: DeskCard
) -> Verdict:
    """Say yes or no to an opportunity, with the limit, the numbers and the reason."""
    for rule in RULES:
        verdict = rule(opportunity, situation, limits, card)
        if verdict is not None:
            return verdict
    return Verdict.approve()


def scopes_of(opportunity: OpportunityFound) -> tuple[str, ...]:
    """Name the scopes a halt of which stops this opportunity, widest first."""
    venues = tuple(f"venue:{leg.venue}" for leg in opportunity.legs)
    return ("desk", f"strategy:{opportunity.strategy}", *venues)


def _halted(
    opportunity: OpportunityFound, situation: Situation, _limits: Limits, _card: DeskCard
) -> Verdict | None:
    if situation.is_stopping:
        return Verdict.deny(
            "stopping", limit="running", observed="stopping", reason="the desk is being stopped"
        )
    for scope in scopes_of(opportunity):
        if scope in situation.session.halted:
            why = situation.session.halted[scope]
            return Verdict.deny(
                "halted_scope", limit="running", observed=scope, reason=f"{scope} is halted: {why}"
            )
    return None


def _unsupported(
    opportunity: OpportunityFound, _situation: Situation, _limits: Limits, card: DeskCard
) -> Verdict | None:
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


def _breaker(
    _opportunity: OpportunityFound, situation: Situation, limits: Limits, _card: DeskCard
) -> Verdict | None:
    session = situation.session
    if session.failures < limits.max_consecutive_failures:
        return None
    is_cool = situation.now_ns - session.last_failure_ns >= limits.breaker_cooldown_ns
    if is_cool and situation.open_executions == 0:
        return None
    return Verdict.deny(
        "max_consecutive_failures",
        limit=limits.max_consecutive_failures,
        observed=session.failures,
        reason="too many executions in a row failed; one trial at a time after the cool-down",
    )


def _session_loss(
    _opportunity: OpportunityFound, situation: Situation, limits: Limits, _card: DeskCard
) -> Verdict | None:
    loss = -situation.session.result_usd_e24
    if loss < limits.max_session_loss_usd_e24:
        return None
    return Verdict.deny(
        "max_session_loss_usd_e24",
        limit=limits.max_session_loss_usd_e24,
        observed=loss,
        reason="this session lost what it may lose; a person has to restart the trader",
    )


def _expired(
    opportunity: OpportunityFound, situation: Situation, _limits: Limits, _card: DeskCard
) -> Verdict | None:
    if situation.now_ns < opportunity.expires_ns:
        return None
    return Verdict.deny(
        "expires_ns",
        limit=opportunity.expires_ns,
        observed=situation.now_ns,
        reason="the quote is older than it says it lives",
    )


def _stale(
    opportunity: OpportunityFound, situation: Situation, limits: Limits, _card: DeskCard
) -> Verdict | None:
    if not situation.head_block:
        return Verdict.deny(
            "max_block_distance",
            limit=limits.max_block_distance,
            observed="no head heard yet",
            reason="without a head no quote can be shown to be fresh",
        )
    distance = situation.head_block - opportunity.block_number
    if distance <= limits.max_block_distance:
        return None
    return Verdict.deny(
        "max_block_distance",
        limit=limits.max_block_distance,
        observed=distance,
        reason="the chain has moved on since the quote",
    )


def _touched(
    opportunity: OpportunityFound, situation: Situation, _limits: Limits, _card: DeskCard
) -> Verdict | None:
    for leg in opportunity.legs:
        touched = situation.touched_block_by_venue.get(leg.venue, 0)
        if touched > opportunity.block_number:
            return Verdict.deny(
                "pool_untouched_since_block",
                limit=opportunity.block_number,
                observed=touched,
                reason=f"{leg.venue} has changed since the quote",
            )
    return None


def _notional(
    opportunity: OpportunityFound, _situation: Situation, limits: Limits, card: DeskCard
) -> Verdict | None:
    largest = max(_notionals_usd_e24(opportunity, card))
    if largest <= limits.max_notional_usd_e24:
        return None
    return Verdict.deny(
        "max_notional_usd_e24",
        limit=limits.max_notional_usd_e24,
        observed=largest,
        reason="the trade is larger than one trade may be",
    )


def _notionals_usd_e24(opportunity: OpportunityFound, card: DeskCard) -> Iterable[int]:
    for leg in opportunity.legs:
        decimals = card.asset(leg.quote_asset).decimals
        yield value_usd_e24(leg.quote_units, decimals, _BOOK_MARK_E6)


def _net_profit(
    opportunity: OpportunityFound, _situation: Situation, limits: Limits, _card: DeskCard
) -> Verdict | None:
    if opportunity.expected_net_usd_e24 >= limits.min_net_profit_usd_e24:
        return None
    return Verdict.deny(
        "min_net_profit_usd_e24",
        limit=limits.min_net_profit_usd_e24,
        observed=opportunity.expected_net_usd_e24,
        reason="too little is left after fees and gas",
    )


def _gas_share(
    opportunity: OpportunityFound, _situation: Situation, limits: Limits, _card: DeskCard
) -> Verdict | None:
    gas = value_usd_e24(opportunity.expected_gas_wei, _WEI_DECIMALS, opportunity.mark_e6)
    before_gas = opportunity.expected_net_usd_e24 + gas
    if gas * BPS <= before_gas * limits.max_gas_share_bps:
        return None
    return Verdict.deny(
        "max_gas_share_bps",
        limit=limits.max_gas_share_bps,
        observed=gas * BPS // before_gas if before_gas > 0 else "no profit before gas",
        reason="gas takes too much of the profit",
    )


def _lanes(
    opportunity: OpportunityFound, situation: Situation, limits: Limits, _card: DeskCard
) -> Verdict | None:
    if situation.open_executions >= limits.max_open_executions:
        return Verdict.deny(
            "max_open_executions",
            limit=limits.max_open_executions,
            observed=situation.open_executions,
            reason="as many executions are in flight as may be",
        )
    for leg in opportunity.legs:
        if leg.venue in situation.busy_lanes:
            return Verdict.deny(
                "one_execution_per_venue",
                limit=1,
                observed=2,
                reason=f"an open execution occupies {leg.venue}",
            )
    return None


def _capital(
    opportunity: OpportunityFound, situation: Situation, limits: Limits, card: DeskCard
) -> Verdict | None:
    needs = needed_units(opportunity, card, limits.order_margin_bps)
    for asset, units in needs.items():
        free = situation.inventory.free_units(asset)
        kept = limits.gas_reserve_wei if asset == card.chain.native else 0
        if free is None or free - kept < units:
            return Verdict.deny(
                "free_inventory_units",
                limit="never read" if free is None else max(free - kept, 0),
                observed=units,
                reason=f"not enough {card.asset(asset).symbol} is free ({asset})",
            )
    return None


RULES: tuple[Rule, ...] = (
    _halted,
    _unsupported,
    _breaker,
    _session_loss,
    _expired,
    _stale,
    _touched,
    _net_profit,
    _gas_share,
    _notional,
    _lanes,
    _capital,
)
"""Every rule, in the order it is asked."""
