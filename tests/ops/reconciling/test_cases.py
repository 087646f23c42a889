"""Small files as anybody would write them: every cause alone, however the files name their rows.

Left is internal, right external; amounts of breaks are external minus internal, what only external
has counts as plus and what only internal has as minus.
"""

import csv

import pytest

from ops.reconciling.files import as_object, reconcile_files

COLUMNS = ("id", "time", "account", "asset", "amount", "fee_asset", "fee", "ref")
HUGE = 2**200
CLEAN = [
    {"n": 1, "asset": "BTC", "amount": "0.5", "fee_asset": "USD", "fee": "1.25"},
    {"n": 2, "asset": "ETH", "amount": "-3", "fee_asset": "USD", "fee": "0.75"},
    {"n": 3, "asset": "USDC", "amount": "1500.000000"},
    {"n": 4, "asset": "BTC", "amount": "-0.25", "fee_asset": "BNB", "fee": "0.002"},
    {"n": 5, "asset": "WEI", "amount": str(HUGE)},
    {"n": 6, "asset": "ETH", "amount": "2.5", "account": "cold"},
    {"n": 7, "asset": "ETH", "amount": "-0", "fee_asset": "ETH", "fee": "0.01"},
]
IDS = ("id", "both")
KEYS = ("ref", "id", "both", "none")


def written(path, side, rows, keys):
    """Write rows a minute apart; ids are each side's own unless they are the key."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for row in rows:
            number = row["n"]
            own = {key: value for key, value in row.items() if key in COLUMNS}
            named = {
                "id": f"{number}" if keys in IDS else f"{side}{number}",
                "ref": f"t{number}" if keys in {"ref", "both"} else "",
                "time": f"2024-05-01T10:{int(float(number)):02}:00Z",
                "account": "main",
            }
            writer.writerow({**named, **own})
    return path


def found(folder, left, right, keys):
    """Give cause, ids, asset and amount of every break, and what is left to confirm."""
    answer = as_object(
        reconcile_files(
            written(folder / "left.csv", "L", left, keys),
            written(folder / "right.csv", "R", right, keys),
        )
    )
    told = [
        (one["cause"], one["left_ids"], one["right_ids"], one["asset"], one["amount"])
        for one in answer["breaks"]
    ]
    return sorted(told), answer["suggested"], answer["summary"]


def without(number):
    return [row for row in CLEAN if row["n"] != number]


def altered(number, **fields):
    return [{**row, **fields} if row["n"] == number else row for row in CLEAN]


def name(side, number, keys):
    return (f"{number}" if keys in IDS else f"{side}{number}",)


@pytest.mark.parametrize("keys", KEYS)
def test_files_that_agree_are_clean_however_numbers_are_written(tmp_path, keys):
    other = altered(3, amount="1500")
    other = [{**row, "amount": "0"} if row["n"] == 7 else row for row in other]
    told, suggested, summary = found(tmp_path, CLEAN, other, keys)
    assert (told, suggested, summary["matched"]) == ([], [], len(CLEAN))


FIELDS = [
    ("QTY", 1, {"amount": "0.51"}, "BTC", "0.01"),
    ("QTY", 5, {"amount": str(HUGE - 1)}, "WEI", "-1"),
    ("SIDE", 1, {"amount": "-0.5"}, "BTC", "-1"),
    ("ASSET", 1, {"asset": "ETH"}, "ETH", "0.5"),
    ("ACCOUNT", 1, {"account": "cold"}, "BTC", "0.5"),
    ("FEE_AMOUNT", 1, {"fee": "1.3"}, "USD", "0.05"),
    ("FEE_AMOUNT", 1, {"fee": ""}, "USD", "-1.25"),
    ("FEE_ASSET", 1, {"fee_asset": "BNB"}, "BNB", "1.25"),
    ("DECIMALS", 3, {"amount": "1500000000"}, "USDC", "1499998500"),
    ("DECIMALS", 5, {"amount": str(HUGE * 10**12)}, "WEI", str(HUGE * 10**12 - HUGE)),
    ("TIMING", 1, {"time": "2024-05-03T10:01:00Z"}, "BTC", "0"),
]


@pytest.mark.parametrize("keys", KEYS)
@pytest.mark.parametrize(("cause", "number", "fields", "asset", "amount"), FIELDS)
def test_one_field_that_external_has_otherwise(
    tmp_path, keys, cause, number, fields, asset, amount
):
    told, suggested, _ = found(tmp_path, CLEAN, altered(number, **fields), keys)
    assert told == [(cause, name("L", number, keys), name("R", number, keys), asset, amount)]
    assert suggested == []


@pytest.mark.parametrize("keys", KEYS)
def test_a_row_that_one_side_lacks(tmp_path, keys):
    told, _, _ = found(tmp_path, CLEAN, without(2), keys)
    assert told == [("MISSING_EXTERNAL", name("L", 2, keys), (), "ETH", "3")]
    told, _, _ = found(tmp_path, without(2), CLEAN, keys)
    assert told == [("MISSING_INTERNAL", (), name("R", 2, keys), "ETH", "-3")]


@pytest.mark.parametrize("keys", KEYS)
@pytest.mark.parametrize("is_ours", [True, False])
@pytest.mark.parametrize("how", ["same id", "another id"])
def test_a_row_posted_twice(tmp_path, keys, is_ours, how):
    again = {} if how == "same id" else {"id": "2-dup" if keys in IDS else "again"}
    twice = [*CLEAN, {**CLEAN[1], **again}]
    told, suggested, _ = found(tmp_path, *((twice, CLEAN) if is_ours else (CLEAN, twice)), keys)
    (one,) = told
    ids = (again["id"],) if again else name("L" if is_ours else "R", 2, keys)
    assert one == ("DUPLICATE", *((ids, ()) if is_ours else ((), ids)), "ETH",
                   "3" if is_ours else "-3")  # fmt: skip
    assert suggested == []


@pytest.mark.parametrize("keys", ["ref", "id", "both"])
def test_several_causes_in_one_file_are_each_told(tmp_path, keys):
    left = [*without(6), {**CLEAN[3]}]
    right = altered(1, amount="0.6")
    right = [{**row, "fee": "0.8"} if row["n"] == 2 else row for row in right if row["n"] != 3]
    told, _, summary = found(tmp_path, left, right, keys)
    assert [one[0] for one in told] == [
        "DUPLICATE", "FEE_AMOUNT", "MISSING_EXTERNAL", "MISSING_INTERNAL", "QTY",
    ]  # fmt: skip
    assert [one[3:] for one in told] == [
        ("BTC", "0.25"), ("USD", "0.05"), ("USDC", "-1500"), ("ETH", "2.5"), ("BTC", "0.1"),
    ]  # fmt: skip
    assert summary["matched"] == 3
