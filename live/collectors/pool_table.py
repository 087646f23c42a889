"""All pools of the desk at one block, and how a block's logs move them on. Pure.

A pool whose logs cannot be applied, or whose contract says something else than its logs did, is
stopped: it is named, nothing is said about it again, and the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from domain.chain.types import Log
from domain.desk import Pool
from domain.errors import PlatformError
from live.collectors.pool_events import PoolNow, after_logs, state_message
from live.protocol import v2

_TICKS_SHOWN = 3
"""A pool whose ticks differ differs in many; the first few say where to look."""


class Block(Protocol):
    """What is needed of a block to follow the chain."""

    @property
    def number(self) -> int:
        """Height."""
        ...

    @property
    def hash(self) -> str:
        """Of the block."""
        ...

    @property
    def parent_hash(self) -> str:
        """Of the block before it."""
        ...


@dataclass(frozen=True, slots=True)
class Stopped:
    """A pool nothing is believed about any more, and why."""

    venue: str
    reason: str


@dataclass(frozen=True, slots=True)
class PoolTable:
    """Pools by venue at the end of one block.

    Args:
        pools: Reference data of those still followed.
        states: Venue -> state, for the same venues.
        pair: What they all trade, as the desk names it.
    """

    pools: tuple[Pool, ...]
    states: Mapping[str, PoolNow]
    pair: str = ""

    def after_block(self, logs: Iterable[Log]) -> tuple[PoolTable, tuple[Stopped, ...]]:
        """Apply all logs of one block; pools whose logs make no sense are stopped."""
        by_address: dict[str, list[Log]] = {}
        for log in logs:
            by_address.setdefault(log.address, []).append(log)
        states, stopped = dict(self.states), list[Stopped]()
        for pool in self.pools:
            before = replace(states[pool.venue], log_index=-1)
            try:
                states[pool.venue] = after_logs(before, by_address.get(pool.address, ()))
            except PlatformError as error:
                stopped.append(Stopped(pool.venue, str(error)))
        return replace(self, states=states).without(stopped), tuple(stopped)

    def checked(self, read: Mapping[str, PoolNow]) -> tuple[PoolTable, tuple[Stopped, ...]]:
        """Compare with what the contracts say at the same block; pools that differ are stopped."""
        stopped = tuple(
            Stopped(venue, difference(self.states[venue], state))
            for venue, state in read.items()
            if venue in self.states and not self.states[venue].same_as(state)
        )
        return self.without(stopped), stopped

    def without(self, stopped: Sequence[Stopped]) -> PoolTable:
        """Leave stopped pools out."""
        gone = {entry.venue for entry in stopped}
        return replace(
            self,
            pools=tuple(pool for pool in self.pools if pool.venue not in gone),
            states={venue: state for venue, state in self.states.items() if venue not in gone},
        )

    def messages(self, block: Block) -> list[v2.PoolState]:
        """State every pool at the end of a block, changed or not, so that all share that block."""
        return [
            state_message(pool, self.pair, self.states[pool.venue], block.number, block.hash)
            for pool in self.pools
        ]


def difference(logs: PoolNow, contract: PoolNow) -> str:
    """Say in what the state the logs led to differs from what the contract says."""
    names = ("reserve0", "reserve1", "sqrt_price_x96", "tick", "liquidity")
    told = [
        f"{name}: logs say {ours}, the contract {theirs}"
        for name in names
        if (ours := getattr(logs, name)) != (theirs := getattr(contract, name))
    ]
    ticks = sorted(
        tick
        for tick in {*logs.ticks, *contract.ticks}
        if logs.ticks.get(tick) != contract.ticks.get(tick)
    )
    told += [
        f"tick {tick}: logs say {logs.ticks.get(tick)}, the contract {contract.ticks.get(tick)}"
        for tick in ticks[:_TICKS_SHOWN]
    ]
    return "; ".join(told)


def is_linked(last: Block, blocks: Sequence[Block]) -> bool:
    """Ask whether blocks continue from `last`, each the parent of the next."""
    parents = [last, *blocks]
    return bool(blocks) and all(
        child.parent_hash == parent.hash and child.number == parent.number + 1
        for parent, child in zip(parents, blocks, strict=False)
    )
