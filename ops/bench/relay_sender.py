"""The one publisher of a case: as fast as the slowest reader follows, or at a fixed rate."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from live.protocol import v1
from ops.bench.board import Board
from ops.bench.relay_reader import run_loop
from ops.bench.systems import SYMBOL, Send, system
from ops.bench.ticks import Ticker

WINDOW_FRAMES = 8_192
"""The most between the sender and the slowest reader: no queue of any system is that short."""
BURST_FRAMES = 64
_RING_FRAMES = 4_096
_LOOK_S = 0.001
"""uvloop counts milliseconds: less would be a busy loop, on a core that others need."""
_GREETING_S = 0.02
_SETTLING_S = 0.2
_STAMP_END = v1.HEADER_BYTES + 8


def trades(count: int) -> list[bytes]:
    """Write so many trades as frames of 72 bytes."""
    hashed = v1.symbol_hash(SYMBOL)
    return [
        v1.encode(v1.Trade(n, n, 4_605_23000000 + n, 1_00000000 + n, hashed, v1.BUY), n)
        for n in range(count)
    ]


async def greet(send: Send, board: Board) -> None:
    """Send a frame now and then until every reader hears, and let the last one arrive."""
    [frame] = trades(1)
    while not min(board.received()):
        await send((frame,))
        await asyncio.sleep(_GREETING_S)
    await asyncio.sleep(_SETTLING_S)
    board.begin()


async def flood(send: Send, board: Board) -> None:
    """Send until the case is over, never further ahead of the slowest reader than the window."""
    ring, at = trades(_RING_FRAMES), 0
    while not board.is_stopped:
        if board.sent - board.slowest() > WINDOW_FRAMES - BURST_FRAMES:
            await asyncio.sleep(_LOOK_S)
            continue
        await send(ring[at : at + BURST_FRAMES])
        at = (at + BURST_FRAMES) % _RING_FRAMES
        board.sent += BURST_FRAMES
        await asyncio.sleep(0)


async def pace(send: Send, board: Board, rate: float) -> None:
    """Send at a fixed rate until the case is over, each frame stamped as it is handed over."""
    ring = trades(_RING_FRAMES)
    due: asyncio.Queue[int] = asyncio.Queue()
    ticker = Ticker(rate, due.put_nowait)
    while not board.is_stopped:
        for _ in range(await due.get()):
            frame = ring[board.sent % _RING_FRAMES]
            await send((_stamped(frame),))
            board.sent += 1
    ticker.close()


def _stamped(frame: bytes) -> bytes:
    stamp = time.monotonic_ns().to_bytes(8, "little")
    return frame[: v1.HEADER_BYTES] + stamp + frame[_STAMP_END:]


async def _publish(name: str, address: str, board: Board, rate: float) -> None:
    send = await system(name).sender(address)
    await greet(send, board)
    await (pace(send, board, rate) if rate else flood(send, board))


def main(name: str, address: str, board: str, rate: str) -> None:
    """Publish; a rate of 0 is as fast as it goes."""
    run_loop(_publish(name, address, Board(Path(board)), float(rate)))


if __name__ == "__main__":
    main(*sys.argv[1:])
