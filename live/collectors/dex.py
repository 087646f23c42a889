"""The `collector-dex` process: the chain's head and every pool's state, as v2 frames.

Heads are polled; logs are read by block hash, so they cannot come from another branch; the parent
hash of each new block must be the block we had. Where it is not, what became of ours is found out
(:mod:`live.collectors.chain_breaks`), told with every orphaned hash, and all states are read from
the contracts again; until then nothing is said of any pool. Every ten blocks the contracts are
asked anyway, and a pool that disagrees with its logs is stopped and named, for good: only a restart
reads it again. Every pool is stated at every head, so a reader who lost a frame is right again with
the next block.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from prometheus_client import Counter, Gauge, Histogram

from domain.chain.types import Log
from domain.clock import SECOND_NS
from domain.desk import Pool
from domain.errors import Permanent, RpcUnavailable, Transient
from domain.home import DeskHome
from live.aio.process import Service, serve
from live.aio.waiting import pause
from live.chain.rpc import BlockHead, ChainClient
from live.chain.view import ChainView
from live.collectors.chain_breaks import (
    REMEMBERED,
    BreakKind,
    ChainBreak,
    classified,
    remembered,
)
from live.collectors.log_proof import are_all, is_doubtful
from live.collectors.notices import Notices
from live.collectors.pool_events import PoolNow
from live.collectors.pool_oracle import ask_contracts
from live.collectors.pool_reader import read_pool, reread_pool
from live.collectors.pool_table import PoolTable, Stopped, is_linked
from live.protocol import v2
from live.recorder.client import Door
from live.relay.client import Publisher

NAME = "collector-dex"
POLL_S = 0.1
"""A tenth of the rehearsal's block time: a block is known 50 ms late on average."""
ORACLE_BLOCKS = 10
"""Between asking the contracts again: cheap enough, and an error lives ten seconds at most."""
SILENCE_NS = 10 * SECOND_NS
"""Ten blocks of the rehearsal, one slot late on mainnet: the chain or the node stands still."""
FAR_BEHIND_BLOCKS = 50
"""After a longer absence the contracts are quicker to ask than the logs are to replay."""

_HEAD = Gauge("alphapulse_collector_dex_head_block", "Height last published.")
_BLOCKS = Counter("alphapulse_collector_dex_blocks_total", "Blocks published.")
_REORGS = Counter("alphapulse_collector_dex_reorgs_total", "Reorganisations noticed.")
_DEPTH = Histogram(
    "alphapulse_collector_dex_reorg_depth_blocks",
    "Blocks of ours that a reorganisation took back.",
    buckets=(1, 2, 3, 5, 10, 32, 64),
)
_STOPPED = Counter("alphapulse_collector_dex_pools_stopped_total", "Pools stopped.", ["venue"])
_CHECKS = Counter("alphapulse_collector_dex_oracle_checks_total", "Comparisons with contracts.")
_INCOMPLETE = Counter(
    "alphapulse_collector_dex_logs_incomplete_total",
    "Answers about a block's logs that its header contradicts.",
)
_SECONDS = Histogram(
    "alphapulse_collector_dex_block_seconds",
    "From seeing a head to its pools published.",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2),
)


def main(home: DeskHome) -> None:
    """Run the process until it is told to stop."""
    serve(NAME, home, run)


async def run(service: Service) -> None:
    """Wire the collector to chain, journal and relay, and follow the head."""
    door = Door(service.home.sockets / "recorder.sock")
    chain = ChainClient(service.card.chain.rpc_url)
    notices = Notices(door, service.clock)
    collector = ChainCollector(service, chain, notices)
    service.spawn(collector.publisher.run(), "publisher")
    service.spawn(notices.run(service.stopping), "notices")
    try:
        while not await pause(service.stopping, POLL_S):
            await collector.look()
    finally:
        await chain.close()
        await door.close()


