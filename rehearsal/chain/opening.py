"""Opening the desk's chain: attach to its node, resume its state, or begin from the prepared one.

The prepared state is deployed once and kept under ``.tools/`` by a hash of everything it was made
from, so a change of contract, deployment or node makes a new one. Under `home.chain`:

================  =======================================================================
``deployed.json`` card and assets; written once, when the chain is opened the first time
``node.json``     engine, URL and process id of the node that serves it now
``state.json``    the chain itself, written by anvil when it stops
================  =======================================================================

A chain that is killed instead of stopped goes back to its last stop.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TypeVar

import msgspec

from domain.desk import Asset, ChainCard
from domain.errors import InputRefused, RpcUnavailable, StorageFailed
from domain.home import DeskHome
from rehearsal.chain import artifacts, keys, node
from rehearsal.chain import deploy as deployment
from rehearsal.chain.deploy import Deployed, deploy
from rehearsal.chain.node import ANVIL, Node, start_node, stop_node
from rehearsal.chain.raw import ask

TOOLS = artifacts.ROOT / ".tools"
BLOCK_SECONDS = 1
_CODE = ("executor", "token", "v2-factory", "v2-router", "v3-factory", "v3-positions",
         "v3-router", "v3-quoter")  # fmt: skip


_Kind = TypeVar("_Kind", bound=msgspec.Struct)


class RunningChain:
    """The desk's chain, served by a process of its own.

    Args:
        deployed: What stands on it, the card with its URL.
        running: The node that serves it.
        is_ours: Whether it was started here, not found running.
    """

    def __init__(self, deployed: Deployed, running: Node, *, is_ours: bool) -> None:
        self.card_part: ChainCard = deployed.card
        self.assets: tuple[Asset, ...] = deployed.assets
        self.node = running
        self.is_ours = is_ours

    @property
    def rpc_url(self) -> str:
        """Where it answers."""
        return self.node.rpc_url

    @property
    def pid(self) -> int:
        """The node's process."""
        return self.node.pid

    def is_alive(self) -> bool:
        """Look whether the node's process is still there."""
        return node.is_running(self.node)

    def stop(self) -> None:
        """Stop the node and wait until its state is on disk; one that is gone is stopped."""
        stop_node(self.node)


async def open_chain(home: DeskHome, *, seed: int, port: int | None = None) -> RunningChain:  # noqa: ARG001 (see Args)
    """Bring up the desk's chain, mining a block a second.

    Args:
        home: The desk; its chain folder says whether there is something to attach to or resume.
        seed: Of the desk. The chain's opening is the same for every seed: only the walk differs.
        port: Loopback port; None takes a free one.

    Raises:
        RpcUnavailable: The node does not start.
        InputRefused: The desk's chain cannot be resumed on the engine at hand.
    """
    home.chain.mkdir(parents=True, exist_ok=True)
    running = read_node(home)
    if running and node.is_running(running) and await node.answers(running):
        return _remember(home, _read_deployed(home), running, is_ours=False)
    if _deployed_path(home).exists():
        return await _resume(home, port)
    if node.engine_at_hand() == ANVIL:
        return await _begin_prepared(home, port)
    sys.stderr.write("anvil is not installed: rehearsing on eth-tester, which is slower\n")
    return await _begin_on_tester(home, port)


def read_node(home: DeskHome) -> Node | None:
    """Read which node last served this desk, if any."""
    try:
        return _read(home.chain / "node.json", Node)
    except FileNotFoundError:
        return None


async def stop_left_over(home: DeskHome) -> None:
    """Stop the node a killed desk left behind, so that its folder can be cleared.

    The recorded process must still answer on the recorded port: a process id alone may be anyone's.

    Raises:
        StorageFailed: It does not stop.
    """
    running = read_node(home)
    if running and node.is_running(running) and await node.answers(running):
        await asyncio.to_thread(stop_node, running)


def prepared_name() -> str:
    """Name the prepared state after everything it is made from, the node's version included.

    Raises:
        ConfigRefused: Anvil or a published contract is not installed.
    """
    digest = hashlib.sha256()
    for name in _CODE:
        digest.update(artifacts.creation_code(name))
    for source in (deployment.__file__, keys.__file__, node.anvil_manifest()):
        digest.update(Path(source).read_bytes())
    return digest.hexdigest()[:16]


