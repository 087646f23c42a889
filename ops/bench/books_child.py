"""One size of `alphapulse bench books`, in a process of its own: days closed one after another.

Prints its figures as one line of JSON. Fills are made day by day, and each day opens with what the
one before closed with, lots of each method likewise, as the books' own days do: memory is a day's
and not the history's. An opportunity is one planned fill, which attribution parts into the terms of
its decision, and a hedge of three. The collector of cycles rests as it does in a step of the books,
and what a day made is dropped on the clock. Peers are not here.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from math import ceil
from typing import NamedTuple

from msgspec.structs import replace

from domain.desk import Asset
from domain.errors import InvariantBroken
from domain.ledger.balances import roll_forward
from domain.ledger.build import entries_of
from domain.ledger.series import series_of
from domain.lots.engine import match
from domain.lots.types import Book, Fact, Kind, Method
from domain.pnl.attribute import attribute
from domain.pnl.marks import MarkBook
from domain.pnl.realised import OpenLot, Realised, opening_lots, realised_by_lots
from domain.pnl.sums import AttributionInput
from domain.pnl.types import Attribution, Holding, Mark
from domain.pnl.values import Valuer
from domain.settlement.outcome import Leg, Move, Settlement
from domain.settlement.types import DecidedLeg, Decision
from ops.bench.lots import each_fill
from orchestration.uncollected import uncollected

DAY_FILLS = 250_000
"""A day of the bench."""
_VENUE, _ACCOUNT, _COIN, _MONEY = "paper", "paper:spot", "paper:BTC", "paper:USDC"
_ASSETS = (Asset(_COIN, "BTC", 8, "BTC"), Asset(_MONEY, "USDC", 10, "USDC"))
_MARK_EVERY, _FILLS_AN_OPPORTUNITY = 1_000, 4
_CENTS_TO_E6 = 10**4
_GB = 1024 * 1024
_STRATEGIES = ("cex_dex", "dex_dex")
Held = dict[tuple[str, str], int]


class Stages:
    """CPU seconds by stage, and by day."""

    def __init__(self) -> None:
        self.cpu_s: defaultdict[str, float] = defaultdict(float)
        self.days_cpu_s: list[float] = []

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add what happens inside to a stage."""
        began = time.process_time()
        yield
        self.cpu_s[name] += time.process_time() - began

    def end_day(self) -> None:
        """Let what was measured since the day before be a day's."""
        self.days_cpu_s.append(sum(self.cpu_s.values()) - sum(self.days_cpu_s))

    def day_cpu_s(self, share: float) -> float:
        """Give what so many of the days took at most, by nearest rank."""
        ranked = sorted(self.days_cpu_s)
        return ranked[ceil(share * len(ranked)) - 1]


def leg_of(number: int, fact: Fact) -> Leg:
    """Write a fill of the bench of lots as settlement hands it to the ledger."""
    sign = 1 if fact.kind is Kind.BUY else -1
    opportunity, nth = divmod(number, _FILLS_AN_OPPORTUNITY)
    base = Move(_ACCOUNT, _COIN, sign * fact.quantity_units)
    quote = Move(_ACCOUNT, _MONEY, -sign * fact.value_units)
    return Leg(
        leg_id=fact.id,
        execution_id=f"ex{opportunity}",
        opportunity_id=f"op{opportunity}",
        strategy=_STRATEGIES[opportunity % 2],
        venue=_VENUE,
        purpose="hedge" if nth else "leg",
        at_ns=fact.time_ns + 1,
        base_asset=_COIN,
        quote_asset=_MONEY,
        base_units=base.units,
        quote_units=quote.units,
        moves=(base, quote),
        fees=(Move(_ACCOUNT, _MONEY, -fact.fee_units),),
        order_ref=fact.id,
        evidence=fact.id,
    )


def decision_of(leg: Leg, price_e6: int) -> Decision:
    """Write the decision behind a planned leg, found a little off the price it was filled at."""
    worse_e6 = 10_000 if leg.base_units > 0 else -10_000
    quoted = DecidedLeg(
        venue=leg.venue,
        side="buy" if leg.base_units > 0 else "sell",
        base_asset=leg.base_asset,
        quote_asset=leg.quote_asset,
        base_units=abs(leg.base_units),
        quote_units=abs(leg.quote_units),
        top_price_e6=price_e6 + worse_e6,
        quote_price_e6=price_e6 + 2 * worse_e6,
        fee_pips=500,
    )
    return Decision(
        opportunity_id=leg.opportunity_id,
        strategy=leg.strategy,
        legs=(quoted,),
        mark_e6=price_e6 - worse_e6,
        expected_gross_usd_e24=0,
        expected_fee_usd_e24=0,
        expected_gas_wei=0,
        expected_net_usd_e24=0,
        found_ns=leg.at_ns - 1,
    )


