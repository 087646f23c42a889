"""The ledger against what the outside says we hold, at one anchor; and the age of what disagrees.

Both sides must speak of one block or one cut-off: two instants make false drifts. A balance nobody
stated is unknown, which is a break of its own, and never 0. The amount of a break is what the
outside has more than the books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from domain.matching.types import HELD, RUNNING, STRAYS, BalanceClaim, Break, make_break
from domain.settlement.exchange import each_once, line_key
from domain.settlement.types import LedgerLine

BEFORE_ALL_NS = -1
"""Earlier than every line."""
STANDING_LINES = 250
"""Lines between two standings: what a late line makes be read again."""


def match_balances(
    ledger: Mapping[tuple[str, str], int],
    claims: Iterable[BalanceClaim],
    *,
    known: Iterable[Break] = (),
) -> list[Break]:
    """Compare closing balances, account by account and asset by asset.

    Args:
        ledger: (account, asset) -> units by our books, at the anchor.
        claims: What chain and exchange state at the anchor.
        known: Transaction breaks not booked; where those of one account and asset sum exactly
            to a difference, it takes their cause and names them.

    Returns:
        Breaks ordered by id; none where the sides agree to the unit.
    """
    stated = {(claim.account, claim.asset): claim for claim in claims}
    candidates: defaultdict[tuple[str, str], list[Break]] = defaultdict(list)
    for one in known:
        if one.amount_units and one.recon != STRAYS:
            candidates[one.account, one.asset].append(one)
    found = [
        broken
        for key in sorted({*stated, *ledger})
        for broken in _compare(key, ledger.get(key, 0), stated.get(key), candidates.get(key, []))
    ]
    return sorted(found, key=lambda one: one.break_id)


def _compare(
    key: tuple[str, str], booked: int, claim: BalanceClaim | None, known: Sequence[Break]
) -> Iterator[Break]:
    account, asset = key
    if claim is None or claim.units is None:
        if booked or claim is not None:
            say = f"the books hold {booked}, nobody outside stated a balance"
            at_ns = claim.at_ns if claim else 0
            yield make_break(
                HELD, "SOURCE_FAILURE", account, say, at_ns, side="external", asset=asset,
                account=account,
            )  # fmt: skip
        return
    off = claim.units - booked
    if off:
        say = f"{claim.source} states {claim.units} at {claim.anchor}, the books hold {booked}"
        is_sum = sum(one.amount_units or 0 for one in known) == off
        explained: Sequence[Break] = known if is_sum else ()
        causes = {one.cause for one in explained}
        cause = causes.pop() if len(causes) == 1 else "UNEXPLAINED"
        broken = make_break(
            HELD, cause, account, say, claim.at_ns, asset=asset, amount_units=off, account=account
        )
        ids = tuple(sorted(one.break_id for one in explained))
        yield msgspec.structs.replace(broken, explained_by=ids)


def anchor_breaks(claims: Iterable[BalanceClaim]) -> list[Break]:
    """Find accounts whose balances were stated at different anchors: they do not compare."""
    anchors: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    at_ns: dict[tuple[str, str], int] = {}
    for claim in claims:
        key = claim.source, claim.account
        anchors[key].add(claim.anchor)
        at_ns[key] = min(claim.at_ns, at_ns.get(key, claim.at_ns))
    return [
        make_break(
            HELD,
            "STALE_SNAPSHOT",
            account,
            f"{source} balances are as of {', '.join(sorted(seen))}",
            at_ns[source, account],
            side="external",
            account=account,
        )
        for (source, account), seen in sorted(anchors.items())
        if len(seen) > 1
    ]


def statement_breaks(lines: Iterable[LedgerLine], opening: Mapping[str, int]) -> list[Break]:
    """Check the exchange's own running balance: each line's must follow from the one before.

    Args:
        lines: In any order; each counts once.
        opening: Asset -> units before the first line; an asset not given starts at 0.
    """
    return roll_statement(lines, Standing(BEFORE_ALL_NS, dict(opening))).breaks


class Standing(msgspec.Struct, frozen=True):
    """What a statement stands at by asset, after every line up to an instant, inclusive."""

    at_ns: int
    running: dict[str, int]


class StatementRolled(NamedTuple):
    """What rolling a statement on finds, and where it may be gone on from, oldest first."""

    breaks: list[Break]
    standings: list[Standing]


def roll_statement(lines: Iterable[LedgerLine], since: Standing) -> StatementRolled:
    """Roll a statement on from where it stood, as if all earlier lines had been given too.

    Args:
        lines: All after the instant of `since`, in any order; each counts once.
        since: Where the statement stood then.
    """
    running, found, standings, count = dict(since.running), list[Break](), list[Standing](), 0
    for at_ns, instant in groupby(each_once(lines, line_key), lambda line: line.at_ns):
        for line in _in_the_order_that_fits(instant, running):
            expected = _after(line, running)
            if expected != line.balance_after_units:
                found.append(_rolls_wrong(line, expected))
            running[line.asset] = line.balance_after_units
            count += 1
        if count >= STANDING_LINES * (len(standings) + 1):
            standings.append(Standing(at_ns, dict(running)))
    return StatementRolled(found, standings)


def _after(line: LedgerLine, running: Mapping[str, int]) -> int:
    return running.get(line.asset, 0) + line.units - line.fee_units


def _in_the_order_that_fits(
    instant: Iterable[LedgerLine], running: Mapping[str, int]
) -> Iterator[LedgerLine]:
    """Give lines of one instant, which no statement orders, so that each follows if one does.

    `running` is read between lines, as the reader moves it.
    """
    waiting = list(instant)
    while waiting:
        follows = (
            position
            for position, line in enumerate(waiting)
            if _after(line, running) == line.balance_after_units
        )
        yield waiting.pop(next(follows, 0))


def _rolls_wrong(line: LedgerLine, expected: int) -> Break:
    return make_break(
        RUNNING,
        "QTY",
        line.line_id,
        f"balance {line.balance_after_units} after this line, {expected} expected",
        line.at_ns,
        side="external",
        asset=line.asset,
        amount_units=line.balance_after_units - expected,
        account=line.account,
    )


def aged(breaks: Iterable[Break], first_seen: Mapping[str, int], now_ns: int) -> list[Break]:
    """Give each break the age it already had, and escalate what should have cleared by itself.

    Args:
        breaks: As found now.
        first_seen: Break id -> when it was first seen, from earlier runs; never reset by a rerun.
        now_ns: The instant of this close.
    """
    return [_aged(one, first_seen.get(one.break_id, one.first_seen_ns), now_ns) for one in breaks]


def _aged(one: Break, seen_ns: int, now_ns: int) -> Break:
    is_overdue = 0 < one.expires_ns < now_ns
    return msgspec.structs.replace(
        one,
        first_seen_ns=min(seen_ns, one.first_seen_ns),
        severity="high" if is_overdue else one.severity,
    )
