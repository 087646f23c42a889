"""The chain as a process of the desk: it watches a node it found and stops a node it started."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from domain.home import DeskHome
from rehearsal.chain.artifacts import ROOT
from rehearsal.chain.node import Node, anvil_binary, is_running, stop_node
from rehearsal.chain.opening import open_chain, read_node
from tests.kit.eventually import eventually_sync
from tests.kit.facts import a_card

pytestmark = [
    pytest.mark.chain,
    pytest.mark.skipif(anvil_binary() is None, reason="anvil is not installed; run npm ci"),
]

RUN = (
    "import sys; from pathlib import Path; from domain.home import DeskHome;"
    "from rehearsal.chain.main import main; main(DeskHome(Path(sys.argv[1])))"
)


@pytest.fixture
def home(tmp_path: Path) -> DeskHome:
    """A desk whose chain runs and whose card is written."""
    home = DeskHome(tmp_path / "desk")
    chain = asyncio.run(open_chain(home, seed=7))
    card = a_card(chain=chain.card_part, metrics_ports={"chain": 0})
    home.card.write_bytes(msgspec.json.encode(card))
    yield home
    stop_node(node_of(home))


def node_of(home: DeskHome) -> Node:
    node = read_node(home)
    assert node is not None
    return node


def start(home: DeskHome) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", RUN, str(home.root)], cwd=ROOT, stderr=-1)


def is_watching(home: DeskHome) -> bool:
    log = home.logs / "chain.jsonl"
    lines = log.read_text().splitlines() if log.exists() else []
    return any(json.loads(line).get("event") == "chain" for line in lines)


def end(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    return process.returncode


def test_a_node_it_found_outlives_the_process(home):
    node = node_of(home)
    process = start(home)
    eventually_sync(lambda: is_watching(home), within_s=30)
    assert end(process) == 0
    assert is_running(node)


def test_a_node_it_had_to_start_is_stopped_with_the_process(home):
    stop_node(node_of(home))
    process = start(home)
    eventually_sync(lambda: is_watching(home), within_s=30)
    node = node_of(home)
    assert is_running(node)
    assert end(process) == 0
    assert not is_running(node)


def test_a_node_that_is_killed_ends_the_process_with_one_sentence(home):
    process = start(home)
    eventually_sync(lambda: is_watching(home), within_s=30)
    os.kill(node_of(home).pid, signal.SIGKILL)
    _, words = process.communicate(timeout=120)
    assert process.returncode == 1
    assert b"the chain's node is gone" in words
