"""Real trades in two files, some missing, doubled or altered: told, in any order of rows."""

import csv
import json
from collections import Counter
from decimal import Decimal
from random import Random

import pytest

from ops.reconciling.files import as_object, reconcile_files
from ops.reconciling.rules import StatedRules
from tests.domain.reconciliation.test_reconcile import DATA

NAMES = ("id", "time", "account", "asset", "amount", "fee_asset", "fee", "ref")
MIRRORED = {"MISSING_INTERNAL": "MISSING_EXTERNAL", "MISSING_EXTERNAL": "MISSING_INTERNAL"}
UNIT = Decimal("0.00000001")


@pytest.fixture(scope="module")
def trades():
    """Thousand trades of a real exchange, as it tells them."""
    path = DATA / "kraken_ohlc" / "http_trades.json"
    if not path.exists():
        pytest.skip(f"the recorded trades are not at {path}")
    told = json.loads(path.read_text())
    return next(of for name, of in told.get("result", told).items() if name != "last")


def side(trades, name, keys):
    """Write trades as one side does: ids are its own unless they are the key."""
    return [
        {
            "id": str(number) if keys in {"id", "both"} else f"{name}{number}",
            "time": str(time),
            "account": "kraken",
            "asset": "XBT",
            "amount": f"{'-' if way == 's' else ''}{volume}",
            "fee_asset": "USDT",
            "fee": str(Decimal(price) / 1000),
            "ref": str(number) if keys in {"ref", "both"} else "",
        }
        for price, volume, time, way, *_, number in trades
    ]


def lonely(trades):
    """Choose 60 trades with seconds between any two, so that none is like another's fault."""
    chosen: list[int] = []
    for at in Random(5).sample(range(len(trades)), len(trades)):
        if all(abs(trades[at][2] - trades[other][2]) > 3 for other in chosen):
            chosen.append(at)
    return chosen[:60]


def broken(trades, keys):
    """Two sides of which some rows are missing, there twice, or altered, and by which cause."""
    left, right = side(trades, "L", keys), side(trades, "R", keys)
    struck = lonely(trades)
    for at in struck[:15]:
        right[at]["amount"] = str(Decimal(right[at]["amount"]) + UNIT)
    for at in struck[15:20]:
        right[at]["amount"] = str(-Decimal(right[at]["amount"]))
    for at in struck[20:30]:
        right[at]["fee"] = str(Decimal(right[at]["fee"]) + 1)
    left += [dict(left[at]) for at in struck[30:35]]
    right += [dict(right[at]) for at in struck[35:40]]
    left = [row for at, row in enumerate(left) if at not in struck[40:50]]
    right = [row for at, row in enumerate(right) if at not in struck[50:]]
    causes = {"QTY": 15, "SIDE": 5, "FEE_AMOUNT": 10, "DUPLICATE": 10}
    return left, right, {**causes, "MISSING_INTERNAL": 10, "MISSING_EXTERNAL": 10}


def told(folder, left, right, stated=None):
    files = folder / "left.csv", folder / "right.csv"
    for path, rows in zip(files, (left, right), strict=True):
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, NAMES)
            writer.writeheader()
            writer.writerows(rows)
    return as_object(reconcile_files(*files, StatedRules(stated or {})))


@pytest.mark.parametrize("keys", ["id", "ref", "both", "none"])
def test_every_fault_is_told_whatever_the_rows_are_known_by(tmp_path, trades, keys):
    left, right, causes = broken(trades, keys)
    found = told(tmp_path, left, right)
    assert Counter(one["cause"] for one in found["breaks"]) == causes
    assert (found["summary"]["matched"], found["suggested"]) == (len(trades) - 50, [])


@pytest.mark.parametrize("keys", ["ref", "none"])
def test_the_order_of_rows_changes_no_byte_and_the_other_side_sees_the_mirror(
    tmp_path, trades, keys
):
    left, right, _ = broken(trades, keys)
    found = told(tmp_path, left, right)
    random = Random(7)
    mixed = random.sample(left, len(left)), random.sample(right, len(right))
    assert json.dumps(told(tmp_path, *mixed)) == json.dumps(found)
    windows = {"window_after_s": 3_600, "window_before_s": 72_000}
    turned = told(tmp_path, right, left, windows)
    mirrored = [
        (MIRRORED.get(one["cause"], one["cause"]), one["right_ids"], one["left_ids"])
        for one in found["breaks"]
    ]
    seen = [(one["cause"], one["left_ids"], one["right_ids"]) for one in turned["breaks"]]
    assert sorted(map(repr, seen)) == sorted(map(repr, mirrored))
