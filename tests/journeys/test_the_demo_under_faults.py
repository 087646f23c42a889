"""The demo's day while its exchange and its chain misbehave: it closes with nothing left over.

The same processes, market and close as the demo; between stretches of trading one fault after
another strikes the running venues, and the books tell each as what it was.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from domain.home import DeskHome
from journal.reader import JournalReader
from journal.records import TransactionObserved
from live.aio.clock import WallClock
from live.chain.signer import Eip1559Tx, LocalSigner
from ops.running.session import Session, session
from rehearsal.chain.keys import STRANGER_INDEX, desk_key, key_at
from rehearsal.chain.node import anvil_binary
from rehearsal.chain.opening import read_node
from rehearsal.chain.raw import ask
from rehearsal.faults import Fault, FaultKind, order_fault
from tests.kit.eventually import eventually_sync

pytestmark = [pytest.mark.chain, pytest.mark.slow, pytest.mark.timeout(900)]
GWEI = 10**9
Strike = Callable[[Session], None]


def at_exchange(kind: FaultKind, path: str = "AddOrder", latency_ms: int = 300) -> Strike:
    """Order a fault of the next order, and trade until it has struck."""

    def strike(desk: Session) -> None:
        fault = Fault(kind=kind, path=path, latency_ms=latency_ms)
        asyncio.run(order_fault(desk.card.exchange.rest_url, fault))

    return strike


def rpc(desk: Session, method: str, *params: Any) -> Any:
    return ask(desk.card.chain.rpc_url, method, *params)


def reorg(desk: Session) -> None:
    """Replace the newest block by an empty one of another miner."""
    rpc(desk, "anvil_setCoinbase", "0x" + "77" * 20)
    rpc(desk, "anvil_reorg", 1, [])


def leaping_base_fee(desk: Session) -> None:
    rpc(desk, "anvil_setNextBlockBaseFeePerGas", hex(10_000 * GWEI))


def stolen_nonce(desk: Session) -> None:
    """Use the desk's key where the loop does not know of it."""
    ours = LocalSigner.from_key(desk_key())
    tx = Eip1559Tx(
        chain_id=desk.card.chain.chain_id,
        nonce=int(rpc(desk, "eth_getTransactionCount", ours.address, "pending"), 16),
        to=LocalSigner.from_key(key_at(STRANGER_INDEX)).address,
        data=b"",
        gas_limit=21_000,
        max_fee_per_gas_wei=500 * GWEI,
        max_priority_fee_per_gas_wei=50 * GWEI,
    )
    rpc(desk, "eth_sendRawTransaction", "0x" + ours.sign(tx).raw.hex())


def silent_node(desk: Session) -> None:
    """Let the node answer nobody for a while."""
    node = read_node(desk.home)
    assert node is not None
    os.kill(node.pid, signal.SIGSTOP)
    try:
        desk.trade(4, quietly)
    finally:
        os.kill(node.pid, signal.SIGCONT)


_SHORT_OF_GAS = """
import sys
from live.execution import calls
from ops.cli.main import main
calls.ARBITRAGE_GAS_LIMIT = 120_000
sys.argv = ["alphapulse", "trader", "--home", sys.argv[1]]
main()
"""


def out_of_gas(desk: Session) -> None:
    """Let a trader that offers too little gas act for a while."""
    crew = desk.crew
    crew.stop("trader", patience_s=30)
    crew.start_command("trader", [sys.executable, "-c", _SHORT_OF_GAS, str(desk.home.root)])
    crew.wait_ready(["trader"], patience_s=120)
    eventually_sync(lambda: "REVERTED" in transactions(desk.home), within_s=60)
    crew.stop("trader", patience_s=30)
    crew.start("trader")
    crew.wait_ready(["trader"], patience_s=120)


EXCHANGE: dict[str, Strike] = {
    "bust": at_exchange(FaultKind.BUST_FILL),
    "amended": at_exchange(FaultKind.AMEND_FILL),
    "booked twice": at_exchange(FaultKind.DUPLICATE_FILL),
    "late": at_exchange(FaultKind.LATE_FILL),
    "accepted without an answer": at_exchange(FaultKind.ACCEPT_THEN_DROP),
    "refused": at_exchange(FaultKind.ERROR_500),
    "disconnected": at_exchange(FaultKind.CUT_WEBSOCKET),
}
CHAIN: dict[str, Strike] = {
    "reorg": reorg,
    "leaping base fee": leaping_base_fee,
    "silent node": silent_node,
    "second reorg": reorg,
    "out of gas": out_of_gas,
    "stolen nonce": stolen_nonce,
}
STRETCH_S = 9.0
"""Enough for a few orders and transactions after each fault."""


def quietly(_passed_s: float, _tally: dict[str, int]) -> None:
    """Say nothing of how it goes."""


def transactions(home: DeskHome) -> Counter[str]:
    """Count what the loop heard of its transactions, by status."""
    with JournalReader(home.journal_db) as reader:
        facts = [record.fact() for record in reader.read(kinds=[TransactionObserved.KIND])]
    return Counter(fact.status for fact in facts if isinstance(fact, TransactionObserved))


def a_day_under(home: DeskHome, faults: Sequence[Strike]) -> dict[str, Any]:
    """Trade a demo's day with faults, close it, and give what the close says."""
    with session(home, seed=7, clock=WallClock(), told=lambda _said: None) as desk:
        desk.trade(STRETCH_S, quietly)
        for strike in faults:
            strike(desk)
            desk.trade(STRETCH_S, quietly)
        desk.trade(STRETCH_S, quietly)
        desk.wind_down("the rehearsal is over")
        return [closed(home, day, desk.environment) for day in desk.days()][-1]


def closed(home: DeskHome, day: str, environment: dict[str, str]) -> dict[str, Any]:
    """Close a day as a person would, and give what it prints."""
    command = [sys.executable, "-m", "ops.cli.main", "close", "--date", day, "--json"]
    ended = subprocess.run(
        [*command, "--home", str(home.root)],
        capture_output=True, text=True, env=os.environ | environment, check=False, timeout=600,
    )  # fmt: skip
    assert ended.stdout, ended.stderr[-3000:]
    return json.loads(ended.stdout.splitlines()[-1])


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> DeskHome:
    if anvil_binary() is None:
        pytest.skip("anvil is not installed; run npm ci")
    home = DeskHome(tmp_path / "d")
    for name in ("ALPHAPULSE_SIGNER_KEY", "ALPHAPULSE_EXCHANGE_KEY", "ALPHAPULSE_EXCHANGE_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALPHAPULSE_HOME", str(home.root))
    return home


def causes(close: dict[str, Any]) -> Counter[str]:
    return Counter(item["cause"] for item in close["breaks"])


def test_an_exchange_that_takes_back_repeats_and_forgets_leaves_nothing_over(
    environment: DeskHome,
):
    close = a_day_under(environment, list(EXCHANGE.values()))
    assert close["pnl"]["residual"] == "0"
    assert set(causes(close)) == {"BUSTED", "AMENDED"}


def test_a_chain_that_forgets_leaps_and_falls_silent_leaves_nothing_over(environment: DeskHome):
    close = a_day_under(environment, list(CHAIN.values()))
    assert close["pnl"]["residual"] == "0"
    assert transactions(environment)["REVERTED"] > 0
    assert "FAILED_WITH_COST" in close["settlement"]
    assert "UNEXPLAINED" in causes(close)  # the key was used where nobody meant it
