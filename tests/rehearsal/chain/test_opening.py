"""Opening a desk's chain: from the prepared state, again, and after a stop."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from domain.errors import InputRefused, RpcUnavailable
from domain.home import DeskHome
from rehearsal.chain.deploy import DESK_WEI
from rehearsal.chain.node import NO_ANVIL_VARIABLE, anvil_binary
from rehearsal.chain.opening import RunningChain, open_chain, prepare, read_node, reopen
from rehearsal.chain.raw import ask
from tests.kit.eventually import eventually_sync

pytestmark = [
    pytest.mark.chain,
    pytest.mark.skipif(anvil_binary() is None, reason="anvil is not installed; run npm ci"),
]


@pytest.fixture
def home(tmp_path: Path) -> DeskHome:
    return DeskHome(tmp_path / "desk")


def opened(home: DeskHome, port: int | None = None) -> RunningChain:
    return asyncio.run(open_chain(home, seed=7, port=port))


def head(chain: RunningChain) -> dict[str, str]:
    return ask(chain.rpc_url, "eth_getBlockByNumber", "latest", False)


def height(chain: RunningChain) -> int:
    return int(head(chain)["number"], 16)


def desk_wei(chain: RunningChain) -> int:
    card = chain.card_part
    return int(ask(chain.rpc_url, "eth_getBalance", card.wallet, hex(card.opening_block)), 16)


def test_a_prepared_chain_opens_in_a_second_mines_by_itself_and_keeps_the_time(home):
    asyncio.run(prepare())
    started_s = time.monotonic()
    chain = opened(home)
    took_s = time.monotonic() - started_s
    try:
        opening = chain.card_part.opening_block
        assert desk_wei(chain) == DESK_WEI
        eventually_sync(lambda: height(chain) >= opening + 2, within_s=10)
        behind_s = time.clock_gettime(time.CLOCK_REALTIME) - int(head(chain)["timestamp"], 16)
        assert -2 < behind_s < 5
        final = ask(chain.rpc_url, "eth_getBlockByNumber", "finalized", False)
        assert height(chain) - int(final["number"], 16) <= 3
    finally:
        chain.stop()
    assert took_s < 3, "0.2 s alone; a busy machine takes longer"
    assert not chain.is_alive()


def test_a_stopped_chain_goes_on_where_it_stopped_with_its_history(home):
    first = opened(home)
    first.stop()
    again = opened(home)
    try:
        assert height(again) >= first.card_part.opening_block
        assert again.card_part.opening_block == first.card_part.opening_block
        assert again.card_part.pools == first.card_part.pools
        assert desk_wei(again) == DESK_WEI
    finally:
        again.stop()


def test_opening_a_running_chain_attaches_to_it(home):
    first = opened(home)
    try:
        second = opened(home)
        assert (second.pid, second.rpc_url) == (first.pid, first.rpc_url)
        assert (first.is_ours, second.is_ours) == (True, False)
        again = asyncio.run(reopen(home, first.card_part, seed=7))
        assert again.pid == first.pid
    finally:
        first.stop()


def test_stopping_a_chain_twice_is_stopping_it_once(home):
    chain = opened(home)
    chain.stop()
    chain.stop()
    assert read_node(home) == chain.node


def test_a_chain_that_left_no_state_is_refused_instead_of_begun_anew(home):
    opened(home).stop()
    (home.chain / "state.json").unlink()
    with pytest.raises(InputRefused, match="left no state"):
        opened(home)


def test_a_chain_of_anvil_is_not_resumed_on_another_engine(home, monkeypatch):
    opened(home).stop()
    monkeypatch.setenv(NO_ANVIL_VARIABLE, "1")
    with pytest.raises(InputRefused, match="resume"):
        opened(home)


def test_a_strangers_node_on_our_port_is_not_taken_for_ours(home):
    first = opened(home)
    try:
        port = int(first.rpc_url.rpartition(":")[2])
        other = DeskHome(home.root.parent / "other")
        with pytest.raises(RpcUnavailable, match="something else listens"):
            opened(other, port)
    finally:
        first.stop()


def test_a_node_that_cannot_start_names_its_log(home):
    opened(home).stop()
    (home.chain / "state.json").write_text("{}")
    with pytest.raises(RpcUnavailable, match=r"node\.log"):
        opened(home)


def test_a_mangled_file_is_refused_by_name(home):
    opened(home).stop()
    (home.chain / "deployed.json").write_text("{")
    with pytest.raises(InputRefused, match=r"deployed\.json"):
        opened(home)


def test_a_killed_node_is_noticed(home):
    chain = opened(home)
    os.kill(chain.pid, signal.SIGKILL)
    eventually_sync(lambda: not chain.is_alive(), within_s=5)
    with pytest.raises(RpcUnavailable, match="does not answer"):
        height(chain)
