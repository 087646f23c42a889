"""Two files reconciled: as the domain alone would, whatever the format of file, number and time."""

# ruff: noqa: S608 (names and folders of the test are all that is put into SQL)

import csv
import json
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings, strategies

from domain.errors import InputRefused
from domain.money import from_units
from domain.reconciliation.reconcile import reconcile
from ops.reconciling.cells import without_zeros
from ops.reconciling.files import as_object, is_clean, reconcile_files
from ops.reconciling.rules import StatedRules
from tests.domain.reconciliation.test_reconcile import SIDE
from tests.kit.reconciling import changed, desk

NAMES = (
    "id", "time", "account", "asset", "amount", "fee_asset", "fee", "ref", "order", "kind",
    "status",
)  # fmt: skip


def cells(row, decimals=2):
    amount, fee = from_units(row.amount_units, decimals), from_units(row.fee_units, decimals)
    first = (row.id, str(row.time_ns), row.account, row.asset, amount, row.fee_asset, fee)
    return [*first, row.ref, row.order, row.kind, row.status]


def write(path, rows, names=NAMES):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([names, *rows])
    return path


def told(folder, left, right, stated=None):
    files = (
        write(folder / f"{name}.csv", map(cells, rows))
        for name, rows in (("left", left), ("right", right))
    )
    return as_object(reconcile_files(*files, StatedRules(stated or {})))


def breaks(found):
    return sorted((one["cause"], tuple(one["left_ids"]), tuple(one["right_ids"]), one["amount"])
                  for one in found["breaks"])  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SIDE, SIDE)
def test_files_give_what_the_domain_gives(tmp_path, left, right):
    found = told(tmp_path, left, right)
    expected = reconcile(left, right)
    assert [one["id"] for one in found["breaks"]] == [one.id for one in expected.breaks]
    assert found["summary"]["matched"] == len(expected.matched)
    pairs = sorted((tuple(one["left_ids"]), tuple(one["right_ids"])) for one in found["matched"])
    assert pairs == sorted((one.left_ids, one.right_ids) for one in expected.matched)


def test_a_copy_is_seen_though_its_twin_left_with_the_exact_step(tmp_path):
    left, right = desk(9, keys="none")
    left = [changed(one, ref=f"r{n}") for n, one in enumerate(left)]
    right = [changed(one, ref=f"r{n}") for n, one in enumerate(right)]
    copy = changed(left[4], id="again", fee_units=left[4].fee_units)
    found = told(tmp_path, [*left, copy], right)
    assert breaks(found) == [
        ("DUPLICATE", ("again",), (), from_units(-copy.amount_units, 2).rstrip("0").rstrip("."))
    ]


@pytest.mark.parametrize(
    "time",
    [
        "2023-11-14T22:13:20Z",
        "2023-11-14 22:13:20",
        "2023-11-14T22:13:20.000000000Z",
        "2023-11-14T23:13:20+01:00",
        "1700000000",
        "1700000000000",
        "1700000000000000",
        "1700000000000000000",
        "1700000000.0",
    ],
)
@pytest.mark.parametrize(("amount", "fee"), [("+1.50", ""), ("1.5", "0"), ("15e-1", "0.00")])
def test_one_instant_and_one_amount_may_be_written_in_many_ways(tmp_path, time, amount, fee):
    names = ("ID", " Time", "account", "asset", "amount", "fee")
    left = write(tmp_path / "l.csv", [["a", time, "k", "BTC", amount, fee]], names)
    right = write(tmp_path / "r.csv", [["a", "1700000000", "k", "BTC", "1.5", "0"]], names)
    answer = reconcile_files(left, right)
    assert is_clean(answer)
    assert answer.summary["matched"] == 1


WRITTEN = strategies.from_regex(
    r"[+-]?[0-9]{1,4}([.][0-9]{0,4})?([eE][+-]?[0-9]{1,2})?", fullmatch=True
)
"""Decimals as files write them, zeros and exponents where they may be."""


@given(strategies.lists(WRITTEN, min_size=1, max_size=50))
def test_zeros_are_dropped_only_where_they_say_nothing(amounts):
    with duckdb.connect() as database:
        asked = f"select written, {without_zeros('written')} from (select unnest(?) as written)"
        for written, bare in database.execute(asked, [amounts]).fetchall():
            assert Decimal(bare) == Decimal(written)


@pytest.mark.parametrize("written", ["1.5E10", "+1.50e10", "150.0E8", "15E9"])
@pytest.mark.parametrize("column", ["amount", "fee"])
@pytest.mark.parametrize(("other", "is_same"), [("15000000000", True), ("15", False)])
def test_an_exponent_is_read_with_its_zeros(tmp_path, written, column, other, is_same):
    names = ("id", "time", "asset", "amount", "fee")

    def side(name, number):
        row = {"id": "a", "time": "1700000000", "asset": "BTC", "amount": "1", "fee": "1"}
        return write(tmp_path / name, [list({**row, column: number}.values())], names)

    assert is_clean(reconcile_files(side("l.csv", written), side("r.csv", other))) is is_same


