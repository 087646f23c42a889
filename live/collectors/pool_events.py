"""What a log does to a pool: the state after it, from the state before it. Pure.

A V2 pair says its whole state in each Sync. A V3 pool says price, tick and active liquidity in each
Swap, and Mint and Burn move the liquidity of two ticks (and the active liquidity when the price is
between them). Logs must come in block order, all of a block or none; that the result equals the
contract is checked by the collector, which re-reads it.

Fees collected, flash loans and protocol-fee settings change balances, never a quote: not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from domain.amm.concentrated import net_table, with_liquidity
from domain.chain.events import V2_SYNC_TOPIC, V3_SWAP_TOPIC
from domain.chain.types import Log
from domain.desk import Pool
from domain.errors import SchemaDrift
from domain.identity import contract_account
from live.protocol import v2

MINT_TOPIC = "0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde"
BURN_TOPIC = "0x0c396cd989a39f4459b5fa1aed6a9a8dcdbc45908acfd67e028cd568da98982c"

_NO_TICKS: Mapping[int, tuple[int, int]] = MappingProxyType({})
_WORD_DIGITS = 64


@dataclass(frozen=True, slots=True)
class PoolNow:
    """A pool after some log; fields of the other kind are 0 or empty.

    Args:
        reserve0, reserve1: Of a V2 pair, in base units.
        sqrt_price_x96, tick, liquidity: Of a V3 pool.
        ticks: Of a V3 pool: initialised tick -> (liquidity net, gross).
        log_index: Of the last log that changed it in its block; -1 when none did.
    """

    reserve0: int = 0
    reserve1: int = 0
    sqrt_price_x96: int = 0
    tick: int = 0
    liquidity: int = 0
    ticks: Mapping[int, tuple[int, int]] = field(default_factory=lambda: _NO_TICKS)
    log_index: int = -1

    def same_as(self, other: PoolNow) -> bool:
        """Ask whether two states quote alike; where they were read does not matter."""
        return replace(self, log_index=-1) == replace(other, log_index=-1)


def after_logs(now: PoolNow, logs: Iterable[Log]) -> PoolNow:
    """Apply the logs of one pool, in block order.

    Raises:
        SchemaDrift: A log we know by its topic has not the length it must have.
        InputRefused: A Burn takes more liquidity than there is: a log was missed.
    """
    for log in sorted(logs, key=lambda log: log.log_index):
        change = _CHANGES.get(log.topics[0] if log.topics else "")
        if change is not None:
            now = replace(change(now, log), log_index=log.log_index)
    return now


def state_message(
    pool: Pool, pair: str, now: PoolNow, block_number: int, block_hash: str
) -> v2.PoolState:
    """Write a pool's state at the end of a block as its message."""
    return v2.PoolState(
        routing=v2.Routing(venues=(pool.venue,), pairs=(pair,)),
        venue=pool.venue,
        pool=contract_account(pool.token0, pool.address),
        kind=pool.kind,
        asset0=pool.token0,
        asset1=pool.token1,
        fee_pips=pool.fee_pips,
        block_number=block_number,
        block_hash=block_hash,
        log_index=now.log_index,
        reserve0=now.reserve0,
        reserve1=now.reserve1,
        sqrt_price_x96=now.sqrt_price_x96,
        tick=now.tick,
        liquidity=now.liquidity,
        ticks=net_table(now.ticks),
    )


def words_of(data: str, count: int) -> list[int]:
    """Split ABI data into unsigned words.

    Raises:
        SchemaDrift: It is not `count` words of hex.
    """
    digits = data.removeprefix("0x")
    if len(digits) != count * _WORD_DIGITS:
        raise SchemaDrift("these data are not as long as their event says", data=data[:80])
    return [int(digits[at : at + _WORD_DIGITS], 16) for at in range(0, len(digits), _WORD_DIGITS)]


def signed(word: int) -> int:
    """Read a 256-bit word as two's complement, as every smaller signed ABI type is padded."""
    return word - (1 << 256) if word >> 255 else word


def _synced(now: PoolNow, log: Log) -> PoolNow:
    reserve0, reserve1 = words_of(log.data, 2)
    return replace(now, reserve0=reserve0, reserve1=reserve1)


def _swapped(now: PoolNow, log: Log) -> PoolNow:
    _, _, price, liquidity, tick = words_of(log.data, 5)
    return replace(now, sqrt_price_x96=price, liquidity=liquidity, tick=signed(tick))


def _minted(now: PoolNow, log: Log) -> PoolNow:
    _, amount, _, _ = words_of(log.data, 4)
    return _moved(now, log, amount)


def _burned(now: PoolNow, log: Log) -> PoolNow:
    amount, _, _ = words_of(log.data, 3)
    return _moved(now, log, -amount)


def _moved(now: PoolNow, log: Log, delta: int) -> PoolNow:
    if len(log.topics) != _POSITION_TOPICS:
        raise SchemaDrift("a position event names owner and two ticks", topics=len(log.topics))
    lower, upper = (signed(int(topic, 16)) for topic in log.topics[2:])
    if not delta:
        return now
    is_active = lower <= now.tick < upper
    return replace(
        now,
        liquidity=now.liquidity + delta if is_active else now.liquidity,
        ticks=MappingProxyType(with_liquidity(now.ticks, lower, upper, delta)),
    )


_POSITION_TOPICS = 4
TOPICS = (V2_SYNC_TOPIC, V3_SWAP_TOPIC, MINT_TOPIC, BURN_TOPIC)
"""Of the logs that change a quote."""
_CHANGES: dict[str, Any] = {
    V2_SYNC_TOPIC: _synced,
    V3_SWAP_TOPIC: _swapped,
    MINT_TOPIC: _minted,
    BURN_TOPIC: _burned,
}
