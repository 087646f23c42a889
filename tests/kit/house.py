"""A desk whose processes are real, with a trader to be started and killed at will.

Chain, exchange, relay, recorder and trader are the desk's own; a proxy in front of the node can
swallow what is sent, as a network does.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from eth_utils.crypto import keccak

from domain.desk import read_card
from domain.home import DeskHome
from journal.door import Door
from journal.entry import Entry
from journal.reader import JournalReader
from journal.records import OpportunityFound, canonical_payload
from live.protocol import v2
from live.relay.client import Publisher
from rehearsal.exchange.admin_step import HouseStep
from tests.kit.chain import TestChain
from tests.kit.edges import card_on
from tests.kit.eventually import eventually, eventually_sync
from tests.kit.facts import PROCESSES
from tests.kit.running import Child, child
from tests.kit.wire import a_chain_head, an_opportunity


class Proxy:
    """A way to the node that treats transactions as it is told.

    `is_swallowing` drops them without a word; `hangs_up` and `lies` count down: passed on, and the
    line goes dead; not passed on, and said to be accepted.
    """

    hangs_up = 0
    lies = 0

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
                is_sent = b"eth_sendRawTransaction" in body
                if is_sent and proxy.lies:
                    proxy.lies -= 1
                    said = accepted(body)
                else:
                    said = proxy.forwarded(body)
                if is_sent and proxy.hangs_up:
                    proxy.hangs_up -= 1
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        return Handler


def accepted(body: bytes) -> bytes:
    """Say that a transaction is taken, in the node's words."""
    asked = json.loads(body)
    tx_hash = "0x" + keccak(hexstr=asked["params"][0]).hex()
    return json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": tx_hash}).encode()


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


@contextmanager
def a_house(chain: TestChain, folder: Path) -> Iterator[House]:
    """Run a desk's recorder, relay and exchange; keys come from the environment."""
    home, proxy, port = DeskHome(folder / "d"), Proxy(chain.rpc_url), a_free_port()
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


def quote(house: House, lots: int) -> None:
    """Let the market maker show ten levels of so many lots on each side of 3000."""
    steps = range(1, 11)
    bids = tuple((300_000 - 10 * step, lots) for step in steps)
    asks = tuple((300_000 + 10 * step, lots) for step in steps)
    body = msgspec.json.encode(HouseStep(bids, asks))
    request = urllib.request.Request(f"{rest_url(house)}/admin/quote", body)  # noqa: S310

    def is_taken() -> bool:
        with suppress(OSError):
            urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 (loopback)
            return True
        return False

    eventually_sync(is_taken, within_s=20)


def rest_url(house: House) -> str:
    return read_card(house.home.card.read_bytes()).exchange.rest_url
