"""Structured logs."""

from __future__ import annotations

import json

from live.aio.logs import open_log
from tests.kit.clock import noon_clock


def test_a_line_is_one_object_with_its_time_and_process(tmp_path, capsys):
    log = open_log("relay", tmp_path / "logs", noon_clock())
    log.info("frames passed", count=5)
    log.warning("a producer talks nonsense")
    lines = (tmp_path / "logs" / "relay.jsonl").read_text().splitlines()
    assert json.loads(lines[0]) == {
        "process": "relay",
        "event": "frames passed",
        "count": 5,
        "level": "info",
        "at": "2025-11-20T12:00:00.000000000Z",
    }
    assert len(lines) == 2
    assert capsys.readouterr().err == "relay: a producer talks nonsense\n"
    log._logger._file.close()


def test_a_second_run_appends_to_the_first(tmp_path):
    for _ in range(2):
        log = open_log("relay", tmp_path, noon_clock())
        log.info("started")
        log._logger._file.close()
    assert len((tmp_path / "relay.jsonl").read_text().splitlines()) == 2


def test_a_url_is_logged_as_its_host_however_it_came_into_the_line(tmp_path):
    log = open_log("relay", tmp_path, noon_clock())
    url = "https://node.example:8545/v2/c0ffee"
    try:
        raise OSError(401, url)
    except OSError:
        log.exception("no answer", node=url)
    log._logger._file.close()
    text = (tmp_path / "relay.jsonl").read_text()
    assert "c0ffee" not in text
    assert json.loads(text)["node"] == "https://node.example:8545"
