"""What the layers beyond row against row found, as breaks: rolled balances, lots, frames, leniency.

Nothing is compared here; each function reads what a layer worked out and states what does not hold.
A quantity nobody stated is a source that failed, of unknown amount, and never 0. A layer adds up
and so cannot tell why: what it finds is unexplained until people explain it.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.layers.inventory import Stocked
from domain.layers.messages import Conserved
from domain.layers.rolling import Rolled
from domain.layers.tolerated import Lean
from domain.matching.types import Break, make_break

ROLL, LOTS, FRAMES, LENIENCY = "roll-forward", "inventory", "messages", "tolerance"
"""The comparisons, as their breaks name them."""
NOT_OF_A_VENUE = frozenset({LOTS, FRAMES, LENIENCY})
"""Comparisons whose breaks are about our own counting, not about what a venue did with money."""


def roll_breaks(rolled: Iterable[Rolled], at_ns: int) -> list[Break]:
    """State each balance that does not roll from its opening to what is stated.

    Args:
        rolled: Of one day.
        at_ns: The instant of the anchor.

    Returns:
        One an account and asset, the amount in base units: stated less rolled.
    """
    return [
        make_break(
            ROLL,
            _cause(one.difference_units),
            one.account,
            f"opening {one.opening_units} + in {one.in_units} - out {one.out_units}"
            f" - fees {one.fee_units} + corrected {one.corrected_units} = {one.closing_units},"
            f" {_said(one.stated_units)}",
            at_ns,
            side=_side(one.difference_units),
            asset=one.asset,
            amount_units=one.difference_units,
            account=one.account,
        )
        for one in rolled
        if not one.is_closed
    ]


def lot_breaks(stocked: Iterable[Stocked], at_ns: int) -> list[Break]:
    """State each underlying whose lots are not what is held.

    Args:
        stocked: Of one day.
        at_ns: The instant of the anchor.

    Returns:
        One an underlying, which stands as its asset; the amount is in 10^-18: stated less lots.
    """
    return [
        make_break(
            LOTS,
            _cause(one.difference_e18),
            one.underlying,
            f"{one.lots} lots hold {one.lots_e18} of 10^-18 {one.underlying},"
            f" {_said(one.stated_e18)}",
            at_ns,
            side=_side(one.difference_e18),
            asset=one.underlying,
            amount_units=one.difference_e18,
        )
        for one in stocked
        if one.difference_e18 != 0
    ]


def frame_breaks(conserved: Iterable[Conserved], day: str, at_ns: int) -> list[Break]:
    """State each sender of whose frames some are neither recorded nor noticed missing.

    Args:
        conserved: Of one day.
        day: Frames of another day are another break.
        at_ns: The instant of the anchor.

    Returns:
        One a channel and sender; it has no asset, the amount is a count of frames.
    """
    return [
        make_break(
            FRAMES,
            "SOURCE_FAILURE" if one.unaccounted is None else "MISSING_INTERNAL",
            f"{day} {one.channel} {one.source or '(unnamed)'}",
            f"{'an unknown number of' if one.sent is None else one.sent} frames sent,"
            f" {one.recorded} recorded, {one.noticed_missing} noticed missing,"
            f" {one.conflated} replaced by newer states",
            at_ns,
            side=_side(one.unaccounted),
            amount_units=one.unaccounted,
        )
        for one in conserved
        if one.unaccounted != 0
    ]


def lean_breaks(leans: Iterable[Lean], at_ns: int) -> list[Break]:
    """State each asset of which so much was accepted, or so one-sidedly, that it may be a leak.

    Args:
        leans: What was accepted over the days watched.
        at_ns: The instant of the anchor.

    Returns:
        One an asset, the amount their sum in base units; another one as soon as more is accepted,
        so that signing off today's leniency does not excuse tomorrow's.
    """
    return [
        make_break(
            LENIENCY,
            "UNEXPLAINED",
            f"{one.differences} accepted differences summing to {one.units}",
            f"{one.differences} accepted differences sum to {one.units}, {_why(one)}",
            at_ns,
            asset=one.asset,
            amount_units=one.units,
        )
        for one in leans
        if one.is_suspect
    ]


def _why(one: Lean) -> str:
    money = "is of unknown money" if one.value_usd_e24 is None else "is beyond the budget"
    far = max(one.more, one.differences - one.more)
    reasons = (
        (one.is_over, f"which {money}"),
        (one.is_one_sided, f"and {far} of them lean one way"),
    )
    return " ".join(words for is_so, words in reasons if is_so)


def _cause(difference: int | None) -> str:
    return "SOURCE_FAILURE" if difference is None else "UNEXPLAINED"


def _side(difference: int | None) -> str:
    return "external" if difference is None else "internal"


def _said(stated: int | None) -> str:
    return "nobody outside states it" if stated is None else f"{stated} is stated"
