"""Deployed v1 readers on our market channel: nothing that can be done to the relay reaches them."""

from __future__ import annotations

import asyncio
import random

import pytest
import uvloop

from live.protocol import v1, v2
from live.relay.main import body
from tests.kit.eventually import eventually
from tests.kit.homes import a_home
from tests.kit.services import running
from tests.live.protocol.v1 import vectors
from tests.live.relay.deployed import Bridge, DataWriter, Dead

HASH = "0x" + "ab" * 32


def hostile_streams() -> list[bytes]:
    """What a broken, newer or malicious producer might send to the v1 ingest socket."""
    rng = random.Random(7)
    good = v1.encode(v1.Heartbeat(1, 1), 1)
    unknown = [bytes((0xFE, n, 0, 4, 0, 0, 0, 0)) + b"\xfe\x01\x00\x40" for n in (0, 11, 14, 254)]
    defi = v2.encode(v2.ChainHead(1, HASH, HASH, 1, 1), source=1, sequence=1, sent_ns=1)
    recorded = [bytes.fromhex(v["hex"]) for v in vectors.load("protocol-v1-negative.json")]
    return [
        *(good + bad + good for bad in unknown),
        *recorded,
        defi,
        rng.randbytes(5_000),
        good[:5],
        v1.push_frame(8, b"cut", 1),
    ]


async def listen(reader: DataWriter, path) -> None:
    stream, writer = await asyncio.open_unix_connection(path)
    try:
        while data := await stream.read(random.Random(3).choice((1, 7, 4_096, 65_536))):
            reader.feed(data)
    finally:
        writer.close()


@pytest.mark.parametrize("kind", [DataWriter, Bridge])
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
    for raw in reader.frames:
        [frame] = v1.Decoder(v1.G1_TYPES).feed(raw)
        assert frame.raw == raw


def test_the_stand_ins_do_die_of_what_they_are_known_to_die_of():
    beat = v1.encode(v1.Heartbeat(1, 1), 1)
    newer = v1.push_frame(12, bytes(128), 1)
    with pytest.raises(Dead):
        DataWriter().feed(beat + newer + beat)
    bridge = Bridge()
    bridge.feed(beat + newer + beat)
    assert len(bridge.frames) == 1
    assert bridge.discarded_bytes == len(newer + beat)