class ChainCollector:
    """What the process holds between heads.

    Args:
        service: The process.
        chain: The node.
        notices: Where gaps are reported.

    `table` and `stopped` say what is followed and what is not any more.
    """

    def __init__(self, service: Service, chain: ChainClient, notices: Notices) -> None:
        self._service = service
        self._chain = chain
        self._notices = notices
        self._last: BlockHead | None = None
        self._view = ChainView(depth=REMEMBERED)
        self.table = PoolTable(service.card.chain.pools, {}, service.card.pair)
        self._checked_block = 0
        self._heard_ns = service.clock.now_ns()
        self._is_silent = False
        self._incomplete = ""
        self._sequence = 0
        self.stopped: list[Stopped] = []
        self.publisher = Publisher(service.home.sockets / "chain.sock", greet=self.greeting)

    def greeting(self) -> Sequence[bytes]:
        """Give the last head and the pools at it."""
        return [] if self._last is None else self._frames(self._last)

    async def look(self) -> None:
        """Look at the head once and publish what is new; an absent node is waited for."""
        try:
            await self._follow(await self._chain.head())
        except Transient as error:
            self._service.degraded(str(error))
        self._notice_silence()

    async def _follow(self, head: BlockHead) -> None:
        if self._last is None or head.hash != self._last.hash:
            with _SECONDS.time():
                await self._move_to(head)
        if head.number >= self._checked_block + ORACLE_BLOCKS:
            await self._ask_contracts(head)
        self._feel()

    async def _move_to(self, head: BlockHead) -> None:
        blocks = await self._blocks_up_to(head)
        if self._last is not None and is_linked(self._last, blocks):
            for block in blocks:
                await self._advance(block)
        elif self._last is None or await self._is_broken(head):
            await self._begin_at(head)

    async def _blocks_up_to(self, head: BlockHead) -> list[BlockHead]:
        """Fetch the blocks between ours and a head; empty when it is behind us or far ahead."""
        last = self._last
        if last is None or not 0 < head.number - last.number <= FAR_BEHIND_BLOCKS:
            return []
        numbers = range(last.number + 1, head.number)
        between = await asyncio.gather(*(self._chain.block(number) for number in numbers))
        return [*(block for block in between if block is not None), head]

    async def _advance(self, block: BlockHead) -> None:
        try:
            logs = await self._logs(block)
        except Permanent as error:
            raise RpcUnavailable(
                "the node has this block no longer; looking at its head again", block=block.number
            ) from error
        self.table, stopped = self.table.after_block(logs)
        self._stop(stopped, block)
        self._publish(block)

    async def _logs(self, block: BlockHead) -> list[Log]:
        """Read what the pools logged in a block; an answer that lacks some is no answer.

        Raises:
            RpcUnavailable: The node's own header says that logs are missing or foreign.
        """
        addresses = [pool.address for pool in self.table.pools]
        logs = await self._chain.logs(block.hash, addresses)
        if not is_doubtful(block.logs_bloom, addresses, logs):
            return logs
        whole = await self._chain.logs(block.hash)
        if are_all(block.logs_bloom, whole):
            return whole
        _INCOMPLETE.inc()
        if self._incomplete != block.hash:
            self._incomplete = block.hash
            self._notices.gap("chain", "gap", block.number, block.number)
        raise RpcUnavailable(
            "the node's logs of a block are not those its header names; asking again",
            block=block.number,
        )

    async def _is_broken(self, head: BlockHead) -> bool:
        """Find out what became of the blocks we had; tell it unless the chain only moved on."""
        numbers = [number for number in self._view.hashes if number < head.number]
        found = await asyncio.gather(*(self._chain.block(number) for number in numbers))
        standing = [(block.number, block.hash) for block in (*found, head) if block is not None]
        broken = classified(self._view, head.number, standing, FAR_BEHIND_BLOCKS)
        if broken.kind is BreakKind.RACE:
            return False
        self._last, self._view = None, broken.view
        self._tell_break(broken)
        return True

    def _tell_break(self, broken: ChainBreak) -> None:
        expected, got = broken.missing
        self._send(v2.GapNotice("chain", expected, got))
        self._notices.gap("chain", broken.kind, expected, got)
        self._service.log.warning("the chain is broken", what=broken.sentence)
        if broken.kind is BreakKind.REORG:
            _REORGS.inc()
            _DEPTH.observe(broken.depth)
            self._notices.alert("chain_reorg", "warning", "chain", broken.sentence)

    async def _begin_at(self, head: BlockHead) -> None:
        """Read every pool from its contract: at the start, after a reorg or a long absence."""
        pools = self.table.pools
        asked = await ask_contracts(
            self._chain, head, pools, lambda pool: read_pool(self._chain, pool, head.number)
        )
        self.table = replace(self.table, states=asked.states).without(asked.unreadable)
        self._checked_block = head.number
        self._stop(asked.unreadable, head)
        self._publish(head)

    async def _ask_contracts(self, head: BlockHead) -> None:
        """Compare every pool with its contract at a block we have published."""
        if self._last is None or head.hash != self._last.hash:
            return
        asked = await ask_contracts(self._chain, head, self.table.pools, self._reread(head))
        _CHECKS.inc()
        self._checked_block = head.number
        self.table, stopped = self.table.without(asked.unreadable).checked(asked.states)
        self._stop((*asked.unreadable, *stopped), head)

    def _reread(self, head: BlockHead) -> Callable[[Pool], Awaitable[PoolNow]]:
        states = self.table.states
        return lambda pool: reread_pool(self._chain, pool, states[pool.venue], head.number)

    def _stop(self, stopped: Sequence[Stopped], block: BlockHead) -> None:
        for entry in stopped:
            _STOPPED.labels(entry.venue).inc()
            self._service.log.error("a pool is stopped", venue=entry.venue, why=entry.reason)
            self._notices.gap(f"pool:{entry.venue}", "gap", block.number, block.number)
            why = f"stopped at block {block.number}: {entry.reason}"
            self._notices.alert("pool_stopped", "critical", f"pool:{entry.venue}", why)
            self._send(v2.GapNotice(f"pool:{entry.venue}", block.number, block.number))
            self.stopped.append(entry)

    def _publish(self, block: BlockHead) -> None:
        self._last = block
        self._view = remembered(self._view, block.number, block.hash)
        self._heard_ns, self._is_silent = self._service.clock.now_ns(), False
        self.publisher.send(*self._frames(block))
        _HEAD.set(block.number)
        _BLOCKS.inc()

    def _frames(self, block: BlockHead) -> list[bytes]:
        head = v2.ChainHead(
            v2.Routing(),
            block.number,
            block.hash,
            block.parent_hash,
            block.timestamp_s,
            block.base_fee_wei,
        )
        return [self._frame(message) for message in (head, *self.table.messages(block))]

    def _send(self, message: v2.GapNotice) -> None:
        self.publisher.send(self._frame(message))

    def _frame(self, message: v2.Message) -> bytes:
        self._sequence += 1
        return v2.encode(
            message,
            source=v2.SOURCE_COLLECTOR_DEX,
            sequence=self._sequence - 1,
            sent_ns=self._service.clock.now_ns(),
        )

    def _notice_silence(self) -> None:
        """Tell the journal, once, that no block came for too long; readers see heads grow old."""
        now_ns = self._service.clock.now_ns()
        if self._is_silent or now_ns - self._heard_ns <= SILENCE_NS:
            return
        self._is_silent = True
        number = self._last.number if self._last else 0
        self._notices.gap("chain", "silence", number + 1, number)

    def _feel(self) -> None:
        if self.stopped:
            names = ", ".join(sorted({entry.venue for entry in self.stopped}))
            self._service.degraded(f"stopped, restart to read again: {names}")
        elif self._is_silent:
            self._service.degraded("the chain stands still: no new block for ten seconds")
        elif self._last is not None:
            self._service.ready()
