"""Faults of the comparison itself: a source that failed, two that are one, a stale anchor.

And the difference that nothing explains, which must stay unexplained.
"""

from __future__ import annotations

from rehearsal.desks.faults.hand import (
    Broken,
    Hand,
    broken,
    changed,
    either,
    keyed,
    left_name,
    names,
    right_name,
)
from rehearsal.desks.lines import Event, Kind, Line

_SILENT_EVENTS = 40
"""How many events a source fails for."""
_STALE_NS = 6 * 3600 * 1_000_000_000


def stale_snapshot(event: Event, hand: Hand) -> Broken | None:
    """Compare balances of two instants."""
    found = keyed(event, {"balance"})
    if not found:
        return None
    line = found[0].right
    right = changed(
        event.right, line, time_ns=line.time_ns - _STALE_NS, units=line.units + hand.delta(line)
    )
    return broken(event, "STALE_SNAPSHOT", [either(found[0])], right=right)


def unexplained(event: Event, hand: Hand) -> Broken | None:
    """Let a stated balance be off by what no line accounts for."""
    found = [one for one in keyed(event, {"balance"}) if one.right.units]
    if not found:
        return None
    line = found[0].right
    off = hand.delta(line) + hand.chance.choice((-1, 1)) * hand.chance.randrange(11, 10**5)
    right = changed(event.right, line, units=line.units + off)
    money = {line.asset.name: off}
    return broken(event, "UNEXPLAINED", [either(found[0])], right=right, money=money)


def source_failure(event: Event, hand: Hand) -> Broken | None:
    """Let the outside fall silent about an account, from this event on for a while."""
    account = _unstruck(event, hand)
    if account is None or event.kind is Kind.BALANCE:
        return None
    hand.failed.add(account)
    hand.silent_until = event.number + _SILENT_EVENTS
    lost = [line for line in event.left if line.account == account]
    right = without(event.right, hand.failed)
    return broken(event, "SOURCE_FAILURE", [(left_name(line),) for line in lost], right=right)


def without(lines: tuple[Line, ...], accounts: set[str]) -> list[Line]:
    """Give the lines of other accounts."""
    return [line for line in lines if line.account not in accounts]


def shared_source(event: Event, hand: Hand) -> Broken | None:
    """Find that both sides of an account come from one upstream source: they prove nothing."""
    account = _unstruck(event, hand)
    if account is None or event.kind is Kind.BALANCE:
        return None
    hand.shared.add(account)
    told = [left_name(line) for line in event.left if line.account == account]
    told += [right_name(line) for line in event.right if line.account == account]
    return broken(event, "SHARED_SOURCE", [tuple(told)])


def _unstruck(event: Event, hand: Hand) -> str | None:
    """Choose an account of an event, but none that has a fault already."""
    if not names(event) or not event.left or not event.right:
        return None
    account = event.right[0].account
    return None if account in hand.struck else account
