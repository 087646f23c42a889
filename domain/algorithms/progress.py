"""The next step of an order from what is known of its children: one pure function.

Whatever was missed, by a restart or a refusal, is asked for with the next slice. What may have
happened is asked about before anything else is done, so nothing is ever sent twice.

=====================================  ===================================================
what is known                          next
=====================================  ===================================================
a child that nobody answered for       ask about it
a resting child, time left             look again
a resting child, time over or stopped  withdraw it
less left than one child may be        done
stopped, or the time is over           done, with what is left unfilled
a slice that is due and was not sent   send what is behind the timetable
nothing due                            wait for the next slice
=====================================  ===================================================
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.algorithms.parent import Algorithm, ParentOrder, Told
from domain.algorithms.timetable import due, timetable

_PATIENCE = 2
"""Refused children in a row that end an iceberg: one may have been lost on its way."""


class Ask(msgspec.Struct, frozen=True):
    """Ask the venues about these children; send nothing before they have answered."""

    told: tuple[Told, ...]


class Send(msgspec.Struct, frozen=True):
    """Send so much, to whichever venues are best."""

    slice_number: int
    size_e8: int
    rests: bool = False


class Watch(msgspec.Struct, frozen=True):
    """Look again at a resting child, at the latest at an instant."""

    told: Told
    until_ns: int


class Withdraw(msgspec.Struct, frozen=True):
    """Take a resting child off its book, then ask what it filled."""

    told: Told


class Wait(msgspec.Struct, frozen=True):
    """Nothing is due before this instant."""

    until_ns: int


class Done(msgspec.Struct, frozen=True):
    """Nothing more will be sent; `reason` is for people."""

    reason: str


Step = Ask | Send | Watch | Withdraw | Wait | Done


def filled_e8(told: Sequence[Told]) -> int:
    """Sum what all children have filled."""
    return sum(one.filled_e8 for one in told)


def next_step(
    order: ParentOrder, told: Sequence[Told], now_ns: int, *, is_stopped: bool = False
) -> Step:
    """Say what to do next.

    Args:
        order: Checked.
        told: Every child that was ever intended, in that order.
        now_ns: The caller's clock.
        is_stopped: Somebody wants the order to end; resting children are withdrawn first.
    """
    unknown = tuple(one for one in told if not one.is_known)
    if unknown:
        return Ask(unknown)
    is_over = is_stopped or now_ns >= order.end_ns
    for one in told:
        if not one.is_definite:
            return Withdraw(one) if is_over else Watch(one, order.end_ns)
    reason = _over(order, told, "stopped" if is_stopped else "the time is over" if is_over else "")
    return Done(reason) if reason else _next_child(order, told, now_ns)


def _over(order: ParentOrder, told: Sequence[Told], ending: str) -> str:
    left_e8 = order.size_e8 - filled_e8(told)
    if left_e8 >= order.least_e8:
        return ending
    return "filled" if left_e8 <= 0 else "what is left is smaller than one child may be"


def _next_child(order: ParentOrder, told: Sequence[Told], now_ns: int) -> Step:
    if now_ns < order.start_ns:
        return Wait(order.start_ns)
    if order.algorithm is Algorithm.ICEBERG:
        return _next_tip(order, told)
    return _next_slice(order, told, now_ns)


def _next_tip(order: ParentOrder, told: Sequence[Told]) -> Step:
    left_e8 = order.size_e8 - filled_e8(told)
    if len(told) >= _PATIENCE and all(one.was_refused for one in told[-_PATIENCE:]):
        return Done("its children are refused")
    shown = _without_crumbs(order, min(order.display_e8, left_e8), left_e8)
    return Send(len(told), shown, rests=True)


def _next_slice(order: ParentOrder, told: Sequence[Told], now_ns: int) -> Step:
    targets = timetable(order)
    number = due(targets, now_ns)
    was_sent = any(one.child.slice_number == number for one in told)
    behind_e8 = targets[number].total_e8 - filled_e8(told)
    behind_e8 -= behind_e8 % order.lot_e8
    if was_sent or behind_e8 < order.least_e8:
        if number + 1 == len(targets):
            return Done("every slice was sent")
        return Wait(targets[number + 1].at_ns)
    return Send(number, _without_crumbs(order, behind_e8, order.size_e8 - filled_e8(told)))


def _without_crumbs(order: ParentOrder, size_e8: int, left_e8: int) -> int:
    """Take the whole rest where it would be left too small to be sent by itself."""
    is_crumb = 0 < left_e8 - size_e8 < order.least_e8
    return left_e8 - left_e8 % order.lot_e8 if is_crumb else size_e8
