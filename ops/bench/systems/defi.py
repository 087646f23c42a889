"""The DeFi side of a relay that is already there: pool states in by its chain socket, out by v2."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from live.aio.waiting import until
from live.protocol import v2
from live.relay.client import Publisher
from live.relay.sockets import CHAIN, DEFI
from ops.bench.systems import Send
from ops.bench.systems.cutting import Take, hear
from ops.bench.systems.cutting import v2_cutter as cutter
from ops.bench.systems.filtered import greeting

__all__ = ["cutter", "read", "sender"]

_POOLS = 250
_FRAMES = 4_096
_HASH = "0x" + "5e" * 32
_CHAIN_ID = "eip155:1"


async def sender(address: str) -> Send:
    """Connect the publisher: whatever it is given, it sends the next pool's state instead."""
    publisher = Publisher(Path(address) / CHAIN)
    running = asyncio.ensure_future(publisher.run())
    await until(lambda: publisher.is_connected)
    states = [_pool_state(n) for n in range(_FRAMES)]
    sent = 0

    async def send(frames: Sequence[bytes]) -> None:
        nonlocal sent
        if running.done():
            running.result()
        for _ in frames:
            schema, payload = states[sent % _FRAMES]
            publisher.send(
                v2.push_frame(
                    schema,
                    payload,
                    source=v2.SOURCE_COLLECTOR_DEX,
                    sequence=sent,
                    sent_ns=sent,
                    is_routed=True,
                )
            )
            sent += 1

    return send


async def read(address: str, take: Take) -> None:
    """Connect one subscriber to everything but the market and hear until it ends."""
    wanted = v2.Subscribe(1, channels=tuple(c for c in v2.CHANNELS if c != "market"))
    await hear(Path(address) / DEFI, take, greeting(wanted))


def _pool_state(n: int) -> tuple[int, bytes]:
    venue = f"univ2-{n % _POOLS}"
    return v2.encode_payload(
        v2.PoolState(
            routing=v2.Routing(venues=(venue,), pairs=("ETH-USDC",)),
            venue=venue,
            pool=f"{_CHAIN_ID}:0x{n % _POOLS:040x}",
            kind="v2",
            asset0=f"{_CHAIN_ID}/erc20:0x" + "1" * 40,
            asset1=f"{_CHAIN_ID}/erc20:0x" + "2" * 40,
            fee_pips=3000,
            block_number=n // _POOLS,
            block_hash=_HASH,
            log_index=n % _POOLS,
            reserve0=10**18 + n,
            reserve1=10**9 + n,
            sqrt_price_x96=0,
            tick=0,
            liquidity=0,
            ticks=(),
        )
    )
