"""Rules about the moment: halts, breakers, what was lost so far, and how fresh the market is.

Pure; each returns None when it has nothing against the trade. Order and use are in `rules.py`.
"""

from __future__ import annotations

from domain.desk import DeskCard
from journal.records import OpportunityFound
from live.risk.bounds import bounds
from live.risk.breakers import DESK
from live.risk.limits import Rulebook
from live.risk.situation import Situation, scopes_of
from live.risk.verdict import Verdict


def halted(
    opportunity: OpportunityFound, situation: Situation, _rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no while the process stops or a scope of the trade is halted."""
    if situation.is_stopping:
        return Verdict.deny(
            "stopping", limit="running", observed="stopping", reason="the desk is being stopped"
        )
    halted_scopes = situation.session.halted
    if not halted_scopes:
        return None
    for scope in scopes_of(opportunity):
        if scope in halted_scopes:
            why = halted_scopes[scope]
            return Verdict.deny(
                "halted_scope", limit="running", observed=scope, reason=f"{scope} is halted: {why}"
            )
    return None


def breaker(
    opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no while a breaker of the trade's scopes is open, or its one trial is in flight."""
    breakers = situation.session.breakers
    if not breakers:
        return None
    for scope in scopes_of(opportunity):
        if scope not in breakers:
            continue
        now = breakers[scope].cooled(situation.now_ns, rulebook.desk)
        if not now.admits(situation.open_by_scope.get(scope, 0)):
            return Verdict.deny(
                "circuit_breaker",
                limit="closed, or half-open with nothing in flight",
                observed=f"{scope} {now.state.value}",
                reason=f"the breaker of {scope} is {now.state.value}: {now.cause}",
            )
    return None


def session_loss(
    _opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no when this process has lost what it may."""
    loss = -situation.session.tally(DESK, situation.now_ns).since_start_usd_e24
    limit = rulebook.desk.max_session_loss_usd_e24
    if loss < limit:
        return None
    return Verdict.deny(
        "max_session_loss_usd_e24",
        limit=limit,
        observed=loss,
        reason="this session lost what it may lose; a person has to restart the trader",
    )


def day_loss(
    opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no when desk, strategy or venue has lost its day's allowance."""
    for bound in bounds(rulebook, scopes_of(opportunity), "max_day_loss_usd_e24"):
        loss = -situation.session.tally(bound.scope, situation.now_ns).day_usd_e24
        if loss >= bound.limit:
            return Verdict.deny(
                bound.name,
                limit=bound.limit,
                observed=loss,
                reason="that much may be lost in a UTC day and no more",
            )
    return None


def drawdown(
    opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no when desk, strategy or venue has fallen too far below its own best of the day."""
    for bound in bounds(rulebook, scopes_of(opportunity), "max_drawdown_usd_e24"):
        fall = situation.session.tally(bound.scope, situation.now_ns).drawdown_usd_e24
        if fall >= bound.limit:
            return Verdict.deny(
                bound.name,
                limit=bound.limit,
                observed=fall,
                reason="too much of the day's best result is gone again",
            )
    return None


def expired(
    opportunity: OpportunityFound, situation: Situation, _rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no to a quote that has outlived itself."""
    if situation.now_ns < opportunity.expires_ns:
        return None
    return Verdict.deny(
        "expires_ns",
        limit=opportunity.expires_ns,
        observed=situation.now_ns,
        reason="the quote is older than it says it lives",
    )


def stale(
    opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no when the chain has moved on since the quote, or when no head is known."""
    limit = rulebook.desk.max_block_distance
    if not situation.head_block:
        return Verdict.deny(
            "max_block_distance",
            limit=limit,
            observed="no head heard yet",
            reason="without a head no quote can be shown to be fresh",
        )
    distance = situation.head_block - opportunity.block_number
    if distance <= limit:
        return None
    return Verdict.deny(
        "max_block_distance",
        limit=limit,
        observed=distance,
        reason="the chain has moved on since the quote",
    )


def silent(
    _opportunity: OpportunityFound, situation: Situation, rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no when the newest head was heard of too long ago."""
    age_ns = situation.now_ns - situation.head_ns
    if age_ns <= rulebook.desk.max_data_age_ns:
        return None
    return Verdict.deny(
        "max_data_age_ns",
        limit=rulebook.desk.max_data_age_ns,
        observed=age_ns,
        reason="no head has been heard of for too long",
    )


def touched(
    opportunity: OpportunityFound, situation: Situation, _rulebook: Rulebook, _card: DeskCard
) -> Verdict | None:
    """Say no when a pool of the trade has changed since the quote."""
    for leg in opportunity.legs:
        block = situation.touched_block_by_venue.get(leg.venue, 0)
        if block > opportunity.block_number:
            return Verdict.deny(
                "pool_untouched_since_block",
                limit=opportunity.block_number,
                observed=block,
                reason=f"{leg.venue} has changed since the quote",
            )
    return None