def test_amounts_beyond_every_number_type_stay_exact(tmp_path):
    huge = 2**255 - 19
    names = ("id", "time", "asset", "amount")
    left = write(tmp_path / "l.csv", [["a", "1700000000", "T", str(huge)]], names)
    right = write(tmp_path / "r.csv", [["a", "1700000000", "T", str(huge + 1)]], names)
    (one,) = as_object(reconcile_files(left, right))["breaks"]
    assert (one["cause"], one["amount"]) == ("QTY", "1")


def test_parquet_says_the_same_as_csv(tmp_path):
    left, right = desk(20)
    right[3] = changed(right[3], amount_units=5)
    expected = breaks(told(tmp_path, left, right))
    for name in ("left", "right"):
        duckdb.execute(
            f"copy (select * replace (epoch_ms(time::bigint // 1000000) as time, "
            f"amount::decimal(38, 2) as amount) from read_csv('{tmp_path}/{name}.csv', "
            f"all_varchar=true)) to '{tmp_path}/{name}.parquet' (format parquet)"
        )
    found = reconcile_files(tmp_path / "left.parquet", tmp_path / "right.parquet")
    assert breaks(as_object(found)) == expected


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["", "1700000000", "k", "BTC", "1"], "an id"),
        (["b", "yesterday", "k", "BTC", "1"], "time"),
        (["b", "1700000000", "k", "", "1"], "an asset"),
        (["b", "1700000000", "k", "BTC", "lots"], "amount"),
        (["b", "1700000000", "k", "BTC", "nan"], "amount"),
        (["b", "1700000000", "k", "BTC", ""], "amount"),
    ],
)
def test_an_unreadable_row_refuses_the_file_and_is_named(tmp_path, cells, said):
    names = ("id", "time", "account", "asset", "amount")
    good = ["a", "1700000000", "k", "BTC", "1"]
    left, right = (
        write(tmp_path / "l.csv", [good, cells], names),
        write(tmp_path / "r.csv", [good], names),
    )
    with pytest.raises(InputRefused, match=said) as refused:
        reconcile_files(left, right)
    assert refused.value.context["row"] == 2


def test_a_row_of_too_few_cells_and_a_lacking_column_are_refused(tmp_path):
    good = write(
        tmp_path / "r.csv", [["a", "1700000000", "BTC", "1"]], ("id", "time", "asset", "amount")
    )
    (tmp_path / "l.csv").write_text("id,time,asset,amount\na,1700000000,BTC,1\nb,1700000000\n")
    with pytest.raises(InputRefused, match="4 and not 2"):
        reconcile_files(tmp_path / "l.csv", good)
    (tmp_path / "l.csv").write_text("id,time,asset\na,1,BTC\n")
    with pytest.raises(InputRefused, match="columns amount"):
        reconcile_files(tmp_path / "l.csv", good)
    (tmp_path / "l.csv").write_text("")
    with pytest.raises(InputRefused, match="first line"):
        reconcile_files(tmp_path / "l.csv", good)
    with pytest.raises(InputRefused, match="exists"):
        reconcile_files(tmp_path / "none.csv", good)


def test_a_float_has_lost_digits_and_is_refused(tmp_path):
    path = tmp_path / "l.parquet"
    row = "'a' as id, 1 as time, 'T' as asset, 0.5::double as amount"
    duckdb.execute(f"copy (select {row}) to '{path}' (format parquet)")
    with pytest.raises(InputRefused, match="float"):
        reconcile_files(path, path)


def test_prices_compare_where_both_files_state_them(tmp_path):
    names = ("id", "time", "asset", "amount", "price")
    row = ["a", "1700000000", "BTC", "1"]
    left = write(tmp_path / "l.csv", [[*row, "1/3"]], names)
    same = write(tmp_path / "r.csv", [[*row, "2/6"]], names)
    other = write(tmp_path / "o.csv", [[*row, "0.333"]], names)
    none = write(tmp_path / "n.csv", [row], names[:-1])
    causes = [
        [one.cause.value for one in reconcile_files(left, file).report.breaks]
        for file in (same, other, none)
    ]
    assert causes == [[], ["PRICE"], []]
    assert Fraction("1/3") != Fraction("0.333")


def test_more_exact_matches_than_are_listed_are_counted(tmp_path):
    left, right = desk(30)
    files = [write(tmp_path / f"{n}.csv", map(cells, rows)) for n, rows in enumerate((left, right))]
    found = as_object(reconcile_files(*files, listed=29))
    assert (found["matched"], found["summary"]["matched"], found["summary"]["matched_listed"]) == (
        [],
        30,
        0,
    )
    assert json.dumps(found)
