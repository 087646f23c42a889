"""Transfers between our wallet and an exchange, from both their records: neither capital nor loss.

What we send to an exchange's deposit address of ours has left for it, whoever credits it when. A
withdrawal left for us if it went to an address of ours, or if something that came fits it. A
deposit or withdrawal that meets nothing of ours is capital. Where several departures fit an
arrival, all of them are ours and the money is booked; which of them it was stays open
(`departed_id`). Where more came than left, nobody knows what is ours: that is unexplained.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from domain.desk import Asset
from domain.identity import fact_id, transit_account
from domain.money import MAX_DECIMALS
from domain.settlement.outcome import Move, Transit, UnexplainedMovement
from domain.settlement.pairing import Met, Side, met
from domain.settlement.scope import ChainScope
from domain.settlement.types import LedgerLine, Payment
from domain.settlement.underway import OpenTransit

DEPOSIT, WITHDRAWAL = "deposit", "withdrawal"
_UNDECIDED = "more of this amount came than left for here, so whose it is has to be said"


class Told(NamedTuple):
    """What each source says of payments.

    Args:
        paid_in: What we sent to where the exchange credits us.
        received: What came to us on the chain and nobody explains.
        plain: Hashes of transactions that are one payment and nothing else.
        lines: The statement's deposits and withdrawals, each once.
        payments: What else the exchange tells of them, any number of times.
        carried: What left before any of these.
    """

    paid_in: Sequence[UnexplainedMovement]
    received: Sequence[UnexplainedMovement]
    plain: frozenset[str]
    lines: Sequence[LedgerLine]
    payments: Sequence[Payment]
    carried: Sequence[OpenTransit] = ()


class TransitReading(msgspec.Struct):
    """What of it are transfers of ours, by id of what it was told by, and what nobody knows."""

    transits: list[Transit] = []
    explained: set[str] = set()
    undecided: list[UnexplainedMovement] = []


def read_transits(scope: ChainScope, assets: Iterable[Asset], told: Told) -> TransitReading:
    """Find the transfers of ours among payments, in no order of the sources.

    Returns:
        Transits ordered by time and id; lines and movements that are one side of them by their
        ids. What is explained by none is capital, or as unexplained as it was.
    """
    book = _Book(scope, {one.asset: one for one in assets}, told)
    reading = TransitReading()
    _read_deposits(book, reading)
    _read_withdrawals(book, reading)
    reading.transits.sort(key=lambda one: (one.at_ns, one.transit_id))
    return reading


def line_id(line: LedgerLine) -> str:
    """Name a statement line as one side."""
    return fact_id("transit", line.venue, line.account, line.line_id)


def movement_id(movement: UnexplainedMovement) -> str:
    """Name a movement on the chain as one side."""
    return fact_id("transit", movement.movement_id)


class _Book:
    """The sources arranged for look-up."""

    def __init__(self, scope: ChainScope, assets: Mapping[str, Asset], told: Told) -> None:
        self.scope, self.assets, self.told = scope, assets, told
        self.payments: dict[tuple[str, str], Payment] = {}
        for one in sorted(told.payments, key=lambda one: (one.told_ns, msgspec.json.encode(one))):
            self.payments[one.venue, one.ref_id] = one
        self.lines = {line_id(one): one for one in told.lines}
        self.moves = {movement_id(one): one for one in (*told.paid_in, *told.received)}
        self.carried = {
            one.transit_id: one
            for one in told.carried
            if one.left_units > 0 and one.transit_id not in {*self.lines, *self.moves}
        }

    def payment(self, line: LedgerLine) -> Payment | None:
        return self.payments.get((line.venue, line.ref_id)) if line.ref_id else None

    def scale(self, asset: str) -> int:
        known = self.assets.get(asset)
        return 10 ** (MAX_DECIMALS - known.decimals) if known else 1

    def underlying(self, asset: str) -> str:
        known = self.assets.get(asset)
        return known.underlying if known else asset

    def of_line(self, line: LedgerLine) -> Side:
        """Arrange the exchange's side: its amount, with or without what it may have charged."""
        said, scale = self.payment(line), self.scale(line.asset)
        units = abs(line.units)
        charged = [(units, line.fee_units)] + ([(said.units, said.fee_units)] if said else [])
        amounts = {unit + sign * fee for unit, fee in charged for sign in (-1, 0, 1)} | {units}
        is_elsewhere = said is not None and self._is_elsewhere(said)
        return Side(
            line_id(line), line.asset, self.underlying(line.asset), units * scale,
            frozenset(one * scale for one in amounts if one > 0), line.at_ns,
            said.tx_hash if said else "", is_findable=not is_elsewhere,
            fees_e18=frozenset(fee * scale for _, fee in charged),
        )  # fmt: skip

    def of_move(self, one: UnexplainedMovement) -> Side:
        """Arrange the chain's side."""
        whole, tx_hash = abs(one.units) * self.scale(one.asset), one.evidence.partition(":")[0]
        return Side(
            movement_id(one), one.asset, self.underlying(one.asset), whole, frozenset({whole}),
            one.at_ns, tx_hash, is_findable=tx_hash in self.told.plain,
        )  # fmt: skip

    def of_carried(self, one: OpenTransit) -> Side:
        """Arrange what left before: it is found by what it is named alone."""
        whole, said = one.units * self.scale(one.asset), self.payments.get((one.venue, one.name))
        tx_hash = one.name if one.kind == DEPOSIT else said.tx_hash if said else ""
        return Side(
            one.transit_id, one.asset, self.underlying(one.asset), whole, frozenset({whole}),
            one.at_ns, tx_hash, is_findable=False,
        )  # fmt: skip

    def before(self, kind: str) -> list[Side]:
        return [self.of_carried(one) for one in self.carried.values() if one.kind == kind]

    def evidence(self, side: Side) -> str:
        if side.side_id in self.carried:
            return self.carried[side.side_id].evidence
        line = self.lines.get(side.side_id)
        return line.line_id if line else self.moves[side.side_id].evidence

    def _is_elsewhere(self, said: Payment) -> bool:
        own = self.scope.deposits if said.kind == DEPOSIT else self.scope.own
        return bool(said.address) and said.address not in own

    def is_to_us(self, line: LedgerLine) -> bool:
        said = self.payment(line)
        return said is not None and said.address in self.scope.own


