"""Deployed v1 readers on our market channel: nothing that can be done to the relay reaches them."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

import pytest
import uvloop
from prometheus_client import REGISTRY

from live.protocol import v1, v2
from live.relay.main import body
from tests.kit.eventually import eventually
from tests.kit.homes import a_home
from tests.kit.services import running
from tests.kit.wire import a_chain_head, a_pool_state, an_opportunity
from tests.live.protocol.v1 import vectors
from tests.live.relay.deployed import READERS, ArbitrageBot, Bridge, DataWriter, Dead, Scanner
from tests.live.relay.makers import a_book, an_alert, wire

RELAY_NS = slice(24, 32)
MARKET_FRAMES = 20_000


def hostile_streams() -> list[bytes]:
    """What a broken, newer or malicious producer might send to the v1 ingest socket."""
    rng = random.Random(7)
    good = v1.encode(v1.Heartbeat(1, 1), 1)
    unknown = [bytes((0xFE, n, 0, 4, 0, 0, 0, 0)) + b"\xfe\x01\x00\x40" for n in (0, 11, 14, 254)]
    recorded = [bytes.fromhex(v["hex"]) for v in vectors.load("protocol-v1-negative.json")]
    return [
        *(good + bad + good for bad in unknown),
        *recorded,
        wire(a_chain_head()),
        rng.randbytes(5_000),
        good[:5],
        v1.push_frame(8, b"cut", 1),
    ]


async def listen(reader, path) -> None:
    stream, writer = await asyncio.open_unix_connection(path)
    try:
        while data := await stream.read(reader.READ_BYTES):
            reader.feed(data)
    finally:
        writer.close()


@pytest.mark.parametrize("kind", READERS)
def test_a_deployed_reader_survives_every_hostile_producer(tmp_path, kind):
    home = a_home(tmp_path)
    last = v1.encode(v1.Heartbeat(1, 777), 777)
    reader = kind()

    async def scenario() -> None:
        async with running(body, home):
            listening = asyncio.create_task(listen(reader, home.sockets / "relay.sock"))
            for stream in hostile_streams():
                _reader, writer = await asyncio.open_unix_connection(home.sockets / "paper.sock")
                writer.write(stream)
                writer.write_eof()
                writer.close()
            _reader, writer = await asyncio.open_unix_connection(home.sockets / "paper.sock")
            writer.write(last)
            await eventually(lambda: listening.done() or last in reader.frames)
            writer.close()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    uvloop.run(scenario())
    assert last in reader.frames
    assert getattr(reader, "discarded_bytes", 0) == 0
    assert getattr(reader, "unknown", 0) == 0
    for raw in reader.frames:
        [frame] = v1.Decoder(v1.G1_TYPES).feed(raw)
        assert frame.raw == raw


def market_data() -> list[bytes]:
    """A day of a busy collector in small: every type it sends, numbered."""
    symbol = v1.mapping("paper:ETH-USDC")
    levels = tuple(v1.Level(n, n) for n in range(1, 60))
    kinds = [
        v1.Trade(1, 2, 3, 4, symbol.symbol_hash, 1),
        v1.L2Delta(2, symbol.symbol_hash, 2, (v1.L2Update(0, 5, 7, 1),)),
        v1.Heartbeat(1, 1),
        v1.L2Snapshot(1, symbol.symbol_hash, 1, levels, levels),
        v1.OrderBook(1, symbol.symbol_hash, levels, levels),
    ]
    sent = [v1.encode(symbol, 0)]
    return sent + [v1.encode(kinds[n % 5], n) for n in range(1, MARKET_FRAMES)]


def unstamped(raw: bytes) -> bytes:
    """A frame as its producer sent it: the relay writes its time into trades and nothing else."""
    return raw[: RELAY_NS.start] + bytes(8) + raw[RELAY_NS.stop :] if raw[1] == 1 else raw


def v1_readers_there() -> float | None:
    """How many readers the relay has let in, as its metrics say."""
    return REGISTRY.get_sample_value("alphapulse_relay_subscribers", {"channel": "market"})


async def flood(path, messages, stop: asyncio.Event) -> int:
    """Send v2 frames as fast as they are taken."""
    _stream, writer = await asyncio.open_unix_connection(path)
    sent = 0
    try:
        while not stop.is_set():
            batch = [wire(messages[n % len(messages)], n) for n in range(sent, sent + 100)]
            writer.write(b"".join(batch))
            sent += len(batch)
            await writer.drain()
            await asyncio.sleep(0)
    finally:
        writer.close()
    return sent


async def defi_reader(path, subscribe: v2.Subscribe) -> None:
    """Say hello, subscribe, and read whatever comes."""
    stream, writer = await asyncio.open_unix_connection(path)
    writer.write(wire(v2.Hello(v2.V2_0, v2.V2_0, (), "load")) + wire(subscribe))
    try:
        while await stream.read(1 << 18):
            pass
    finally:
        writer.close()


def test_under_full_defi_load_every_deployed_reader_hears_every_byte(tmp_path):
    home = a_home(tmp_path)
    sent = market_data()
    readers = [kind() for kind in (*READERS, Scanner)]
    load = {
        "chain.sock": [a_pool_state("a"), a_pool_state("b", 2), a_chain_head()],
        "signals.sock": [an_opportunity(n, expires_ns=1 << 62) for n in range(9)],
        "trader.sock": [an_alert(), a_book()],
    }
    wants = [v2.Subscribe(1), v2.Subscribe(1, channels=("market",)), v2.Subscribe(1, venues=("a",))]

    async def scenario() -> None:
        stop = asyncio.Event()
        async with running(body, home):
            relay = home.sockets / "relay.sock"
            v1_readers = [asyncio.create_task(listen(reader, relay)) for reader in readers]
            await eventually(lambda: v1_readers_there() == len(readers))
            others = [asyncio.create_task(defi_reader(relay, want)) for want in wants]
            floods = [
                asyncio.create_task(flood(home.sockets / name, messages, stop))
                for name, messages in load.items()
            ]
            _stream, writer = await asyncio.open_unix_connection(home.sockets / "paper.sock")
            for start in range(0, len(sent), 50):
                writer.write(b"".join(sent[start : start + 50]))
                await writer.drain()
                await asyncio.sleep(0)
            await eventually(lambda: all(len(r.frames) == len(sent) for r in readers[:-1]), 20)
            assert not any(task.done() for task in v1_readers)
            stop.set()
            assert min(await asyncio.gather(*floods)) > 0
            writer.close()
            for task in (*v1_readers, *others):
                task.cancel()
            await asyncio.gather(*v1_readers, *others, return_exceptions=True)

    uvloop.run(scenario())
    first, *rest = readers[:-1]
    assert [unstamped(raw) for raw in first.frames] == sent
    for reader in rest:
        assert reader.frames == first.frames
    scanner = readers[-1]
    assert set(scanner.frames) <= set(first.frames)  # it loses what a read cuts, by itself


def test_the_stand_ins_do_die_of_what_they_are_known_to_die_of():
    beat = v1.encode(v1.Heartbeat(1, 1), 1)
    newer = v1.push_frame(12, bytes(128), 1)
    for kind in (DataWriter, ArbitrageBot):
        with pytest.raises(Dead):
            kind().feed(beat + newer + beat)
    bridge = Bridge()
    bridge.feed(beat + newer + beat)
    assert len(bridge.frames) == 1
    assert bridge.discarded_bytes == len(newer + beat)


@pytest.mark.parametrize(
    ("kind", "kept"), [(DataWriter, 51), (ArbitrageBot, 51), (Bridge, 51), (Scanner, 200)]
)
def test_the_stand_ins_keep_what_the_deployed_ones_were_measured_to_keep(kind, kept):
    """Of 200 trades with one unknown frame after the 51st, in one read."""
    trades = [v1.encode(v1.Trade(1, 2, 3, 4, 5, 1), n) for n in range(200)]
    unknown = bytes((0xFE, 32, 0, 16, 0, 0, 0, 0)) + bytes(16)
    reader = kind()
    with suppress(Dead):
        reader.feed(b"".join([*trades[:51], unknown, *trades[51:]]))
    assert len(reader.frames) == kept
