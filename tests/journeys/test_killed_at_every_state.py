"""The trader is killed at every state of a two-leg trade; whoever comes next ends it definitely.

Everything is real: chain, exchange, recorder, relay, trader, SIGKILL. The process is held at each
durable fact by a door that keeps back the recorder's answer, and in the air by a node or an
exchange that does what it was asked and says nothing.
"""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from domain.desk import read_card
from domain.home import DeskHome
from journal.reader import JournalReader
from live.execution.exchange import KrakenVenue
from live.protocol import v2
from live.relay.client import defi_frames
from rehearsal.chain.keys import desk_key
from rehearsal.faults import Fault, FaultKind, order_fault
from tests.kit.chain import TestChain
from tests.kit.edges import set_prices, two_leg_edge
from tests.kit.eventually import eventually_sync
from tests.kit.exchange import SECRET, WHOLE
from tests.kit.house import House, a_house, quote, rest_url

pytestmark = [pytest.mark.chain, pytest.mark.slow, pytest.mark.timeout(900)]
KEY = "a-key-of-the-desk"


class Gate:
    """The recorder's door with somebody in it, who keeps an answer back on a word."""

    def __init__(self, home: DeskHome) -> None:
        self._home = home
        self._inside = home.sockets / "recorder-inside.sock"
        (home.sockets / "recorder.sock").rename(self._inside)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(home.sockets / "recorder.sock"))
        self._listening.listen()
        self._sockets = [self._listening]
        self._threads: list[threading.Thread] = []
        self.held = threading.Event()
        self.holds_after: Callable[[Counter[str]], bool] | None = None
        self._start(self._serve)

    def open(self) -> None:
        """Keep nothing back any more."""
        self.holds_after = None
        self.held.clear()

    def close(self) -> None:
        """Leave the door, and hang up on whoever stands in it."""
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(30)
        for each in self._sockets:
            each.close()

    def _start(self, work: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=work, daemon=True))
        self._threads[-1].start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                outside, _ = self._listening.accept()
                inside = socket.socket(socket.AF_UNIX)
                self._sockets += [outside, inside]
                inside.connect(str(self._inside))
                self._pass_on(outside, inside, is_answer=False)
                self._pass_on(inside, outside, is_answer=True)

    def _pass_on(self, source: socket.socket, target: socket.socket, *, is_answer: bool) -> None:
        def run() -> None:
            with suppress(OSError):
                while data := source.recv(65_536):
                    if is_answer and self._must_hold():
                        self.held.set()
                        return
                    target.sendall(data)
            with suppress(OSError):
                target.shutdown(socket.SHUT_RDWR)

        self._start(run)

    def _must_hold(self) -> bool:
        return self.holds_after is not None and self.holds_after(kinds(self._home))


def kinds(home: DeskHome) -> Counter[str]:
    """Count the journal's facts."""
    with JournalReader(home.journal_db) as reader:
        return Counter(record.kind for record in reader.read(limit=5_000))


