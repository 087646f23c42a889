"""The whole: every row ends once, the order of nothing matters, real trades and a real block."""

import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reconciliation.reconcile import reconcile, summed
from domain.reconciliation.rules import Rules
from domain.reconciliation.types import Row
from tests.kit.reconciling import causes, changed, desk, row

DATA = Path(os.environ.get("ALPHAPULSE_DATA", Path(__file__).parents[4] / "shared" / "data"))
SMALL = st.builds(
    row,
    st.sampled_from("abcd"),
    st.integers(-3, 3).map(lambda units: units * 1_000),
    after_ns=st.integers(0, 2).map(lambda seconds: seconds * 10**9),
    asset=st.sampled_from(("BTC", "ETH")),
    ref=st.sampled_from(("", "x", "y")),
    fee_units=st.integers(0, 1),
    order=st.sampled_from(("", "o")),
    kind=st.sampled_from(("", "gas")),
    status=st.sampled_from(("", "", "reverted")),
)
SIDE = st.lists(SMALL, max_size=7)


@given(SIDE, SIDE, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(left, right, random):
    told = reconcile(left, right)
    assert reconcile(random.sample(left, len(left)), random.sample(right, len(right))) == told


@given(SIDE, SIDE)
def test_by_keys_only_what_shares_no_key_is_never_brought_together(left, right):
    told = reconcile(left, right, Rules(keys_only=True))
    by_id = [
        {one.id: [r for r in rows if r.id == one.id] for one in rows} for rows in (left, right)
    ]
    for one in (*told.matched, *told.suggested, *told.breaks):
        mine = [row for name in one.left_ids for row in by_id[0][name]]
        theirs = [row for name in one.right_ids for row in by_id[1][name]]
        keys = [
            {(kind, getattr(row, kind)) for row in rows for kind in ("id", "ref", "order")}
            - {("ref", ""), ("order", "")}
            for rows in (mine, theirs)
        ]
        assert not mine or not theirs or keys[0] & keys[1]


@given(SIDE, SIDE)
def test_every_row_ends_in_a_match_a_suggestion_or_a_break(left, right):
    told = reconcile(left, right)
    for side, rows in (("left_ids", left), ("right_ids", right)):
        found = Counter(
            id_ for one in (*told.matched, *told.suggested) for id_ in getattr(one, side)
        )
        broken = {id_ for one in told.breaks for id_ in getattr(one, side)}
        counts = Counter(one.id for one in rows)
        assert all(found[id_] <= count for id_, count in counts.items())
        assert all(found[id_] == count or id_ in broken for id_, count in counts.items())


@given(SIDE)
def test_a_side_agrees_with_itself(rows):
    plain = [changed(one, status="") for one in rows]
    told = reconcile(plain, plain)
    assert not told.breaks
    assert len({one.id for one in told.breaks}) == len(told.breaks)


@given(SIDE, SIDE)
def test_ids_of_breaks_are_unique(left, right):
    ids = [one.id for one in reconcile(left, right).breaks]
    assert len(set(ids)) == len(ids)


FAULTS = {
    "QTY": {"amount_units": 12_345_678_901},
    "ASSET": {"asset": "DOGE"},
    "ACCOUNT": {"account": "other"},
    "FEE_AMOUNT": {"fee_units": 3},
    "FEE_ASSET": {"fee_asset": "BNB"},
}


@pytest.mark.parametrize("keys", ["ref", "id", "none"])
@pytest.mark.parametrize("cause", FAULTS)
def test_an_altered_field_is_one_break_on_its_pair(keys, cause):
    left, right = desk(keys=keys)
    left[5] = changed(left[5], **FAULTS[cause])
    told = reconcile(left, right)
    assert causes(told) == [cause]
    assert told.breaks[0].left_ids == (left[5].id,)
    assert told.breaks[0].right_ids == (right[5].id,)


def test_several_rows_as_one_add_up_by_fee_asset():
    one = row("a", 5, fee_asset="USD", fee_units=1)
    assert summed([one, one]).fee_units == 2
    assert summed([one, changed(one, fee_asset="BNB")]).fee_asset == "BNB,USD"


def kraken(tag: str) -> list[Row]:
    path = DATA / "kraken_ohlc" / "http_trades.json"
    if not path.exists():
        pytest.skip(f"real trades are read from {path.parent}, which is not here")
    trades = json.loads(path.read_text(), parse_float=Decimal)["result"]["XBTUSDT"]
    return [
        Row(
            id=f"{tag}{trade[6]}" if tag else str(trade[6]),
            time_ns=int(trade[2] * 10**9),
            account="kraken:spot",
            asset="kraken:XBT",
            amount_units=int(Decimal(trade[1]) * 10**8) * (1 if trade[3] == "b" else -1),
            ref=str(trade[6]) if tag else "",
        )
        for trade in trades
    ]


def block(tag: str) -> list[Row]:
    path = DATA / "eth_block_17173049" / "token_transfers.json"
    if not path.exists():
        pytest.skip(f"a real block is read from {path.parent}, which is not here")
    return [
        Row(
            id=f"{tag}{one['transaction_hash']}:{one['log_index']}",
            time_ns=1_683_029_999 * 10**9,
            account=one["to_address"],
            asset=one["token_address"],
            amount_units=int(one["value"]),
            ref=one["transaction_hash"] if tag else "",
        )
        for one in json.loads(path.read_text())
    ]


@pytest.mark.parametrize("source", [kraken, block])
@pytest.mark.parametrize("tags", [("", ""), ("L", "R")])
def test_real_rows_removed_doubled_and_altered_are_found_and_nothing_else(source, tags):
    left, right = source(tags[0]), source(tags[1])
    right = [changed(one, id=one.id) for one in right]
    picked = Random(7).sample(range(len(left)), 40)
    expected = Counter()
    gone_left, gone_right = set(picked[:10]), set(picked[10:20])
    for at in picked[20:30]:
        left[at] = changed(left[at], amount_units=left[at].amount_units * 3 + 1)
        expected["QTY", left[at].id, right[at].id] += 1
    for at in gone_left:
        expected["MISSING_INTERNAL", "", right[at].id] += 1
    for at in gone_right:
        expected["MISSING_EXTERNAL", left[at].id, ""] += 1
    doubled = [left[at] for at in picked[30:]]
    for one in doubled:
        expected["DUPLICATE", one.id, ""] += 1
    told = reconcile(
        [one for at, one in enumerate(left) if at not in gone_left] + doubled,
        [one for at, one in enumerate(right) if at not in gone_right],
    )
    found = Counter(
        (one.cause.value, "".join(one.left_ids), "".join(one.right_ids)) for one in told.breaks
    )
    assert found == expected
    assert not told.suggested
    assert all(one.left_ids[0].lstrip("L") == one.right_ids[0].lstrip("R") for one in told.matched)