def days_of(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    """Cut a history into days, without holding more than one."""
    rest = iter(facts)
    while day := list(islice(rest, DAY_FILLS)):
        yield day


class Closed(NamedTuple):
    """A closed day: what the next one opens with, and the day's profit found twice."""

    held: Held
    attribution: Attribution
    by_lots: Realised


def closed_days(facts: Iterable[Fact], stages: Stages) -> int:
    """Close every day of a history.

    Returns:
        The profit of all of it, in 10^-24 book currency.

    Raises:
        InvariantBroken: A residual is not 0, or lots find another profit.
    """
    opening: Held = {}
    lots: list[OpenLot] = []
    marks: dict[str, int] = {}
    total = start = 0
    for stretch in days_of(facts):
        marks = marks or {"BTC": stretch[0].price_units * _CENTS_TO_E6}
        legs = tuple(leg_of(start + at, fact) for at, fact in enumerate(stretch))
        given, closing = _day(stretch, legs, opening, marks)
        with uncollected():
            opening, found, by_lots = _closed(given, lots, stages)
        stages.end_day()
        if opening != closing or found.residual_usd_e24 != 0:
            raise InvariantBroken("the books do not say what an outsider counts", day=start)
        if by_lots.total_usd_e24 != found.total_usd_e24:
            raise InvariantBroken("lots and attribution find different profits", day=start)
        total += found.total_usd_e24 or 0
        marks, lots = found.closing_marks, list(by_lots.remaining)
        start += len(stretch)
    return total


def _closed(given: AttributionInput, lots: Sequence[OpenLot], stages: Stages) -> Closed:
    with stages.timed("ledger"):
        entries = entries_of(Settlement(legs=tuple(given.legs)))
        series = series_of(entries)  # written out and arranged at once; later stages ask for both
    with stages.timed("positions"):
        held = roll_forward(entries, given.start_ns, given.end_ns, given.opening)
    with stages.timed("attribution"):
        found = attribute(replace(given, entries=entries))
    with stages.timed("realised"):
        valuer = Valuer.of(_ASSETS, given.marks)
        carried = lots or opening_lots(given.opening, valuer)[0]
        by_lots = realised_by_lots(entries, carried, valuer, given.end_ns)
    with stages.timed("freeing"):
        del series, entries
    return Closed({(one.account, one.asset): one.closing_units for one in held}, found, by_lots)


def matched_days(facts: Iterable[Fact], stages: Stages) -> dict[Method, int]:
    """Match every day of a history by each method, with the lots that the day before left.

    Returns:
        What each method realised in all.
    """
    carried: dict[Method, list[Fact]] = {method: [] for method in Method}
    gains = dict.fromkeys(Method, 0)
    for day in days_of(facts):
        for method in Method:
            history = [*carried[method], *day]
            with uncollected(), stages.timed(method.value):
                report = match(history, Book(method))
            gains[method] += sum(row[3] - row[4] for row in report.rows)
            carried[method] = [
                replace(
                    one.lot, quantity_units=one.quantity_units, value_units=one.basis_units,
                    fee_units=0,
                )
                for one in report.remaining
            ]  # fmt: skip
            del report  # off the clock: freeing the answer is not matching
    return gains


def _day(
    stretch: Sequence[Fact], legs: Sequence[Leg], opening: Held, marks: dict[str, int]
) -> tuple[AttributionInput, Held]:
    closing = dict(opening)
    for leg in legs:
        for move in (*leg.moves, *leg.fees):
            key = move.account, move.asset
            closing[key] = closing.get(key, 0) + move.units
    start_ns, end_ns = stretch[0].time_ns, stretch[-1].time_ns + 2
    given = AttributionInput(
        day="2026-01-01",
        start_ns=start_ns,
        end_ns=end_ns,
        assets=_ASSETS,
        venues={_ACCOUNT: _VENUE},
        entries=(),
        legs=legs,
        decisions=[
            decision_of(leg, fact.price_units * _CENTS_TO_E6)
            for leg, fact in zip(legs, stretch, strict=True)
            if leg.purpose == "leg"
        ],
        external_opening=[Holding(*key, units) for key, units in opening.items()],
        external_closing=[Holding(*key, units) for key, units in closing.items()],
        marks=MarkBook.of(
            (
                Mark(fact.time_ns, "BTC", fact.price_units * _CENTS_TO_E6)
                for fact in stretch[::_MARK_EVERY]
            ),
            start_ns=start_ns,
            carried=marks,
        ),
        opening=opening,
    )
    return given, closing


def measured(fills: int) -> dict[str, float]:
    """Run one size and give its figures."""
    stages = Stages()
    began = time.perf_counter()
    closed_days(each_fill(fills), stages)
    wall_s = time.perf_counter() - began
    numbers = {f"{name}_cpu_s": seconds for name, seconds in stages.cpu_s.items()}
    whole = sum(stages.cpu_s.values())
    matched_days(each_fill(fills), stages)
    for method in Method:
        numbers[f"lots_{method.value}_fills_per_cpu_s"] = fills / stages.cpu_s[method.value]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _GB
    return numbers | {
        "facts_to_profit_cpu_s": whole,
        "day_median_cpu_s": stages.day_cpu_s(0.5),
        "day_p99_cpu_s": stages.day_cpu_s(0.99),
        "wall_s_with_making_facts": wall_s,
        "fills_per_cpu_s": fills / whole,
        "peak_memory_gb": peak,
    }


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))  # noqa: T201 (read by the bench)
