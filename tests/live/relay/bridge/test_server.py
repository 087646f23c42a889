"""Browsers, real ones as far as the wire goes: what they are given, slow ones, and strangers."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import uvloop

from domain.errors import ConfigRefused
from live.protocol import v1, v2
from live.relay.bridge.server import BINARY, JSON, Bridge
from live.relay.bridge.settings import BridgeSettings
from live.relay.ledger import Drop
from live.relay.relay import Relay
from tests.kit.eventually import eventually
from tests.kit.wire import a_pool_state, an_opportunity
from tests.live.relay.makers import a_relay, beats, wire

EVERYTHING = '{"msg_type": "subscribe"}'
MAPPING = v1.mapping("paper:ETH-USDC")


def a_trade(n: int, side: int = v1.BUY) -> bytes:
    return v1.encode(v1.Trade(n, 1, n, 1, MAPPING.symbol_hash, side), n)


class House:
    """A relay with a bridge, and browsers."""

    def __init__(self, relay: Relay, port: int, session: aiohttp.ClientSession) -> None:
        self.relay, self.session = relay, session
        self.url = f"http://127.0.0.1:{port}/"
        self.port = port

    def bring(self, *frames: bytes) -> None:
        self.relay.feed("chain.sock").take(b"".join(frames))

    def bring_market(self, *frames: bytes) -> None:
        self.relay.market_feed("paper.sock").take(b"".join(frames))

    @asynccontextmanager
    async def browser(
        self, words: str = EVERYTHING, protocol: str = JSON
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        async with self.session.ws_connect(self.url, protocols=(protocol,)) as socket:
            await socket.send_str(words)
            await eventually(lambda: any(group.members for group in self._groups()))
            yield socket

    def _groups(self):
        return list(self.relay.hub._groups.values())


@asynccontextmanager
async def a_house(folder, **limits) -> AsyncIterator[House]:
    async with a_relay(folder, **limits) as relay, aiohttp.ClientSession() as session:
        bridge = Bridge(relay, BridgeSettings(port=0, browsers=5))
        port = await bridge.listen()
        try:
            yield House(relay, port, session)
        finally:
            await bridge.close()


async def told(socket: aiohttp.ClientWebSocketResponse, count: int, kind: str = "") -> list[dict]:
    """Read messages until so many of a kind came; Acks aside when no kind is named."""
    found: list[dict] = []
    while len(found) < count:
        message = json.loads(await asyncio.wait_for(socket.receive_str(), 30))
        tag = message["msg_type"]
        if tag == kind or (not kind and tag != "Ack"):
            found.append(message)
    return found


def test_a_browser_is_given_market_and_defi_as_json_in_order(tmp_path):
    async def scenario() -> None:
        async with a_house(tmp_path) as house, house.browser() as socket:
            house.bring_market(v1.encode(MAPPING, 0), a_trade(1))
            mapping, trade = await told(socket, 2)
            house.bring(wire(a_pool_state()))
            [pool] = await told(socket, 1)
            assert (mapping["msg_type"], trade["msg_type"]) == ("symbol_mapping", "trade")
            assert trade["symbol"] == "paper:ETH-USDC"
            assert trade["price_exact"] == "0.00000001"
            assert (pool["msg_type"], pool["fields"]["venue"]) == ("PoolState", "univ2-a")

    uvloop.run(scenario())


def test_a_binary_browser_is_given_whole_v2_frames_byte_for_byte(tmp_path):
    async def scenario() -> None:
        async with a_house(tmp_path) as house, house.browser(protocol=BINARY) as socket:
            assert socket.protocol == BINARY
            frames = [wire(an_opportunity(n + 1), n) for n in range(20)]
            house.bring(*frames)
            heard: list[bytes] = []
            while len(heard) < 20:
                data = await asyncio.wait_for(socket.receive_bytes(), 30)
                whole = v2.Decoder().feed(data)
                assert b"".join(frame.raw for frame in whole) == data
                heard += [f.raw for f in whole if isinstance(f.message, v2.ArbitrageOpportunity)]
            assert heard == frames

    uvloop.run(scenario())


def test_a_browser_is_given_only_what_it_asked_for_and_may_ask_again(tmp_path):
    words = '{"msg_type": "subscribe", "channels": ["signals"], "min_profit_usd_e6": 2000000}'
    other = '{"msg_type": "subscribe", "channels": ["pools"], "venues": ["univ2-b"]}'

    async def scenario() -> None:
        async with a_house(tmp_path) as house, house.browser(words) as socket:
            house.bring_market(*beats(0, 5))
            profits = (1_000_000, 3_000_000, None)
            house.bring(
                *(wire(an_opportunity(n + 1, profit_usd_e6=p), n) for n, p in enumerate(profits))
            )
            [signal] = await told(socket, 1)
            assert signal["fields"]["routing"]["profit_usd_e6"] == 3_000_000
            await socket.send_str(other)
            [ack] = await told(socket, 1, "Ack")
            assert ack["fields"]["request"] == 2
            house.bring(wire(a_pool_state("univ2-a"), 3), wire(a_pool_state("univ2-b"), 4))
            [pool] = await told(socket, 1)
            assert pool["fields"]["venue"] == "univ2-b"

    uvloop.run(scenario())


def test_a_late_browser_is_told_what_it_must_know(tmp_path):
    async def scenario() -> None:
        async with a_house(tmp_path) as house:
            book = v1.L2Snapshot(1, MAPPING.symbol_hash, 1, (v1.Level(5, 6),), ())
            house.bring_market(v1.encode(MAPPING, 0), v1.encode(book, 1), a_trade(2))
            house.bring(wire(a_pool_state()))
            async with house.browser() as socket:
                tags = [message["msg_type"] for message in await told(socket, 3)]
                assert tags == ["symbol_mapping", "l2_snapshot", "PoolState"]

    uvloop.run(scenario())


def test_a_stalled_browser_hurts_nobody_and_is_told_of_its_gap(tmp_path):
    async def scenario() -> None:
        async with a_house(tmp_path, queue_bytes=200_000) as house, house.browser() as good:
            reader, writer = await _stalled(house.port)
            await eventually(lambda: len(house.relay.hub.members) == 2)
            await eventually(lambda: sum(len(g.members) for g in house._groups()) == 2)
            hearing = asyncio.ensure_future(told(good, 20_000, "trade"))
            for start in range(0, 20_000, 100):
                house.bring_market(*(a_trade(n) for n in range(start, start + 100)))
                await asyncio.sleep(0)
                await eventually(lambda: not house.relay.hub.members[0].is_paused)
            trades = await asyncio.wait_for(hearing, 60)
            assert [int(t["timestamp_ns"]) for t in trades] == list(range(20_000))
            stalled = house.relay.hub.members[1]
            assert stalled.is_paused
            account = house.relay.hub.accounts_of(stalled)["market"]
            dropped = account.dropped[Drop.OVERFLOWED]
            assert dropped
            assert account.unaccounted == 0
            gap = await _until_gap(reader)
            assert gap["fields"]["channel"] == "market"
            assert gap["fields"]["missing_frames"] == dropped
            writer.close()

    uvloop.run(scenario())


async def _stalled(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect and subscribe as a browser that then reads nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    key = base64.b64encode(bytes(16)).decode()
    writer.write(
        f"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert b" 101 " in await reader.readline()
    while await reader.readline() != b"\r\n":
        pass
    words = EVERYTHING.encode()  # masked with zeros, which leaves it as it is
    writer.write(bytes((0x81, 0x80 | len(words), 0, 0, 0, 0)) + words)
    return reader, writer


async def _until_gap(reader: asyncio.StreamReader) -> dict:
    """Read frames of a server, which are not masked, until one tells of a gap."""
    while True:
        _, size = await reader.readexactly(2)
        if size == 126:
            size = int.from_bytes(await reader.readexactly(2), "big")
        message = json.loads(await asyncio.wait_for(reader.readexactly(size), 30))
        if message["msg_type"] == "GapNotice":
            return message


def test_words_that_are_no_subscription_are_answered_with_a_reason(tmp_path):
    async def scenario() -> None:
        async with a_house(tmp_path) as house:
            for words in ("{}", '{"msg_type": "subscribe", "channels": ["gossip"]}', "[" * 5_000):
                async with house.session.ws_connect(house.url) as socket:
                    await socket.send_str(words)
                    closed = await asyncio.wait_for(socket.receive(), 30)
                    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 1008)
                    assert closed.extra
            await eventually(lambda: not house.relay.hub.members)

    uvloop.run(scenario())


def test_a_page_of_somebody_elses_is_turned_away_and_so_is_one_too_many(tmp_path):
    async def scenario() -> None:
        async with a_house(tmp_path) as house:
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await house.session.ws_connect(house.url, origin="https://evil.example")
            open_ones = [await house.session.ws_connect(house.url) for _ in range(5)]
            with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
                await house.session.ws_connect(house.url)
            for socket in open_ones:
                await socket.close()
            await eventually(lambda: not house.relay.hub.members)

    uvloop.run(scenario())


def test_a_frame_is_written_as_json_once_however_many_want_it(tmp_path, monkeypatch):
    from live.relay.bridge import server as module

    written: list[object] = []
    told_of = module.told_of

    def counted(parcel, *told):
        written.append(parcel)
        return told_of(parcel, *told)

    monkeypatch.setattr(module, "told_of", counted)

    async def scenario() -> None:
        async with a_house(tmp_path) as house, house.browser() as one, house.browser() as two:
            await eventually(lambda: sum(len(g.members) for g in house._groups()) == 2)
            house.bring(wire(a_pool_state()))
            assert await told(one, 1) == await told(two, 1)
            assert sum(parcel.route.channel == "pools" for parcel in written) == 1

    uvloop.run(scenario())


def test_a_port_that_is_taken_is_said(tmp_path):
    async def scenario() -> None:
        async with a_house(tmp_path) as house:
            with pytest.raises(ConfigRefused, match="cannot listen"):
                await Bridge(house.relay, BridgeSettings(port=house.port)).listen()

    uvloop.run(scenario())
