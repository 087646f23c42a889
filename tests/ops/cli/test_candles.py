"""`alphapulse candles` as a stranger meets it."""

import json

from tests.kit.command import alphapulse


def candles(path):
    return alphapulse("candles", str(path))


def written(tmp_path, *ids):
    rows = [["5.50", "1.0", 60 * trade_id, "b", "l", "", trade_id] for trade_id in ids]
    path = tmp_path / "trades.json"
    path.write_text(json.dumps({"error": [], "result": {"AB": rows, "last": "9"}}))
    return path


def test_candles_are_printed_as_a_list(tmp_path):
    done = candles(written(tmp_path, 1, 2, 3))
    assert (done.returncode, done.stderr) == (0, "")
    printed = json.loads(done.stdout)
    assert [candle["time"] for candle in printed] == [60, 120, 180]
    assert set(printed[1]) == {"time", "open", "high", "low", "close", "volume", "count"}


def test_a_hole_in_the_ids_is_said(tmp_path):
    done = candles(written(tmp_path, 1, 4))
    assert done.returncode == 0
    assert done.stderr.startswith("2 trade ids are missing (2 to 3)")


def test_a_malformed_file_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "trades.json"
    path.write_text('{"error": [], "result": {"AB": [["1"')
    done = candles(path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
