"""Producers on a real socket: cut off for bad bytes, taken in slices when they flood."""

from __future__ import annotations

import asyncio

import pytest
import uvloop

from domain.errors import RemoteWireError
from live.relay.ingest import Ingest
from tests.kit.eventually import eventually


class Session:
    """Remembers what it took, and whose turn it was."""

    def __init__(self, turns: list[tuple[str, bytes]], name: str) -> None:
        self._turns = turns
        self._name = name

    def take(self, data: bytes) -> None:
        if data.startswith(b"bad"):
            raise RemoteWireError("this is bad")
        self._turns.append((self._name, data))


async def send(path, data: bytes) -> asyncio.StreamWriter:
    _reader, writer = await asyncio.open_unix_connection(path)
    writer.write(data)
    return writer


@pytest.fixture
def turns() -> list[tuple[str, bytes]]:
    return []


def an_ingest(turns, broken=None, **told) -> Ingest:
    names = iter("abcdef")
    on_broken = broken.append if broken is not None else None
    return Ingest(
        "x.sock",
        lambda: Session(turns, next(names)),
        lambda name, error: on_broken((name, str(error))) if on_broken else None,
        **told,
    )


def of(turns, name: str) -> bytes:
    return b"".join(data for who, data in turns if who == name)


def test_a_flood_is_taken_in_slices_to_the_last_byte_though_its_producer_has_left(turns, tmp_path):
    flood = bytes(range(256)) * 4_000

    async def scenario() -> None:
        ingest = an_ingest(turns, slice_bytes=1_000)
        await ingest.listen(tmp_path / "x.sock")
        writer = await send(tmp_path / "x.sock", flood)
        writer.write_eof()
        await eventually(lambda: len(of(turns, "a")) == len(flood))
        writer.close()
        await ingest.close()

    uvloop.run(scenario())
    assert of(turns, "a") == flood
    assert max(len(data) for _, data in turns) <= 1_000


def test_others_get_their_turn_between_the_slices(turns, tmp_path):
    async def scenario() -> None:
        ingest = an_ingest(turns, slice_bytes=100)
        await ingest.listen(tmp_path / "x.sock")
        writers = [await send(tmp_path / "x.sock", b"") for _ in "ab"]
        for writer, data in zip(writers, (b"first" * 20_000, b"second"), strict=True):
            writer.write(data)  # both wait in the sockets before the ingest has its first turn
        await eventually(lambda: of(turns, "b") == b"second")
        await eventually(lambda: len(of(turns, "a")) == 100_000)
        for writer in writers:
            writer.close()
        await ingest.close()

    uvloop.run(scenario())
    assert turns[-1][0] == "a"


def test_a_bad_producer_is_cut_off_and_the_others_are_not(turns, tmp_path):
    broken: list[tuple[str, str]] = []

    async def scenario() -> None:
        ingest = an_ingest(turns, broken)
        await ingest.listen(tmp_path / "x.sock")
        good = await send(tmp_path / "x.sock", b"good")
        await eventually(lambda: of(turns, "a") == b"good")
        reader, bad = await asyncio.open_unix_connection(tmp_path / "x.sock")
        bad.write(b"bad")
        with pytest.raises(ConnectionError):
            await _ended(reader)
        good.write(b" still")
        await eventually(lambda: of(turns, "a") == b"good still")
        for writer in (good, bad):
            writer.close()
        await ingest.close()

    uvloop.run(scenario())
    assert broken == [("x.sock", "this is bad")]


async def _ended(reader: asyncio.StreamReader) -> None:
    if await asyncio.wait_for(reader.read(), 30) == b"":
        raise ConnectionError


def test_what_was_left_of_a_cut_off_flood_is_forgotten(turns, tmp_path):
    async def scenario() -> None:
        ingest = an_ingest(turns, slice_bytes=4)
        await ingest.listen(tmp_path / "x.sock")
        writer = await send(tmp_path / "x.sock", b"goodbad!good")
        await eventually(lambda: turns != [])
        for _ in range(5):
            await asyncio.sleep(0)
        writer.close()
        await ingest.close()

    uvloop.run(scenario())
    assert of(turns, "a") == b"good"