# --- deposits: the chain first --------------------------------------------------------------------


def _read_deposits(book: _Book, reading: TransitReading) -> None:
    lines = [one for one in book.told.lines if one.kind == DEPOSIT and one.units > 0]
    left = [book.of_move(one) for one in book.told.paid_in]
    for side in left:
        reading.transits.append(_left(book, side, DEPOSIT))
    for group in met([*left, *book.before(DEPOSIT)], [book.of_line(one) for one in lines]):
        _arrive(book, group, DEPOSIT, reading)


# --- withdrawals: the exchange first --------------------------------------------------------------


def _read_withdrawals(book: _Book, reading: TransitReading) -> None:
    lines = [one for one in book.told.lines if one.kind == WITHDRAWAL and one.units < 0]
    sides = [book.of_line(one) for one in lines]
    came = [book.of_move(one) for one in book.told.received if one.units > 0]
    groups = met([*sides, *book.before(WITHDRAWAL)], came)
    ours = {side.side_id for group in groups for side in group.departures}
    ours |= {line_id(one) for one in lines if book.is_to_us(one)}
    for side in sides:
        if side.side_id in ours:
            reading.transits.append(_left(book, side, WITHDRAWAL))
            reading.explained.add(side.side_id)
    for group in groups:
        _arrive(book, group, WITHDRAWAL, reading)


# --- one side -------------------------------------------------------------------------------------


