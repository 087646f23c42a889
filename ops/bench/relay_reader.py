"""A process of subscribers: counts what each is given and keeps the latencies of the frames.

Latency is from the sender's stamp in the trade (its first field, CLOCK_MONOTONIC) to the moment the
subscriber's program holds the decoded frame.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ops.bench.board import Board
from ops.bench.systems import Decoded, Take, system

_STAMP = slice(-64, -56)
"""A trade's first field, in a frame of 72 bytes or at the end of one that wraps it."""
T = TypeVar("T")

_NS_PER_US = 1_000
_LOOK_S = 0.02


async def read_until_stopped(name: str, address: str, board: Board, readers: range) -> Counter[int]:
    """Subscribe as each of these readers and hear until the case is over.

    Returns:
        Microseconds of latency to how many frames, of all of them together.
    """
    kept: Counter[int] = Counter()
    tasks = [
        asyncio.create_task(system(name).read(address, _taker(board, reader, kept)))
        for reader in readers
    ]
    while not board.is_stopped:
        await asyncio.sleep(_LOOK_S)
        for task in tasks:
            if task.done():
                task.result()
    for task in tasks:
        task.cancel()
    return kept


def _taker(board: Board, reader: int, kept: Counter[int]) -> Take:
    def take(frames: Sequence[Decoded]) -> None:
        board.count(reader, len(frames))
        if board.is_recording:
            now_ns = time.monotonic_ns()
            for frame in frames:
                sent_ns = int.from_bytes(frame.raw[_STAMP], "little")
                kept[(now_ns - sent_ns) // _NS_PER_US] += 1

    return take


def main(name: str, address: str, board: str, first: str, count: str) -> None:
    """Read, and leave the latencies beside the board."""
    page, readers = Board(Path(board)), range(int(first), int(first) + int(count))
    page.keep(readers.start, run_loop(name, read_until_stopped(name, address, page, readers)))


def run_loop(name: str, work: Coroutine[Any, Any, T]) -> T:
    """Run a client on the event loop its users would: plain asyncio for the plain peer."""
    import uvloop

    return asyncio.run(work) if name == "plain" else uvloop.run(work)


if __name__ == "__main__":
    main(*sys.argv[1:])
