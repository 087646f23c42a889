"""What nodes tell unasked is passed on to those it concerns, and a socket's death is announced."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import structlog

from journal.records import AlertRaised
from live.chain.heads import Heads
from live.chain.socket import NodeSocket
from live.execution.finality import FinalityWatch
from live.execution.machine import State
from live.execution.node_ears import MORE_NODES, NodeEars, nodes_of
from tests.kit.clock import noon_clock
from tests.kit.facts import WALLET, a_card
from tests.kit.theatre import Theatre
from tests.kit.trading import an_atomic

UNTOLD = "v2-a-path-nobody-may-read"
HEAD = {
    "number": "0x7", "hash": "0x1", "parentHash": "0x0", "timestamp": "0x1",
    "baseFeePerGas": "0x5", "gasUsed": "0x0", "gasLimit": "0x10",
}  # fmt: skip


class ToldSocket(NodeSocket):
    """A socket that is told what its node says by a test."""

    def says(self, topic: str, result: dict[str, Any]) -> None:
        for params, hear in self._topics:
            if params[0] == topic:
                hear(result)


class Ears:
    def __init__(self) -> None:
        self.socket = ToldSocket(f"wss://node.example:8546/{UNTOLD}")
        self.heads, self.alerts, self.taken_back_hashes = Heads(), list[AlertRaised](), list[str]()
        self.ears = NodeEars(
            [self.socket], WALLET, heads=self.heads, watch=self, tell=self.told,
            clock=noon_clock(), log=structlog.get_logger(),
        )  # fmt: skip

    async def told(self, alert: AlertRaised) -> None:
        self.alerts.append(alert)

    async def taken_back(self, tx_hash: str) -> None:
        self.taken_back_hashes.append(tx_hash)

    async def pass_on(self) -> None:
        passing = asyncio.create_task(self.ears.pass_on())
        for _ in range(5):
            await asyncio.sleep(0)
        passing.cancel()
        with suppress(asyncio.CancelledError):
            await passing


def test_a_head_is_passed_on_and_one_that_is_none_passed_over():
    async def story() -> None:
        ears = Ears()
        ears.socket.says("newHeads", {"number": 7})
        assert ears.heads.heard == 0
        ears.socket.says("newHeads", HEAD)
        newest = ears.heads.newest(within_s=60)
        assert newest is not None
        assert (newest.number, newest.base_fee_wei) == (7, 5)

    asyncio.run(story())


def test_a_socket_that_goes_and_comes_is_announced_by_host_alone():
    async def story() -> list[AlertRaised]:
        ears = Ears()
        for is_open in (True, True, False, False, True):
            ears.socket.tell(is_open, "somehow")
        await ears.pass_on()
        return ears.alerts

    lost, back = asyncio.run(story())
    assert (lost.alert, lost.severity) == ("node_socket_lost", "warning")
    assert (back.alert, back.severity) == ("node_socket_back", "info")
    assert lost.subject == back.subject == "node.example:8546"
    assert UNTOLD not in repr((lost, back))


def test_a_node_that_never_had_a_socket_alarms_nobody():
    async def story() -> list[AlertRaised]:
        ears = Ears()
        ears.socket.tell(False, "refused")
        ears.socket.tell(False, "refused")
        await ears.pass_on()
        return ears.alerts

    assert asyncio.run(story()) == []


def test_a_log_taken_back_has_its_transaction_asked_about_and_any_other_does_not():
    async def story() -> list[str]:
        ears = Ears()
        ears.socket.says("logs", {"transactionHash": "0xAA", "removed": False})
        ears.socket.says("logs", {"transactionHash": "0xBB", "removed": True})
        await ears.pass_on()
        return ears.taken_back_hashes

    assert set(asyncio.run(story())) == {"0xbb"}


def test_a_trade_whose_logs_are_taken_back_and_that_fails_in_its_new_block_is_undone_at_once():
    async def story() -> tuple[str, list[str]]:
        theatre = Theatre()
        watch = FinalityWatch(theatre.chain, theatre.lane, theatre.runner, theatre.scribe)
        run = await theatre.play(an_atomic())
        watch.watch(run)
        tx_hash = run.leg.intent.tx_hash
        await watch.taken_back("0x" + "99" * 32)
        assert run.state is State.SETTLED
        theatre.chain.mine_again(tx_hash, status=0)
        await watch.taken_back(tx_hash)
        return run.state.value, [f.status for f in theatre.recorder.of("transaction.observed")]

    assert asyncio.run(story()) == ("failed", ["INCLUDED", "REVERTED"])


def test_the_nodes_are_the_cards_and_the_environments_each_once():
    card = a_card()
    more = {MORE_NODES: f"http://other:1, {card.chain.rpc_url},"}
    found = nodes_of(card, more)
    assert list(found) == [card.chain.rpc_url, "http://other:1"]
    assert found["http://other:1"].url == "ws://other:1"
