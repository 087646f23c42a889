"""A process of subscribers: counts what each is given and keeps the latencies of the frames.

Latency is from the sender's stamp in the trade (its first field, CLOCK_MONOTONIC) to the moment the
subscriber's program holds the whole frame. What was held when is added up after the case is over.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from ops.bench.board import Board
from ops.bench.systems import system
from ops.bench.systems.cutting import Take

_STAMP = slice(-64, -56)
"""A trade's first field, in a frame of 72 bytes or at the end of one that wraps it."""
Held = tuple[int, int, bytes]
"""When so many frames were held, and their bytes."""
T = TypeVar("T")

_NS_PER_US = 1_000
_LOOK_S = 0.02


async def read_until_stopped(name: str, address: str, board: Board, readers: range) -> Counter[int]:
    """Subscribe as each of these readers and hear until the case is over.

    Returns:
        Microseconds of latency to how many frames, of all of them together.
    """
    kept: list[Held] = []
    tasks = [
        asyncio.create_task(system(name).read(address, _taker(name, board, reader, kept)))
        for reader in readers
    ]
    while not board.is_stopped:
        await asyncio.sleep(_LOOK_S)
        for task in tasks:
            if task.done():
                task.result()
    for task in tasks:
        task.cancel()
    return latencies_us(kept)


def _taker(name: str, board: Board, reader: int, kept: list[Held]) -> Take:
    cutter = system(name).cutter()

    def take(data: bytes) -> None:
        frames = cutter.feed(data)
        board.count(reader, frames)
        if frames and board.is_recording:
            kept.append((time.monotonic_ns(), frames, cutter.whole))

    return take


def latencies_us(kept: Sequence[Held]) -> Counter[int]:
    """Give whole microseconds between stamp and holding, to how many frames.

    Args:
        kept: Of each read; its frames are all of one length.
    """
    found: Counter[int] = Counter()
    for held_ns, frames, raw in kept:
        rows = np.frombuffer(raw, np.uint8).reshape(frames, -1)
        stamps_ns = np.ascontiguousarray(rows[:, _STAMP]).view("<u8")[:, 0]
        found.update(((held_ns - stamps_ns.astype(np.int64)) // _NS_PER_US).tolist())
    return found


def main(name: str, address: str, board: str, first: str, count: str) -> None:
    """Read, and leave the latencies beside the board."""
    page, readers = Board(Path(board)), range(int(first), int(first) + int(count))
    page.keep(readers.start, run_loop(read_until_stopped(name, address, page, readers)))


def run_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run a client, of whatever system, on uvloop."""
    import uvloop

    return uvloop.run(work)


if __name__ == "__main__":
    main(*sys.argv[1:])
