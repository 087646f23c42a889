"""The node as a process of its own: find it, start it, know it again, stop it.

It runs in its own session, so Ctrl-C at the terminal and the end of whoever started it leave it up:
the books still read it when the loop has stopped. Anvil's static binary is executed directly; when
it cannot be had, eth-tester serves the same JSON-RPC and says so (`tester.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import socket
import sys
from pathlib import Path

import msgspec

from domain.errors import ConfigRefused, RpcUnavailable, StorageFailed
from rehearsal.chain.artifacts import NODE_MODULES, ROOT
from rehearsal.chain.keys import MNEMONIC
from rehearsal.chain.raw import ask

ANVIL, ETH_TESTER = "anvil", "eth-tester"
NO_ANVIL_VARIABLE = "ALPHAPULSE_NO_ANVIL"
"""Set to anything to rehearse on eth-tester although anvil is there."""

_START_WAIT_S = 60.0
"""eth-tester imports py-evm, which takes several seconds on a busy machine; anvil needs 0.1."""
_STOP_WAIT_MS = 30_000
_POLL_S = 0.01


class Node(msgspec.Struct, frozen=True):
    """A running node, as written to disk so that a later process knows it again."""

    engine: str
    rpc_url: str
    pid: int


def anvil_binary() -> Path | None:
    """Find the anvil binary npm installed for this platform, unless it is forbidden or absent."""
    if os.environ.get(NO_ANVIL_VARIABLE):
        return None
    found = sorted(NODE_MODULES.glob("@foundry-rs/anvil-*/bin/anvil"))
    return next((path for path in found if os.access(path, os.X_OK)), None)


def anvil_manifest() -> Path:
    """Find the npm manifest of the binary in use; it names the version, which writes the states.

    Raises:
        ConfigRefused: Anvil is not installed, or forbidden.
    """
    binary = anvil_binary()
    if binary is None:
        raise ConfigRefused("anvil is not installed; run ./alphapulse, which runs npm ci")
    return binary.parents[1] / "package.json"


def engine_at_hand() -> str:
    """Say which engine a start would take."""
    return ANVIL if anvil_binary() else ETH_TESTER


async def start_node(
    *,
    log: Path,
    port: int | None = None,
    load: Path | None = None,
    dump: Path | None = None,
    keep_history: bool = True,
) -> Node:
    """Start a node and wait until it answers.

    Args:
        log: Where its own words go.
        port: Loopback port; None takes a free one.
        load: State to begin with; anvil only.
        dump: Where the state goes when it stops; anvil only.
        keep_history: Dump the state of every block, so that the past can be asked after a resume.

    Raises:
        RpcUnavailable: It did not start; the sentence names its log.
    """
    chosen = _free_port(port or 0)
    log.parent.mkdir(parents=True, exist_ok=True)
    pid = _spawn(_command(chosen, load, dump, keep_history=keep_history), log)
    node = Node(engine_at_hand(), f"http://127.0.0.1:{chosen}", pid)
    await _until_it_answers(node, log)
    return node


async def answers(node: Node) -> bool:
    """Ask whether this node is up."""
    try:
        await asyncio.to_thread(ask, node.rpc_url, "eth_chainId")
    except RpcUnavailable:
        return False
    return True


def is_running(node: Node) -> bool:
    """Look whether the node's process is there and not a zombie."""
    try:
        state = Path(f"/proc/{node.pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def stop_node(node: Node) -> None:
    """Ask the node to stop and wait until it has, so that its state is on disk.

    Raises:
        StorageFailed: It did not stop in 30 s; its state may not be written.
    """
    try:
        descriptor = os.pidfd_open(node.pid)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGTERM)
        if not _ended(descriptor):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            raise StorageFailed("the chain did not stop and was killed; its last state is lost")
    except ProcessLookupError:
        return
    finally:
        os.close(descriptor)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(node.pid, os.WNOHANG)


def _ended(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(_STOP_WAIT_MS))


def _command(port: int, load: Path | None, dump: Path | None, *, keep_history: bool) -> list[str]:
    binary = anvil_binary()
    if binary is None:
        return [sys.executable, "-m", "rehearsal.chain.tester", str(port)]
    command = [
        str(binary), "--host", "127.0.0.1", "--port", str(port), "--quiet",
        "--mnemonic", MNEMONIC, "--slots-in-an-epoch", "1",
    ]  # fmt: skip
    command += ["--preserve-historical-states"] if keep_history else []
    command += ["--load-state", str(load)] if load else []
    return command + (["--dump-state", str(dump)] if dump else [])


def _spawn(command: list[str], log: Path) -> int:
    """Start a process in a session of its own; nobody's `Popen` owns it, so it may outlive us."""
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    return os.posix_spawn(
        command[0],
        command,
        {**os.environ, "PYTHONPATH": str(ROOT)},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), append, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )


async def _until_it_answers(node: Node, log: Path) -> None:
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + _START_WAIT_S
    while not await answers(node):
        if not is_running(node) or loop.time() > deadline_s:
            await asyncio.to_thread(stop_node, node)
            raise RpcUnavailable(f"the chain did not start; read {log}", engine=node.engine)
        await asyncio.sleep(_POLL_S)


def _free_port(wanted: int) -> int:
    """Find a port nobody listens on; a stranger's answer must not be taken for our node's."""
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as anvil: no wait after a stop
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise RpcUnavailable(
                "something else listens on the chain's port; stop it and try again", port=wanted
            ) from error
        return probe.getsockname()[1]