def _left(book: _Book, side: Side, kind: str) -> Transit:
    line = book.lines.get(side.side_id)
    units = side.whole_e18 // book.scale(side.asset)
    source = line or book.moves[side.side_id]
    venue = source.venue if line else book.scope.exchange
    return Transit(
        transit_id=side.side_id,
        kind=kind,
        is_arrival=False,
        venue=venue,
        account=source.account,
        moves=(
            Move(source.account, side.asset, -units),
            Move(transit_account(venue), side.asset, units),
        ),
        fees=_charged(line),
        name=line.ref_id if line else side.tx_hash,
        departed_id="",
        at_ns=side.at_ns,
        evidence=book.evidence(side),
    )


def _arrive(book: _Book, group: Met, kind: str, reading: TransitReading) -> None:
    """Book what came of a group, or leave it to people where more came than left."""
    is_one = len(group.departures) == 1
    if not (group.is_named or group.is_served):
        reading.undecided += _undecided(book, group, reading)
        return
    for side in group.arrivals:
        is_pair = is_one and len(group.arrivals) == 1
        whole = _whole_of(book, group.departures[0], side) if is_pair else None
        reading.transits.append(_came(book, group, side, kind, whole))
        reading.explained.add(side.side_id)


def _whole_of(book: _Book, out: Side, into: Side) -> int | None:
    """Give what left if what came is all of it but a fee that was told, or less than a unit."""
    missing = out.whole_e18 - into.whole_e18
    grain = max(book.scale(out.asset), book.scale(into.asset))
    is_told = missing > 0 and missing in out.fees_e18 | into.fees_e18
    return out.whole_e18 if 0 <= missing < grain or is_told else None


def _came(book: _Book, group: Met, side: Side, kind: str, whole: int | None) -> Transit:
    out, line = group.departures[0], book.lines.get(side.side_id)
    source = line or book.moves[side.side_id]
    venue = source.venue if line else book.scope.exchange
    is_one = len(group.departures) == 1
    moves, kept = _carried_over(book, venue, source.account, (out, side), whole)
    return Transit(
        transit_id=side.side_id,
        kind=kind,
        is_arrival=True,
        venue=venue,
        account=source.account,
        moves=moves,
        fees=(*_charged(line), *kept),
        name="",
        departed_id=out.side_id if is_one else "",
        at_ns=side.at_ns,
        evidence=book.evidence(side),
        departed=" or ".join(sorted(book.evidence(one) for one in group.departures)),
    )


def _carried_over(
    book: _Book, venue: str, account: str, sides: tuple[Side, Side], whole: int | None
) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
    """Take what left out of transit, and what was kept on the way of it, in the finer unit."""
    out, into = sides
    gone, come = book.scale(out.asset), book.scale(into.asset)
    taken = -(-into.whole_e18 // gone) * gone if whole is None else whole
    kept = taken - into.whole_e18
    transit = transit_account(venue)
    if come <= gone:
        moves = (
            Move(transit, out.asset, -(taken // gone)), Move(account, into.asset, taken // come),
        )  # fmt: skip
        fee = Move(account, into.asset, -(kept // come))
    else:
        came = into.whole_e18
        moves = (
            Move(transit, out.asset, -(came // gone)), Move(account, into.asset, came // come),
        )  # fmt: skip
        fee = Move(transit, out.asset, -(kept // gone))
    return moves, (fee,) if fee.units else ()


def _charged(line: LedgerLine | None) -> tuple[Move, ...]:
    return (Move(line.account, line.asset, -line.fee_units),) if line and line.fee_units else ()


def _undecided(book: _Book, group: Met, reading: TransitReading) -> Iterator[UnexplainedMovement]:
    """Tell deposits that may or may not be ours; what came on the chain is told already."""
    for side in group.arrivals:
        line = book.lines.get(side.side_id)
        if line is not None:
            reading.explained.add(side.side_id)
            yield UnexplainedMovement(
                movement_id=fact_id("stray", line.venue, line.account, line.line_id),
                venue=line.venue,
                account=line.account,
                asset=line.asset,
                units=line.units - line.fee_units,
                counterparty=line.venue,
                at_ns=line.at_ns,
                evidence=line.line_id,
                reason=_UNDECIDED,
            )
