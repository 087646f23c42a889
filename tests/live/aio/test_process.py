"""Processes as real children: how they end, and what they say when they do."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from domain.home import DeskHome
from tests.kit.eventually import eventually_sync
from tests.kit.homes import a_home
from tests.kit.running import ROOT, child

PROGRAM = """
import asyncio, sys
from pathlib import Path
from domain.errors import InputRefused, StorageFailed
from domain.home import DeskHome
from live.aio.process import serve

async def refused(service):
    raise InputRefused("write it otherwise", line=3)

async def failed(service):
    raise StorageFailed("make room")

async def buggy(service):
    return 1 // 0

async def done(service):
    service.ready()

async def task_ends(service):
    async def soon():
        await asyncio.sleep(0)
    service.spawn(soon(), "a feed")
    await service.stopping.wait()

async def stuck(service):
    service.ready()
    print("ready", flush=True)
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            print("cancelled", flush=True)
            raise

serve("relay", DeskHome(Path(sys.argv[2])), globals()[sys.argv[1]])
print("returned", flush=True)
"""


def run(body: str, home: DeskHome) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, body, str(home.root)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path)


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("refused", 2, "relay: write it otherwise (line=3)\n"),
        ("failed", 1, "relay: make room\n"),
        ("done", 0, ""),
        (
            "task_ends",
            1,
            "relay: a task that must never end has ended; restart the process (task=a feed)\n",
        ),
    ],
)
def test_a_process_ends_with_one_sentence_and_its_exit_code(home, body, code, said):
    ended = run(body, home)
    assert (ended.returncode, ended.stderr) == (code, said)


def test_a_bug_leaves_its_traceback_in_the_log(home):
    ended = run("buggy", home)
    assert ended.returncode == 1
    last = json.loads((home.logs / "relay.jsonl").read_text().splitlines()[-1])
    assert "ZeroDivisionError" in last["exception"]
    assert last["at"].endswith("Z")


def test_a_desk_that_was_never_opened_is_refused(tmp_path):
    ended = run("done", DeskHome(tmp_path))
    assert ended.returncode == 2
    assert "alphapulse up" in ended.stderr
    assert not (tmp_path / "logs").exists()


def test_a_card_that_is_none_is_refused(home):
    home.card.write_text("{")
    assert run("done", home).returncode == 2


def test_a_process_the_card_gives_no_port_is_refused(tmp_path):
    ended = run("done", a_home(tmp_path, metrics_ports={}))
    assert ended.returncode == 2
    assert "process=relay" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_process_serves_its_pages_and_stops_when_asked(home, number):
    with child("live.relay.main", home, "relay.sock") as relay:
        port = _port(home)
        eventually_sync(lambda: _get(port, "/health")[0] == 200)
        status, body = _get(port, "/health")
        assert json.loads(body)["state"] == "ready"
        status, body = _get(port, "/metrics")
        assert status == 200
        assert b'alphapulse_process_ready{process="relay"} 1.0' in body
        code, said = relay.stop(number)
    assert (code, said) == (0, "")


def _port(home: DeskHome) -> int:
    started = json.loads((home.logs / "relay.jsonl").read_text().splitlines()[0])
    return started["metrics_port"]


def _get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_a_port_somebody_else_has_is_refused(tmp_path):
    with child("live.relay.main", a_home(tmp_path / "a"), "relay.sock") as _first:
        port = _port(DeskHome(tmp_path / "a" / "desk"))
        ended = run("done", a_home(tmp_path / "b", metrics_ports={"relay": port}))
    assert ended.returncode == 2
    assert f"port={port}" in ended.stderr


def test_a_body_that_does_not_end_is_cancelled_by_the_second_request(home):
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "stuck", str(home.root)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as stuck:
        assert stuck.stdout is not None
        assert stuck.stdout.readline() == "ready\n"
        stuck.send_signal(signal.SIGINT)
        eventually_sync(lambda: '"stopping"' in (home.logs / "relay.jsonl").read_text())
        stuck.send_signal(signal.SIGINT)
        out, said = stuck.communicate(timeout=120)
    assert (stuck.returncode, out) == (1, "cancelled\n")
    assert said == "relay: stopped at once, as asked twice\n"
