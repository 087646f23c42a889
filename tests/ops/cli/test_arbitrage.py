"""`alphapulse arbitrage` as a stranger meets it: JSON out, refusals with what to do."""

from __future__ import annotations

import json

import pytest

from tests.kit.amm import SHARED, recorded
from tests.kit.command import alphapulse
from tests.ops.market.test_find_report import UNIT, a_pool

DECODED = SHARED / "arbitrage_decode"


def _written(tmp_path, whole):
    path = tmp_path / "given.json"
    path.write_text(whole if isinstance(whole, str) else json.dumps(whole))
    return str(path)


def test_find_prints_the_best_cycle_of_each_start(tmp_path):
    pools = [
        a_pool("one", "A", "B", 1000 * UNIT, 1000 * UNIT),
        a_pool("two", "A", "B", 1000 * UNIT, 1080 * UNIT),
    ]
    done = alphapulse("arbitrage", "find", _written(tmp_path, {"pools": pools}))
    assert (done.returncode, done.stderr) == (0, "")
    rows = json.loads(done.stdout)
    assert [row["path"] for row in rows] == [["A", "B", "A"], ["B", "A", "B"]]
    assert {"path", "amount_in", "amount_out", "profit", "hops"} <= set(rows[0])
    assert all(row["is_proven_best"] in {True, False} for row in rows)


def test_find_prints_an_empty_list_where_there_is_none():
    recorded("amm_onchain/amm_onchain.json")
    done = alphapulse("arbitrage", "find", str(SHARED / "amm_onchain" / "amm_onchain.json"))
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


@pytest.mark.parametrize("hops", ["1", "13"])
def test_find_refuses_hops_out_of_bounds(tmp_path, hops):
    done = alphapulse("arbitrage", "find", "--hops", hops, _written(tmp_path, {"pools": []}))
    assert done.returncode == 2


@pytest.mark.parametrize("whole", ["", "[1", {"pools": [{"name": "x"}]}, {"pools": 7}, {}])
@pytest.mark.parametrize("command", ["find", "decode"])
def test_a_file_that_is_none_is_refused_with_a_reason(tmp_path, whole, command):
    done = alphapulse("arbitrage", command, _written(tmp_path, whole))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "alphapulse:" in done.stderr


def test_an_unknown_family_and_a_reserve_out_of_range_are_refused(tmp_path):
    fine = a_pool("one", "A", "B", 1000, 1000)
    for pool in (fine | {"kind": "mystery"}, a_pool("minus", "A", "B", -5, 1000)):
        done = alphapulse("arbitrage", "find", _written(tmp_path, {"pools": [pool]}))
        assert done.returncode == 2, pool


@pytest.mark.parametrize("command", ["find", "decode"])
def test_a_file_that_is_not_there_is_refused(tmp_path, command):
    done = alphapulse("arbitrage", command, str(tmp_path / "none.json"))
    assert done.returncode == 2
    assert "check the path" in done.stderr


def test_decode_prints_every_recorded_arbitrage_and_no_other():
    whole = recorded("arbitrage_decode/mev_inspect_js.json")
    expected = [
        result["profit"]["amount"]
        for group in ("arbitrage", "nftArbitrages")
        for case in whole[group]
        for result in case["result"]
    ]
    done = alphapulse("arbitrage", "decode", str(DECODED / "mev_inspect_js.json"))
    assert (done.returncode, done.stderr) == (0, "")
    assert [row["profit"]["amount"] for row in json.loads(done.stdout)] == expected


def test_every_recorded_file_can_be_decoded():
    recorded("arbitrage_decode/mev_inspect_js.json")
    files = sorted(DECODED.glob("*.json"))
    assert files
    for file in files:
        done = alphapulse("arbitrage", "decode", str(file))
        assert done.returncode == 0, done.stderr
        for row in json.loads(done.stdout):
            assert int(row["amount_out"]) > int(row["amount_in"])


def test_decode_takes_gas_off_where_its_price_is_given(tmp_path):
    cases = recorded("arbitrage_decode/mev_inspect_js.json")["arbitrage"]
    swaps = next(case["args"][0] for case in cases if "multistep" in case["test"])
    path = _written(tmp_path, swaps)
    (gross,) = json.loads(alphapulse("arbitrage", "decode", path).stdout)
    (net,) = json.loads(alphapulse("arbitrage", "decode", "--gas-price", "7", path).stdout)
    assert "gas_wei" not in gross
    assert int(net["profit_net_of_gas"]) == int(gross["profit"]["amount"]) - int(net["gas_wei"])