async def prepare() -> tuple[Path, Deployed]:
    """Give the prepared state and what stands on it, deploying when there is none yet (4 s)."""
    state = TOOLS / f"chain-state-{prepared_name()}.json"
    described = state.with_name(f"chain-deployed-{prepared_name()}.json")
    if not (state.exists() and described.exists()):
        await _deploy_once(state, described)
    return state, _read(described, Deployed)


async def _deploy_once(state: Path, described: Path) -> None:
    from live.chain.rpc import ChainClient

    TOOLS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TOOLS) as scratch:
        dumped = Path(scratch) / "state.json"
        running = await start_node(log=Path(scratch) / "node.log", dump=dumped, keep_history=False)
        try:
            async with ChainClient(running.rpc_url) as client:
                deployed = await deploy(client, ANVIL)
        finally:
            stop_node(running)
        _write(described, deployed)
        dumped.replace(state)


async def _begin_prepared(home: DeskHome, port: int | None) -> RunningChain:
    state, deployed = await prepare()
    running = await start_node(log=_log(home), port=port, load=state, dump=_state_path(home))
    return _begin(home, deployed, running)


async def _begin_on_tester(home: DeskHome, port: int | None) -> RunningChain:
    from live.chain.rpc import ChainClient

    running = await start_node(log=_log(home), port=port)
    async with ChainClient(running.rpc_url, timeout_s=60.0) as client:
        deployed = await deploy(client, running.engine)
    return _begin(home, deployed, running)


def _begin(home: DeskHome, deployed: Deployed, running: Node) -> RunningChain:
    ask(running.rpc_url, "evm_mine")  # the first block of today: its end is the desk's opening
    opening_block = int(ask(running.rpc_url, "eth_blockNumber"), 16)
    _mine_each_second(running)
    card = msgspec.structs.replace(deployed.card, opening_block=opening_block)
    return _remember(home, Deployed(card, deployed.assets), running)


async def _resume(home: DeskHome, port: int | None) -> RunningChain:
    deployed = _read_deployed(home)
    state = _state_path(home)
    if deployed.card.engine != ANVIL or node.engine_at_hand() != ANVIL or not state.exists():
        raise InputRefused(
            "this desk's chain left no state to resume; open another desk, or clear this one",
            engine=deployed.card.engine,
            state=state,
        )
    running = await start_node(log=_log(home), port=port, load=state, dump=state)
    _mine_each_second(running)
    return _remember(home, deployed, running)


def _mine_each_second(running: Node) -> None:
    ask(running.rpc_url, "evm_setIntervalMining", BLOCK_SECONDS)


def _remember(
    home: DeskHome, deployed: Deployed, running: Node, *, is_ours: bool = True
) -> RunningChain:
    card = msgspec.structs.replace(deployed.card, rpc_url=running.rpc_url, engine=running.engine)
    here = Deployed(card, deployed.assets)
    _write(home.chain / "node.json", running)
    _write(_deployed_path(home), here)
    return RunningChain(here, running, is_ours=is_ours)


def _read_deployed(home: DeskHome) -> Deployed:
    return _read(_deployed_path(home), Deployed)


def _read(path: Path, kind: type[_Kind]) -> _Kind:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise InputRefused(f"{path} is not what the rehearsal wrote; remove it: {error}") from error


def _write(path: Path, value: msgspec.Struct) -> None:
    partial = path.with_suffix(f".{os.getpid()}")
    try:
        partial.write_bytes(msgspec.json.encode(value))
        partial.replace(path)
    except OSError as error:
        raise StorageFailed(f"make room on the disk of {path}; it cannot be written") from error


def _deployed_path(home: DeskHome) -> Path:
    return home.chain / "deployed.json"


def _state_path(home: DeskHome) -> Path:
    return home.chain / "state.json"


def _log(home: DeskHome) -> Path:
    return home.logs / "node.log"


async def reopen(home: DeskHome, card: ChainCard, *, seed: int) -> RunningChain:
    """Bring the chain back at the address the desk card promises.

    Raises:
        RpcUnavailable: Its port is taken by something else.
    """
    running = await open_chain(home, seed=seed, port=int(card.rpc_url.rpartition(":")[2]))
    if running.rpc_url != card.rpc_url:
        await asyncio.to_thread(running.stop)
        raise RpcUnavailable(
            "the desk card names another address than its chain; open the desk again",
            card=card.rpc_url,
            chain=running.rpc_url,
        )
    return running
