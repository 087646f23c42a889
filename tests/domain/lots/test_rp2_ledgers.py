"""Every golden report of rp2 that lies beside the project, and what differs and why.

rp2 prints money with some twenty digits, so equal means equal to 10^-12; its sums went through a
spreadsheet's floats, so those are held to 10^-6. Quantities are exact.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from domain.clock import DAY_NS, utc_day
from domain.lots.engine import match
from domain.lots.types import Book, Disposal, Kind, Method, Scope
from tests.kit.rp2 import (
    DIFFERS,
    MONEY,
    QUANTITY,
    cases,
    facts_of,
    in_wallets,
    time_ns,
    units,
    wallet_of,
)

_EARNED = frozenset({"AIRDROP", "HARDFORK", "INCOME", "INTEREST", "MINING", "STAKING", "WAGES"})
DOCS = Path(__file__).parents[3] / "docs" / "lots.md"
_CLOSE, _SPREADSHEET = Fraction(1, 10**12), Fraction(1, 10**6)


def _is_income(row) -> bool:
    return row["event_type"].startswith("IN /")


def _ours(case, read=facts_of) -> list[Disposal]:
    report = match(read(case), Book(Method(case.method)))
    assert not report.missing
    return list(report.disposals())


def _money(units_: int) -> Fraction:
    return Fraction(units_, MONEY)


def _same_row(row, one: Disposal) -> bool:
    return (
        abs(Fraction(row["amount"]) - Fraction(one.quantity_units, QUANTITY)) < _CLOSE
        and time_ns(row["event_ts"]) == one.fact.time_ns
        and time_ns(row["lot_ts"]) == one.lot.time_ns
        and abs(Fraction(row["event_usd"]) - _money(one.proceeds_units)) < _CLOSE
        and abs(Fraction(row["cost_basis"]) - _money(one.basis_units)) < _CLOSE
        and abs(Fraction(row["gain"]) - _money(one.gain_units)) < _SPREADSHEET
    )


@pytest.mark.parametrize("case", cases())
def test_every_disposal_is_rp2s_but_where_the_table_says_why_not(case):
    theirs = [row for row in case.golden["detail"] if not _is_income(row)]
    ours = _ours(case)
    is_same = len(ours) == len(theirs) and all(map(_same_row, theirs, ours))
    assert is_same == ((case.file, case.asset, case.method) not in DIFFERS)


@pytest.mark.parametrize("case", cases())
def test_moves_written_as_transfers_lose_the_same_lots_on_the_way(case):
    told = [
        [(x.lot.id, x.fact.id, *x[2:]) for x in _ours(case, read)]
        for read in (facts_of, in_wallets)
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize("case", cases())
def test_long_and_short_terms_are_rp2s(case):
    rows = [row for row in case.golden["detail"] if not _is_income(row)]
    for row, one in zip(rows, _ours(case), strict=True):
        held_days = (one.fact.time_ns - one.lot.time_ns) // DAY_NS
        assert row["term"] == ("LONG" if held_days > 365 else "SHORT")


def test_the_table_of_the_docs_says_which_ledgers_differ():
    lines = DOCS.read_text().split("## rp2's ledgers")[1].splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]
    (_, _, *methods), _, *ledgers = rows
    told = {
        (file, asset, method.lower()): word == "**differs**"
        for file, assets, *words in ledgers
        for asset in assets.split(", ")
        for method, word in zip(methods, words, strict=True)
    }
    compared = [one.values[0] for one in cases() if one.values[0] is not None]
    if not compared:
        pytest.skip("../shared/data/lots is absent")
    assert told == {(x.file, x.asset, x.method): _key(x) in DIFFERS for x in compared}


def _key(case) -> tuple[str, str, str]:
    return case.file, case.asset, case.method


def _type(case, fact) -> str:
    entries = [*case.ledger["in"], *case.ledger["out"], *case.ledger["intra"]]
    entry = next(entry for entry in entries if f"r{entry['row']}" == fact.id)
    return entry.get("transaction_type", "MOVE").upper()


def _by_year(case) -> dict:
    """Quantity, proceeds, basis, gain by year, type and term; income has no lot and no basis."""
    sums: dict = defaultdict(lambda: [Fraction(0)] * 4)

    def add(year, kind, term, *numbers):
        found = sums[year, kind, term]
        sums[year, kind, term] = [x + y for x, y in zip(found, numbers, strict=True)]

    for one in _ours(case):
        long = (one.fact.time_ns - one.lot.time_ns) // DAY_NS > 365
        numbers = (_money(x) for x in (one.proceeds_units, one.basis_units, one.gain_units))
        quantity = Fraction(one.quantity_units, QUANTITY)
        year, kind = utc_day(one.fact.time_ns)[:4], _type(case, one.fact)
        add(year, kind, "LONG" if long else "SHORT", quantity, *numbers)
    for fact in facts_of(case):
        kind = _type(case, fact)
        if fact.kind is Kind.BUY and kind in _EARNED:
            value = _money(fact.value_units + fact.fee_units)
            quantity = Fraction(fact.quantity_units, QUANTITY)
            add(utc_day(fact.time_ns)[:4], kind, "SHORT", quantity, value, Fraction(0), value)
    return sums


@pytest.mark.parametrize("case", cases())
def test_sums_by_year_type_and_term_are_rp2s(case):
    if (case.file, case.asset, case.method) in DIFFERS:
        pytest.skip("its disposals differ, so its sums do; docs/lots.md says why")
    ours = _by_year(case)
    names = ("crypto_taxable", "usd_taxable", "cost_basis", "gain")
    theirs = {(row["year"], row["type"], row["term"]): row for row in case.golden["yearly"]}
    assert set(ours) == set(theirs)
    for key, row in theirs.items():
        for name, number in zip(names, ours[key], strict=True):
            assert abs(Fraction(row[name]) - number) < _SPREADSHEET


@pytest.mark.parametrize("case", cases())
def test_the_average_price_of_what_came_in_is_rp2s(case):
    bought = [fact for fact in facts_of(case) if fact.kind is Kind.BUY]
    cost = sum(_money(fact.value_units + fact.fee_units) for fact in bought)
    quantity = Fraction(sum(fact.quantity_units for fact in bought), QUANTITY)
    assert abs(Fraction(case.golden["average_price"]) - cost / quantity) < _SPREADSHEET


@pytest.mark.parametrize("case", cases())
def test_what_remains_in_each_wallet_is_rp2s_balance(case):
    report = match(in_wallets(case), Book(Method(case.method), Scope.WALLET))
    held: dict[str, int] = defaultdict(int)
    for one in report.remaining:
        held[one.wallet] += one.quantity_units
    for gap in report.missing:
        held[gap.fact.wallet] -= gap.quantity_units
        if gap.fact.kind is Kind.TRANSFER_OUT:
            held[_destination(case, gap.fact)] += gap.quantity_units
    theirs = {wallet_of(row): units(_exact(row["final"]), QUANTITY) for row in _balances(case)}
    assert {wallet: left for wallet, left in held.items() if left} == {
        wallet: left for wallet, left in theirs.items() if left
    }


def _balances(case):
    return case.golden["balances"]


def _destination(case, fact) -> str:
    entry = next(entry for entry in case.ledger["intra"] if f"r{entry['row']}" == fact.id)
    return wallet_of(entry, "to_")


def _exact(text: str) -> str:
    """A spreadsheet's float, back at the digits it stood for."""
    return str(round(Fraction(text) * 10**10) / Fraction(10**10))
