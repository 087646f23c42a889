"""A file as strangers write it: read as it was meant, or refused and its row named."""

import gzip
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.errors import InputRefused
from ops.reconciling.files import as_object, is_clean, reconcile_files

HEAD = "id,time,account,asset,amount,fee_asset,fee,ref\n"
ROWS = (
    "a,2024-01-01T00:00:00Z,k,BTC,1.5,USD,0.1,t1\n",
    "b,2024-01-01T00:01:00Z,k,ETH,-2,USD,0.2,t2\n",
)
GOOD = HEAD + "".join(ROWS)


def file(folder, name, content):
    path = folder / name
    if isinstance(content, pa.Table):
        pq.write_table(content, path)
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def answer(folder, left, right=GOOD, suffix=".csv"):
    other = ".parquet" if isinstance(right, pa.Table) else ".csv"
    return reconcile_files(file(folder, f"l{suffix}", left), file(folder, f"r{other}", right))


SAME = {
    "a byte order mark": "\ufeff" + GOOD,
    "CRLF": GOOD.replace("\n", "\r\n"),
    "no newline at the end": GOOD.rstrip("\n"),
    "empty lines": HEAD + ROWS[0] + "\n" + ROWS[1] + "\n\n",
    "quotes": "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in GOOD.splitlines()
    ),
    "spaces": GOOD.replace(",", " , "),
    "another order and more columns": "\n".join(
        ",".join([*reversed(line.split(",")), more])
        for line, more in zip(GOOD.splitlines(), ("line,rowid", "7,x", "7,y"), strict=True)
    ),
    "gzip": gzip.compress(GOOD.encode()),
    "offsets": GOOD.replace("2024-01-01T00:00:00Z", "2024-01-01T02:00:00+02:00").replace(
        "2024-01-01T00:01:00Z", "2023-12-31 19:01:00.000-05:00"
    ),
    "other numbers": GOOD.replace("1.5", "+001.500").replace("-2", "-2.").replace("0.2", "20e-2"),
}


@pytest.mark.parametrize("written", SAME.values(), ids=SAME)
def test_one_content_may_be_written_in_many_ways(tmp_path, written):
    assert is_clean(answer(tmp_path, written))


REFUSED = [
    (b"", "first line", None),
    (GOOD.replace(",", ";"), "columns id", None),
    (GOOD.replace("ref", "ID"), "column id once", None),
    (GOOD.encode("utf-16"), "UTF-8", None),
    (GOOD.replace("\n", "\r\n", 1), "alike", None),
    (GOOD.replace("0.1,t1", "0.1,t1,x"), "8 and not 9", 1),
    (HEAD + "\n" + ROWS[0] + "b,1\n", "8 and not 2", 2),
    (HEAD + ROWS[0] + '"b' + ROWS[1], "quotes", 2),
    (GOOD.replace("b,", "é,").encode("latin-1"), "UTF-8", 2),
    (GOOD.replace("-2,", "1_0,"), "amount", 2),
    (GOOD.replace("-2,", ","), "an amount", 2),
    (GOOD.replace("01-01T00:01", "02-30T00:01"), "time", 2),
    (GOOD.replace("2024-01-01T00:01:00Z", "-5"), "time", 2),
    (GOOD.replace("2024-01-01T00:01", "2300-01-01T00:01"), "time", 2),
    (GOOD.replace("0.2", "x"), "fee", 2),
]


@pytest.mark.parametrize("is_left", [True, False])
@pytest.mark.parametrize(("written", "said", "row"), REFUSED)
def test_what_nobody_can_read_is_refused_and_its_row_named(tmp_path, written, said, row, is_left):
    sides = (written, GOOD) if is_left else (GOOD, written)
    with pytest.raises(InputRefused, match=said) as refused:
        answer(tmp_path, *sides)
    assert refused.value.context.get("row") == row


def test_an_unreadable_row_is_refused_though_both_sides_have_it(tmp_path):
    bad = GOOD.replace("1.5", "5..")
    with pytest.raises(InputRefused, match="amount"):
        answer(tmp_path, bad, bad)
    with pytest.raises(InputRefused, match="amount"):
        answer(tmp_path, GOOD.replace("1.5", "5"), bad)


TIMES = (datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, 0, 1, tzinfo=UTC))


def columns(**fields):
    plain = {
        "id": ["a", "b"], "time": TIMES, "account": ["k", "k"], "asset": ["BTC", "ETH"],
        "amount": ["1.5", "-2"], "fee_asset": ["USD", "USD"], "fee": ["0.1", "0.2"],
        "ref": ["t1", "t2"],
    }  # fmt: skip
    return pa.table({**plain, **fields})


