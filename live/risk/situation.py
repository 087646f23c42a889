"""The moment of a decision, and the scopes a trade belongs to. Pure values."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from domain.desk import DeskCard
from journal.records import OpportunityFound
from live.risk.breakers import DESK
from live.risk.inventory import Inventory
from live.risk.session import Session


class Situation(msgspec.Struct, frozen=True):
    """What rules look at beside the trade itself.

    Args:
        now_ns: The trader's clock.
        head_block: Newest block heard of; 0 when none was.
        head_ns: When it was heard of; 0 when none was.
        base_fee_wei: Of that block, for one gas.
        touched_block_by_venue: Block of the newest state heard of, for each pool.
        open_executions: How many are in flight.
        open_by_scope: Likewise by scope.
        notional_by_strategy: Value in flight of each strategy's largest legs.
        correlations_bps: Pair of strategies, in order -> correlation of their daily results.
        reserved_by_strategy: Strategy -> asset -> base units its executions hold.
        inventory: What can be spent.
        session: What has happened so far.
        var_usd_e24: Historical value at risk of the holdings; None without a history.
        var_unknown_ns: For how long it has been None; 0 while it is known.
        is_stopping: The process was asked to end.
    """

    now_ns: int
    head_block: int
    head_ns: int = 0
    base_fee_wei: int = 0
    touched_block_by_venue: Mapping[str, int] = {}
    open_executions: int = 0
    open_by_scope: Mapping[str, int] = {}
    notional_by_strategy: Mapping[str, int] = {}
    correlations_bps: Mapping[tuple[str, str], int] = {}
    reserved_by_strategy: Mapping[str, Mapping[str, int]] = {}
    inventory: Inventory = Inventory()
    session: Session = Session()
    var_usd_e24: int | None = None
    var_unknown_ns: int = 0
    is_stopping: bool = False


def scopes_of(opportunity: OpportunityFound) -> tuple[str, ...]:
    """Name the scopes a halt of which stops this opportunity, widest first."""
    venues = tuple(f"venue:{leg.venue}" for leg in opportunity.legs)
    return (DESK, f"strategy:{opportunity.strategy}", *venues)


def asset_scopes(opportunity: OpportunityFound, card: DeskCard) -> tuple[str, ...]:
    """Name the assets a trade moves, by what they are worth the same as."""
    moved = [asset for leg in opportunity.legs for asset in (leg.base_asset, leg.quote_asset)]
    return tuple(dict.fromkeys(f"asset:{card.asset(asset).underlying}" for asset in moved))
