"""What the command prints of any ledger, in any form of file, is what counting coins gives."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.lots.types import Book, FeePolicy, Method, Scope
from ops.lots.file import Ledger, read_ledger
from ops.lots.report import compared, lots_object
from tests.kit.coins import Found, Purse
from tests.kit.lot_rows import ANY_ROWS, PLAIN_ROWS, Written, as_csv, with_picks

NEAR = Fraction(1, 10**33)
"""A share without an end is cut at the 36th decimal; a ledger here cuts fewer than a hundred."""
METHODS, SCOPES, FEES = st.sampled_from(Method), st.sampled_from(Scope), st.sampled_from(FeePolicy)
_SEEDS = st.integers(0, 2**32)


def _ledger(written: Written, random: Random) -> Ledger:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"
        path.write_bytes(as_csv(written, random))
        return read_ledger(path)


def _told(written: Written, random: Random, book: Book) -> dict:
    return lots_object(_ledger(written, random), book)


def _summed(rows: list[dict], names: tuple[str, ...], amounts: tuple[str, ...]) -> dict:
    sums: dict[tuple[str, ...], list[Fraction]] = {}
    for row in rows:
        found = sums.setdefault(tuple(row[name] for name in names), [Fraction(0)] * len(amounts))
        found[:] = [one + Fraction(row[name]) for one, name in zip(found, amounts, strict=True)]
    return sums


def _assert_equal(told: dict, found: Found, decimals: int) -> None:
    used = _summed(told["disposals"], ("lot_id", "disposal_id"), ("quantity", "proceeds", "basis"))
    left = _summed(told["remaining"], ("asset", "wallet", "lot_id"), ("quantity", "basis"))
    for ours, theirs in ((used, found.used), (left, found.left)):
        assert ours.keys() == theirs.keys()
        for key, (quantity, *money) in ours.items():
            coins, *exact = theirs[key]
            assert quantity * 10**decimals == coins
            assert all(abs(one - other) < NEAR for one, other in zip(money, exact, strict=True))
    lacking = _summed(told["missing"], ("kind", "disposal_id"), ("quantity",))
    assert {key: some[0] * 10**decimals for key, some in lacking.items()} == found.lacking
    fees = sum(Fraction(line["fee"]) for line in told.get("fees", []))
    assert fees == found.fees


@settings(max_examples=60)
@given(ANY_ROWS, METHODS, SCOPES, FEES, _SEEDS)
def test_any_ledger_in_any_form_is_matched_as_coin_by_coin(written, method, scope, fees, seed):
    told = _told(written, Random(seed), Book(method, scope, fees))
    found = Purse(method.value, scope.value, fees=fees.value).run(written.rows)
    _assert_equal(told, found, written.decimals)


@settings(max_examples=40)
@given(PLAIN_ROWS, METHODS, SCOPES, FEES, _SEEDS)
def test_shorts_are_coins_that_are_owed(written, method, scope, fees, seed):
    told = _told(written, Random(seed), Book(method, scope, fees, shorts=True))
    found = Purse(method.value, scope.value, fees=fees.value, shorts=True).run(written.rows)
    _assert_equal(told, found, written.decimals)


@settings(max_examples=40)
@given(ANY_ROWS, SCOPES, _SEEDS)
def test_disposals_use_up_the_coins_they_name(written, scope, seed):
    random = Random(seed)
    named = Written(with_picks(written.rows, scope.value, random), written.decimals)
    told = _told(named, random, Book(Method.SPECIFIC, scope))
    _assert_equal(told, Purse("specific", scope.value).run(named.rows), named.decimals)


@settings(max_examples=30)
@given(ANY_ROWS, SCOPES, FEES, st.booleans(), _SEEDS)
def test_gain_less_remaining_basis_is_one_number_by_every_method_also_by_name(
    written, scope, fees, shorts, seed
):
    random = Random(seed)
    named = Written(with_picks(written.rows, scope.value, random), written.decimals)
    sums = compared(_ledger(named, random), Book(scope=scope, fees=fees, shorts=shorts))
    for by_method in sums.values():
        assert len({one["gain_less_remaining_basis"] for one in by_method.values()}) == 1
        assert len({one["missing"] for one in by_method.values()}) == 1
    is_named = any(row.picks for row in named.rows)
    assert all((Method.SPECIFIC.value in one) == is_named for one in sums.values())
