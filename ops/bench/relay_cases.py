"""One case of the relay's bench: a server, readers and a sender as processes, watched for a while.

Rates are read off the shared board from outside; latencies are what the readers kept.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

from ops.bench.board import Board
from ops.bench.children import PATIENCE_S, Process, child
from ops.bench.harness import Numbers
from ops.bench.latencies import add_up, percentile_us
from ops.bench.systems import system
from ops.bench.waiting import wait_until

WARM_UP_S = 0.3
"""Caches, allocators and socket buffers have filled by then; longer changed no median here."""


def throughput(name: str, clients: int, seconds: float) -> Numbers:
    """Measure what one system delivers when the sender goes as fast as the slowest reader."""
    with _house() as house:
        board, _readers = house.people(name, house.serve(name), clients, rate=0)
        sent, delivered, began_s = board.sent, sum(board.received()), time.monotonic()
        time.sleep(seconds)
        span_s = time.monotonic() - began_s
        return {
            "in_per_s": (board.sent - sent) / span_s,
            "delivered_per_s": (sum(board.received()) - delivered) / span_s,
        }


def latency(
    name: str,
    clients: int,
    seconds: float,
    *,
    rate: float,
    defi_rate: float = 0,
    is_defi_elsewhere: bool = False,
) -> Numbers:
    """Measure how old frames are when a subscriber holds them.

    Args:
        name: Of the system.
        clients: How many subscribe.
        seconds: How long latencies are kept.
        rate: Trades a second.
        defi_rate: Pool states a second beside them, to as many DeFi clients; our relay alone.
        is_defi_elsewhere: Whether they go through a second relay on the same machine: what they
            cost then is the machine's affair and not the relay's.
    """
    with _house() as house:
        address = house.serve(name)
        if defi_rate:
            at = house.serve(name, "elsewhere") if is_defi_elsewhere else address
            house.people("defi", at, clients, rate=defi_rate)
        board, readers = house.people(name, address, clients, rate=rate)
        sent, began_s = board.sent, time.monotonic()
        board.record()
        time.sleep(seconds)
        reached = (board.sent - sent) / (time.monotonic() - began_s)
        board.stop()
        for reader in readers:
            reader.wait(PATIENCE_S)
        counts = add_up(board.kept())
    return {
        "p50_us": percentile_us(counts, 0.5),
        "p99_us": percentile_us(counts, 0.99),
        "sent_per_s": reached,
    }


class _House:
    """The processes of one case."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack

    def serve(self, name: str, room: str = "here") -> str:
        """Start a system's server in a folder of its own; gives its address."""
        folder = self._folder / room
        folder.mkdir()
        return self._stack.enter_context(system(name).serve(folder))

    def people(
        self, name: str, address: str, clients: int, rate: float
    ) -> tuple[Board, list[Process]]:
        """Start readers and a sender, wait until every reader hears, and let them warm up."""
        path = self._folder / f"board-{name}"
        board = Board.create(path, clients)
        self._stack.callback(board.close)
        readers = [
            self._child("relay_reader", name, address, path, share.start, len(share))
            for share in _shares(clients, os.cpu_count() or 1)
        ]
        self._child("relay_sender", name, address, path, rate)
        self._stack.callback(board.stop)
        wait_until(lambda: board.sent)
        time.sleep(WARM_UP_S)
        return board, readers

    def _child(self, module: str, *arguments: object) -> Process:
        return self._stack.enter_context(child(f"ops.bench.{module}", *arguments))


@contextmanager
def _house() -> Generator[_House]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="apbench-"))
        yield _House(Path(folder), stack)


def _shares(clients: int, processes: int) -> list[range]:
    """Deal the readers to as many processes as the machine has cores, or one each if fewer."""
    count = min(clients, processes)
    bounds = [clients * n // count for n in range(count + 1)]
    return [range(a, b) for a, b in pairwise(bounds)]