@pytest.fixture
def house(chain: TestChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("ALPHAPULSE_SIGNER_KEY", desk_key())
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_KEY", KEY)
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_SECRET", SECRET)
    with a_house(chain, tmp_path) as running:
        yield running


def fault(house: House, kind: FaultKind) -> None:
    asyncio.run(order_fault(rest_url(house), Fault(kind=kind, path="AddOrder")))


def at_least(**counts: int) -> Callable[[Counter[str]], bool]:
    """Hold once the journal has so many facts of each kind; names use ``_`` for ``.``."""
    wanted = {name.replace("_", "."): count for name, count in counts.items()}
    return lambda there: all(there[kind] >= count for kind, count in wanted.items())


DURABLE = {
    "planned": at_least(execution_planned=1),
    "tx_intended": at_least(transaction_intended=1),
    "opened": at_least(transaction_observed=1),
    "order_intended": at_least(order_intended=1),
    "short": at_least(order_observed=1),
    "hedge_intended": at_least(order_intended=2),
    "hedged": at_least(order_observed=2),
    "finished": at_least(execution_finished=1),
    "counted": at_least(risk_result=1),
}
"""States that a durable fact marks: what comes after it has not happened."""
IN_THE_AIR = ("tx_swallowed", "tx_waiting", "order_unknown", "hedge_unknown")
"""States in which something left and no answer came."""


@pytest.mark.parametrize("state", [*DURABLE, *IN_THE_AIR])
def test_whatever_state_the_trader_dies_in_the_next_one_ends_the_trade(house: House, state: str):
    chain = house.chain
    set_prices(chain, univ2_a=2_900)
    quote(house, lots=WHOLE // 30)  # a third of the order at once, so that a hedge is needed
    before = holdings(house)
    gate = Gate(house.home)
    try:
        with house.trader() as trader:
            edge = two_leg_edge(chain, "univ2-a", "buy", WHOLE, 2_999_900_000)
            hold(house, gate, state)
            signalling = threading.Thread(target=lambda: signalled(house, edge), daemon=True)
            signalling.start()
            await_the_moment(house, gate, state)
            trader.kill()
        gate.open()
        house.proxy.is_swallowing = False
        chain.rpc("evm_setAutomine", True)
        fault(house, FaultKind.NONE)
        chain.mine()
        with house.trader():
            eventually_sync(lambda: outcome(house) in {"SETTLED", "PARTIAL", "FAILED"}, within_s=60)
            chain.mine(4)
            eventually_sync(lambda: house.facts("execution.finalised"), within_s=60)
            assert_books_are_what_happened(house, before)
            if state not in {"finished", "counted"}:  # what had ended is not told again
                assert_told(house)
    finally:
        gate.close()


def signalled(house: House, edge) -> None:
    with suppress(Exception):  # the trader dies before it has answered
        house.signal(edge)


def hold(house: House, gate: Gate, state: str) -> None:
    """Arrange that the trader comes to stand in a state."""
    if state in DURABLE:
        gate.holds_after = DURABLE[state]
    elif state == "tx_swallowed":
        house.proxy.is_swallowing = True
    elif state == "tx_waiting":
        house.chain.rpc("evm_setAutomine", False)
    else:
        if state == "hedge_unknown":
            fault(house, FaultKind.LATENCY)  # of no time at all: it lets the first order by
        fault(house, FaultKind.ACCEPT_THEN_HANG)


def await_the_moment(house: House, gate: Gate, state: str) -> None:
    if state in DURABLE:
        assert gate.held.wait(120)
    elif state == "tx_swallowed":
        assert house.proxy.swallowed.wait(120)
    elif state == "tx_waiting":
        (sent,) = house.await_facts("transaction.intended", 1)
        chain = house.chain
        eventually_sync(lambda: chain.rpc("eth_getTransactionByHash", sent.tx_hash), within_s=20)
    else:
        taken = 1 if state == "order_unknown" else 2
        eventually_sync(lambda: orders_taken(house) == taken, within_s=60)


def orders_taken(house: House) -> int:
    """Count the desk's orders that the exchange has on its disk."""
    with sqlite3.connect(f"file:{house.home.exchange_db}?mode=ro", uri=True) as kept:
        rows = kept.execute("select body from commands").fetchall()
    commands = [msgspec.json.decode(body) for (body,) in rows]
    return sum(one["type"] == "place" and one["account"] == "spot" for one in commands)


def outcome(house: House) -> str:
    """Give the trade's last outcome; a plan that never came to anything has none."""
    finished = house.facts("execution.finished")
    return finished[-1].outcome if finished else ""


def holdings(house: House) -> tuple[int, int]:
    """Read base on chain, in wei, and at the exchange, in its own units."""
    card = read_card(house.home.card.read_bytes())

    async def read() -> int:
        venue = KrakenVenue(card, f"{KEY}.witness", SECRET)
        try:
            await venue.open()
            return (await venue.balances())[card.exchange.base_asset]
        finally:
            await venue.close()

    chain = house.chain
    return chain.units(chain.weth, card.chain.wallet), asyncio.run(read())


def assert_books_are_what_happened(house: House, before: tuple[int, int]) -> None:
    """What is booked is what moved; nothing was sent twice; one nonce serves one intent."""
    bought, sold = (now - was for now, was in zip(holdings(house), before, strict=True))
    mined = [f for f in house.facts("transaction.observed") if f.status == "INCLUDED"]
    legs = {f.tx_hash for f in house.facts("transaction.intended") if f.purpose == "leg"}
    assert (bought > 0) == bool(legs & {fact.tx_hash for fact in mined})
    orders = [fact.client_order_id for fact in house.facts("order.intended")]
    assert len(orders) == len(set(orders)) <= 2
    last = {f.client_order_id: f for f in house.facts("order.observed") if f.status != "UNKNOWN"}
    assert -sold == sum(fact.filled_base_units for fact in last.values())
    assert set(last) == set(orders), "every intent has a definite answer"
    legs_by_nonce = Counter(
        f.nonce for f in house.facts("transaction.intended") if f.purpose == "leg"
    )
    assert set(legs_by_nonce.values()) <= {1}
    if bought and -sold * 10**8 != bought:
        assert outcome(house) == "PARTIAL"
        assert "position_left" in {fact.alert for fact in house.facts("alert.raised")}


def assert_told(house: House) -> None:
    """The relay tells how the strategies do, whatever the trader went through."""

    async def heard() -> v2.StrategyPerformance:
        async for frames in defi_frames(house.home):
            for frame in frames:
                if isinstance(frame.message, v2.StrategyPerformance):
                    return frame.message
        raise AssertionError("the relay ended")

    told = asyncio.run(asyncio.wait_for(heard(), 60))
    assert told.routing.strategy == "cex_dex"
    assert told.taken == 1
