"""`alphapulse pool check` as a stranger meets it."""

import json

from tests.kit.amm import SHARED, recorded
from tests.kit.command import alphapulse
from tests.kit.pools import GOLDEN


def check(path):
    return alphapulse("pool", "check", str(path))


def written(tmp_path, whole):
    path = tmp_path / "pools.json"
    path.write_text(whole if isinstance(whole, str) else json.dumps(whole))
    return path


def test_recorded_pools_are_all_equal():
    recorded("amm_onchain/amm_onchain.json")
    done = check(SHARED / "amm_onchain" / "amm_onchain.json")
    assert (done.returncode, done.stderr) == (0, "")
    printed = json.loads(done.stdout)["pools"]
    assert [(row["kind"], row["equal"], row["different"]) for row in printed] == [
        ("v3", 80, 0),
        ("v2", 24, 0),
        ("curve", 18, 0),
    ]
    assert set(printed[0]) == {"name", "kind", "checked", "equal", "different", "reverts_ok"}


def test_a_difference_is_told_and_fails(tmp_path):
    whole = json.loads(GOLDEN.read_text())
    whole["pools"] = whole["pools"][:1]
    whole["pools"][0]["quotes"][2]["value"] = "123"
    done = check(written(tmp_path, whole))
    assert done.returncode == 1
    assert json.loads(done.stdout)["pools"][0]["different"] == 1
    assert "the contract said 123" in done.stderr


def test_an_unknown_kind_is_refused_in_one_sentence(tmp_path):
    done = check(written(tmp_path, {"pools": [{"name": "p", "kind": "crypto", "state": {}}]}))
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "'crypto'" in done.stderr


def test_a_pool_beyond_its_family_is_named_and_the_others_are_checked(tmp_path):
    whole = json.loads(GOLDEN.read_text())
    stranger = {"name": "a stranger", "kind": "crypto", "state": {}}
    done = check(written(tmp_path, {"pools": [stranger, whole["pools"][0]]}))
    refused, checked = json.loads(done.stdout)["pools"]
    assert (refused["name"], refused["kind"], refused["checked"]) == ("a stranger", "crypto", 0)
    assert "'crypto'" in refused["refused"]
    assert checked["checked"] == checked["equal"] + checked["reverts_ok"] > 0
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_a_malformed_file_is_refused_in_one_sentence(tmp_path):
    for whole in ('{"pools": [', "[[[", "7", '{"pools": [{"name": 3}]}'):
        done = check(written(tmp_path, whole))
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1
