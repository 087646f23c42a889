"""Answers are equal, reverts on both sides, or different; nothing lies between."""

from __future__ import annotations

import copy
import json
from functools import partial

import pytest

from domain.amm.pool import Reverts
from domain.errors import InputRefused
from ops.market.pool_report import check_file, checked
from ops.market.swap_vectors import Asked, Question
from tests.kit.amm import SHARED, recorded
from tests.kit.pools import GOLDEN


def asked(expected, answered):
    question = Question("key", expected, partial(lambda answer: answer, answered))
    return checked(Asked("p", "v2", (question,)))


@pytest.mark.parametrize(
    ("expected", "answered", "counts"),
    [
        (5, 5, (1, 0, 0)),
        (5, 6, (0, 1, 0)),
        (Reverts("recorded"), Reverts("why (SPL)"), (0, 0, 1)),
        (Reverts("VM Exception: revert SPL"), Reverts("why (SPL)"), (0, 0, 1)),
        (Reverts("VM Exception: revert AS"), Reverts("why (SPL)"), (0, 1, 0)),
        (Reverts("recorded"), 5, (0, 1, 0)),
        (5, Reverts("why"), (0, 1, 0)),
    ],
)
def test_every_answer_is_counted_once(expected, answered, counts):
    row = asked(expected, answered).row()
    assert (row["equal"], row["different"], row["reverts_ok"]) == counts
    assert row["checked"] == sum(counts)


def test_a_difference_names_the_question_and_both_answers():
    assert asked(5, Reverts("it is empty")).differences == (
        "key: the contract said 5, we say revert: it is empty",
    )


@pytest.mark.parametrize(
    ("name", "checked_count", "reverted"),
    [
        ("amm_onchain/amm_onchain.json", 122, 0),
        ("uniswap_vectors/v3core_swaps.json", 128, 26),
        ("uniswap_vectors/v2core.json", 14, 7),
        ("uniswap_vectors/v3core_tickmath.json", 45, 0),
    ],
)
def test_every_recorded_answer_is_equal_to_the_unit(name, checked_count, reverted):
    recorded(name)
    pools = check_file(SHARED / name)
    assert [pool.differences for pool in pools if pool.differences] == []
    assert sum(pool.checked for pool in pools) == checked_count
    assert sum(pool.reverts_ok for pool in pools) == reverted


def test_every_single_quote_changed_by_a_unit_is_noticed(tmp_path):
    whole = json.loads(GOLDEN.read_text())
    changed = copy.deepcopy(whole)
    for pool in changed["pools"]:
        for quote in pool["quotes"]:
            quote["value"] = str(int(quote["value"] or 0) + 1)
            quote["reverted"] = False
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(changed))
    assert all(pool.equal == pool.reverts_ok == 0 for pool in check_file(path))


def test_a_v3_quoter_that_refuses_a_partial_output_is_believed(tmp_path):
    entry = copy.deepcopy(recorded("amm_onchain/amm_onchain.json")["pools"][0])
    partial_key = "|quoteExactOutputSingle|WETH->WBTC|1000000000000000"
    (quote,) = (quote for quote in entry["quotes"] if quote["key"].endswith(partial_key))
    entry["quotes"] = [quote | {"value": None, "reverted": True}]
    path = tmp_path / "pools.json"
    path.write_text(json.dumps({"pools": [entry]}))
    assert [pool.reverts_ok for pool in check_file(path)] == [1]


@pytest.mark.parametrize("text", ["{}", '{"pools": 5}', "7", '[{"id": "x"}]', '{"pools": [{}]}'])
def test_a_file_of_no_known_form_is_refused(tmp_path, text):
    path = tmp_path / "pools.json"
    path.write_text(text)
    with pytest.raises(InputRefused):
        check_file(path)