WEI = pa.decimal128(38, 18)
AMOUNTS = (Decimal("1.5"), Decimal(-2))
TYPED = {
    "decimal of 38 digits": {"amount": pa.array(AMOUNTS, pa.decimal128(38, 18))},
    "decimal of 76 digits": {"amount": pa.array(AMOUNTS, pa.decimal256(76, 18))},
    "dictionary": {"asset": pa.array(["BTC", "ETH"]).dictionary_encode()},
    "large text": {"amount": pa.array(["1.5", "-2"], pa.large_string())},
    "bytes": {"ref": pa.array([b"t1", b"t2"])},
    "no offset": {"time": pa.array([one.replace(tzinfo=None) for one in TIMES])},
    "nanoseconds and zone": {"time": pa.array(TIMES, pa.timestamp("ns", "Europe/Berlin"))},
    "whole days": {"time": pa.array([date(2024, 1, 1)] * 2)},
    "unsigned nanoseconds": {"time": pa.array([1704067200 * 10**9] * 2, pa.uint64())},
    "columns of ours": {"line": [5, 5], "file_row_number": [1, 1], "nested": [[1], [2]]},
}


@pytest.mark.parametrize("fields", TYPED.values(), ids=TYPED)
def test_parquet_may_hold_any_exact_type(tmp_path, fields):
    assert is_clean(answer(tmp_path, columns(**fields), suffix=".parquet"))


@pytest.mark.parametrize(
    ("mine", "theirs", "gap"),
    [
        (pa.array([7, 8]), pa.array([7, 9]), "1"),
        (pa.array([7, 8], pa.int32()), pa.array([7, 9]), "1"),
        (pa.array([7, 8]), pa.array(["7.00", "9"]), "1"),
        (pa.array([7, 2**64 - 1], pa.uint64()), pa.array([7, 2**63 - 1]), str(2**63 - 2**64)),
        (pa.array(AMOUNTS, WEI), pa.array(AMOUNTS[:1] * 2, WEI), "3.5"),
        (pa.array(AMOUNTS, WEI), pa.array(AMOUNTS[:1] * 2, pa.decimal128(9, 2)), "3.5"),
        (pa.array([1, 2**250], pa.decimal256(76)), pa.array(["1", str(2**250 - 1)]), "-1"),
    ],
)  # fmt: skip
def test_amounts_of_any_two_types_differ_to_the_unit(tmp_path, mine, theirs, gap):
    sides = columns(amount=mine), columns(amount=theirs)
    causes = {(one["cause"], one["amount"]) for one in told(tmp_path, *sides)}
    assert {amount for _, amount in causes} == {gap}
    assert [one["amount"] for one in told(tmp_path, *reversed(sides))] == [
        gap[1:] if gap.startswith("-") else f"-{gap}"
    ]


def told(folder, left, right):
    return as_object(answer(folder, left, right, ".parquet"))["breaks"]


def test_a_fee_of_nothing_is_in_no_asset_whatever_type_it_has(tmp_path):
    mine = columns(fee=pa.array([0, 5]))
    theirs = columns(fee=pa.array([None, 5], pa.int64()), fee_asset=pa.array([None, "USD"]))
    assert told(tmp_path, mine, theirs) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"amount": pa.array([1.5, -2.0])}, "amount as text"),
        ({"fee": pa.array([1.5, -2.0], pa.float32())}, "fee as text"),
        ({"amount": pa.array([1, None])}, "an amount"),
        ({"amount": pa.array([True, False])}, "amount"),
        ({"id": pa.array(["a", None])}, "an id"),
        ({"asset": pa.array(["a", None])}, "an asset"),
        ({"time": pa.array([2**64 - 1, 1], pa.uint64())}, "time"),
        ({"price": pa.array(["1", "1/0"])}, "divisor"),
    ],
)
def test_parquet_that_lost_digits_or_lacks_cells_is_refused(tmp_path, fields, said):
    stated = {"price": ["1", "1"]}
    sides = columns(**stated), columns(**{**stated, **fields})
    for left, right in (sides, sides[::-1]):
        with pytest.raises(InputRefused, match=said):
            answer(tmp_path, left, right, suffix=".parquet")


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    with pytest.raises(InputRefused, match="Parquet"):
        answer(tmp_path, GOOD, suffix=".parquet")


def test_an_explanation_says_amounts_as_the_files_do(tmp_path):
    (one,) = as_object(answer(tmp_path, GOOD, GOOD.replace("1.5", "1.625")))["breaks"]
    assert one["explanation"] == "external says 1.625, internal 1.5"
    (one,) = as_object(answer(tmp_path, GOOD, GOOD.replace("0.1", "0.15")))["breaks"]
    assert one["explanation"] == "external charges a fee of 0.15, internal booked 0.1"
