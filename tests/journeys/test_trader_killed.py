"""The trader as a process: it trades, is killed with a transaction in the air, the next one knows.

Chain, exchange, relay, recorder and trader are real; a proxy in front of the node can swallow what
is sent, as a network does.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from domain.home import DeskHome
from journal.door import Door
from journal.entry import Entry
from journal.reader import JournalReader
from journal.records import OpportunityFound, canonical_payload
from live.protocol import v2
from live.relay.client import Publisher
from rehearsal.chain.keys import desk_key
from tests.kit.chain import TestChain
from tests.kit.edges import atomic_edge, card_on, set_prices
from tests.kit.eventually import eventually, eventually_sync
from tests.kit.exchange import SECRET
from tests.kit.facts import PROCESSES
from tests.kit.homes import a_home
from tests.kit.running import Child, child
from tests.kit.wire import a_chain_head, an_opportunity

pytestmark = [pytest.mark.chain, pytest.mark.timeout(900)]
ETH = 10**18


class Proxy:
    """A way to the node that can be told to swallow transactions without a word."""

    def __init__(self, node_url: str) -> None:
        self.node_url = node_url
        self.is_swallowing = False
        self.swallowed = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def forwarded(self, body: bytes) -> bytes:
        address = urlsplit(self.node_url)
        node = HTTPConnection(address.hostname or "", address.port or 0, timeout=30)
        node.request("POST", "/", body, {"Content-Type": "application/json"})
        said = node.getresponse().read()
        node.close()
        return said

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if proxy.is_swallowing and b"eth_sendRawTransaction" in body:
                    proxy.swallowed.set()
                    self.close_connection = True
                    return
                said = proxy.forwarded(body)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        return Handler


class House:
    """A desk whose processes run, with the trader to be started and killed at will."""

    def __init__(self, home: DeskHome, chain: TestChain, proxy: Proxy, port: int) -> None:
        self.home, self.chain, self.proxy, self._port = home, chain, proxy, port

    @contextmanager
    def trader(self) -> Iterator[Child]:
        with child("live.execution.main", self.home) as started:
            eventually_sync(self._is_ready, within_s=90)
            yield started

    def _is_ready(self) -> bool:
        page = HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            page.request("GET", "/health")
            return page.getresponse().status == 200
        except OSError:
            return False
        finally:
            page.close()

    def signal(self, opportunity: OpportunityFound) -> None:
        """Find an opportunity as the detector does: journal it, then publish head and signal."""
        asyncio.run(self._signal(opportunity))

    async def _signal(self, opportunity: OpportunityFound) -> None:
        door = Door(self.home.sockets / "recorder.sock")
        found = Entry(opportunity, opportunity.found_ns, opportunity.opportunity_id)
        await door.record(found)
        await door.close()
        head = a_chain_head(opportunity.block_number, opportunity.block_hash)
        sent = an_opportunity(record=canonical_payload(opportunity))
        publisher = Publisher(self.home.sockets / "signals.sock")
        running = asyncio.create_task(publisher.run())
        await eventually(lambda: publisher.is_connected)
        for number, message in enumerate((head, sent), start=1):
            source = v2.SOURCE_DETECTOR
            publisher.send(v2.encode(message, source=source, sequence=number, sent_ns=1))
        await publisher.flush()
        oid = opportunity.opportunity_id
        await eventually(lambda: oid in self.answered(), within_s=20)
        running.cancel()

    def facts(self, kind: str) -> list[Any]:
        with JournalReader(self.home.journal_db) as reader:
            return [record.fact() for record in reader.read(kinds=[kind])]

    def answered(self) -> set[str]:
        return {fact.opportunity_id for fact in self.facts("risk.decided")}

    def await_facts(self, kind: str, count: int) -> list[Any]:
        eventually_sync(lambda: len(self.facts(kind)) >= count, within_s=90)
        return self.facts(kind)

    def await_outcomes(self, count: int) -> list[str]:
        return [fact.outcome for fact in self.await_facts("execution.finished", count)]


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def house(chain: TestChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("ALPHAPULSE_SIGNER_KEY", desk_key())
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_KEY", "a-key-of-the-desk")
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_SECRET", SECRET)
    home, proxy, port = DeskHome(tmp_path / "d"), Proxy(chain.rpc_url), a_free_port()
    home.root.mkdir()
    home.sockets.mkdir(parents=True, exist_ok=True)
    write_card(home, chain, proxy, port)
    with ExitStack() as stack:
        stack.callback(proxy.close)
        stack.enter_context(child("live.recorder.main", home, "recorder.sock"))
        stack.enter_context(child("live.relay.main", home, "signals.sock"))
        stack.enter_context(child("rehearsal.exchange.server", home))
        yield House(home, chain, proxy, port)


def write_card(home: DeskHome, chain: TestChain, proxy: Proxy, port: int) -> None:
    exchange_port = a_free_port()
    card = card_on(chain)
    exchange = msgspec.structs.replace(
        card.exchange,
        rest_url=f"http://127.0.0.1:{exchange_port}",
        ws_url=f"ws://127.0.0.1:{exchange_port}",
    )
    card = msgspec.structs.replace(
        card,
        chain=msgspec.structs.replace(card.chain, rpc_url=proxy.url),
        exchange=exchange,
        metrics_ports={**dict.fromkeys(PROCESSES, 0), "trader": port},
    )
    home.card.write_bytes(msgspec.json.encode(card))


def an_edge(house: House) -> OpportunityFound:
    set_prices(house.chain, univ2_a=2_900, univ2_b=3_100)
    return atomic_edge(house.chain, "univ2-a", "univ2-b", ETH)


def test_a_trader_killed_with_a_transaction_in_the_air_is_understood_by_the_next(house: House):
    """One story: a good trade; a kill after the send; a kill when the send was swallowed."""
    chain = house.chain
    with house.trader() as trader:
        house.signal(an_edge(house))
        assert house.await_outcomes(1) == ["SETTLED"]
        chain.mine(4)
        house.await_facts("execution.finalised", 1)

        chain.rpc("evm_setAutomine", False)
        house.signal(atomic_edge(chain, "univ2-a", "univ2-b", ETH))
        in_the_air = house.await_facts("transaction.intended", 2)[-1]
        eventually_sync(lambda: chain.rpc("eth_getTransactionByHash", in_the_air.tx_hash))
        trader.kill()
    chain.rpc("evm_setAutomine", True)
    chain.mine()
    with house.trader() as trader:
        assert house.await_outcomes(2) == ["SETTLED", "SETTLED"]
        assert len(house.facts("transaction.intended")) == 2, "nothing was sent again"

        before = chain.units(chain.usdc, chain.card.wallet)
        house.proxy.is_swallowing = True
        house.signal(atomic_edge(chain, "univ2-a", "univ2-b", ETH // 2))
        assert house.proxy.swallowed.wait(20)
        trader.kill()
    house.proxy.is_swallowing = False
    with house.trader() as trader:
        assert house.await_outcomes(3)[-1] == "FAILED"
        leg, unwind = house.facts("transaction.intended")[2:]
        assert (leg.nonce, leg.purpose, unwind.purpose) == (unwind.nonce, "leg", "unwind")
        assert chain.units(chain.usdc, chain.card.wallet) == before
        chain.mine(4)
        house.await_facts("execution.finalised", 3)
        code, said = trader.stop(signal.SIGTERM)
        assert code == 0
        assert said.splitlines() == [
            "trader: degraded: asking what became of executions left unfinished: 1"
        ]
    assert_no_secret_is_written(house)


def assert_no_secret_is_written(house: House) -> None:
    """No file of the desk holds the wallet's key or the exchange's secret."""
    secrets = [desk_key().removeprefix("0x"), SECRET, os.environ["ALPHAPULSE_EXCHANGE_SECRET"]]
    files = [path for path in house.home.root.rglob("*") if path.is_file()]
    assert any(path.name == "trader.jsonl" for path in files)
    for path in files:
        content = path.read_bytes()
        for secret in secrets:
            assert secret.encode() not in content, path


def test_a_trader_without_keys_says_so_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ALPHAPULSE_SIGNER_KEY", desk_key())
    monkeypatch.delenv("ALPHAPULSE_EXCHANGE_SECRET", raising=False)
    with child("live.execution.main", a_home(tmp_path)) as trader:
        code, said = trader.wait(60)
    assert code == 2
    assert "ALPHAPULSE_EXCHANGE_KEY" in said or "ALPHAPULSE_EXCHANGE_SECRET" in said
    assert said.count("\n") == 1
