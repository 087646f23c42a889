"""What logs say happened: token transfers and pool swaps, decoded word by word.

A log is believed about its layout only: the right event, the right number of words. Contracts may
log anything under any name, so a log with another layout is not a transfer and not an error; it is
listed by `undecoded_transfers`, that nothing vanishes silently. Whether a swap's recipient really
got the money is not asked here but in `payouts.py`.

Layouts, as (topics, data words):

==================  ======  ==========================================================
ERC-20 Transfer     (3, 1)  the amount is data
ERC-721 Transfer    (4, 0)  the token id is indexed
unindexed Transfer  (1, 3)  contracts from before the standards settled, such as CryptoKitties
V2 Swap             (3, 4)  in and out of both sides, unsigned
V3 Swap             (3, 5)  both sides signed from the pool's view, then price, liquidity, tick
==================  ======  ==========================================================

Forks that kept the event are decoded like the original: the signature is the interface.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from domain.chain.types import Log
from domain.chain.words import split_words, word_address, word_int, word_uint

TRANSFER_TOPIC = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
"""keccak256 of ``Transfer(address,address,uint256)``, the same for ERC-20 and ERC-721."""
V2_SWAP_TOPIC = "0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822"
"""keccak256 of ``Swap(address,uint256,uint256,uint256,uint256,address)``."""
V2_SYNC_TOPIC = "0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1"
"""keccak256 of ``Sync(uint112,uint112)``."""
V3_SWAP_TOPIC = "0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67"
"""keccak256 of ``Swap(address,address,int256,int256,uint160,uint128,int24)``."""

Standard = Literal["erc20", "erc721", "unindexed"]

_STANDARD_BY_LAYOUT: dict[tuple[int, int], Standard] = {
    (3, 1): "erc20",
    (4, 0): "erc721",
    (1, 3): "unindexed",
}
_V2_SWAP_LAYOUT = (3, 4)
_V3_SWAP_LAYOUT = (3, 5)


class TokenTransfer(msgspec.Struct, frozen=True):
    """One token moved, as its contract says.

    Args:
        units: Base units; 1 for an ERC-721 token, which is named by `token_id`.
        standard: ``unindexed`` when the layout does not tell amount from id; `units` has it.
        token_id: None but for ERC-721.
    """

    token: str
    sender: str
    recipient: str
    units: int
    log_index: int
    tx_hash: str
    standard: Standard
    token_id: int | None = None


class Swap(msgspec.Struct, frozen=True):
    """One swap as the pool's event tells it; all amounts in base units and not negative.

    Args:
        sender: Who called the pool; often a router.
        recipient: Who was to receive what came out; often the next pool of a path.
        amount0_out, amount1_out: What left the pool. A token may deliver less (`payouts.py`).
        sqrt_price_x96, liquidity, tick: V3 only, after the swap; None for V2.
    """

    kind: Literal["v2", "v3"]
    pool: str
    sender: str
    recipient: str
    log_index: int
    tx_hash: str
    amount0_in: int
    amount1_in: int
    amount0_out: int
    amount1_out: int
    sqrt_price_x96: int | None = None
    liquidity: int | None = None
    tick: int | None = None

    @property
    def amount0(self) -> int:
        """Net change of token0 in the pool, signed as V3 signs it: positive came in."""
        return self.amount0_in - self.amount0_out

    @property
    def amount1(self) -> int:
        """Net change of token1 in the pool, signed as V3 signs it: positive came in."""
        return self.amount1_in - self.amount1_out


def in_block_order(logs: Iterable[Log]) -> list[Log]:
    """Give the logs that stand, in the order the block has them; those taken back are left out."""
    return sorted((log for log in logs if not log.removed), key=lambda log: log.log_index)


def decode_transfers(logs: Iterable[Log]) -> list[TokenTransfer]:
    """Decode every token transfer, ordered by log index.

    Source:
        EIP-20 and EIP-721; parity with ethereum-etl's token transfers on mainnet block 17173049.
    """
    decoded = (pull_transfer(log) for log in in_block_order(logs))
    return [transfer for transfer in decoded if transfer is not None]


def undecoded_transfers(logs: Iterable[Log]) -> list[Log]:
    """Give the logs that call themselves a Transfer and have no layout we can read."""
    named = (log for log in in_block_order(logs) if _named(log, TRANSFER_TOPIC))
    return [log for log in named if pull_transfer(log) is None]


def pull_transfer(log: Log) -> TokenTransfer | None:
    """Read one log as a token transfer; None when it is something else."""
    if not _named(log, TRANSFER_TOPIC):
        return None
    data_words = split_words(log.data)
    if data_words is None:
        return None
    standard = _STANDARD_BY_LAYOUT.get((len(log.topics), len(data_words)))
    if standard is None:
        return None
    sender, recipient, number = (*(topic[2:] for topic in log.topics[1:]), *data_words)
    return TokenTransfer(
        token=log.address,
        sender=word_address(sender),
        recipient=word_address(recipient),
        units=1 if standard == "erc721" else word_uint(number),
        log_index=log.log_index,
        tx_hash=log.tx_hash,
        standard=standard,
        token_id=word_uint(number) if standard == "erc721" else None,
    )


def pull_swap(log: Log) -> Swap | None:
    """Read one log as a swap of V2 or V3; None when it is something else.

    Source:
        UniswapV2Pair.sol and IUniswapV3PoolEvents.sol.
    """
    data_words = split_words(log.data)
    if data_words is None:
        return None
    layout = (len(log.topics), len(data_words))
    if layout == _V2_SWAP_LAYOUT and _named(log, V2_SWAP_TOPIC):
        return _v2_swap(log, data_words)
    if layout == _V3_SWAP_LAYOUT and _named(log, V3_SWAP_TOPIC):
        return _v3_swap(log, data_words)
    return None


def _named(log: Log, topic: str) -> bool:
    return bool(log.topics) and log.topics[0] == topic


def _v2_swap(log: Log, words: Sequence[str]) -> Swap:
    amount0_in, amount1_in, amount0_out, amount1_out = map(word_uint, words)
    return Swap(
        kind="v2",
        pool=log.address,
        sender=word_address(log.topics[1]),
        recipient=word_address(log.topics[2]),
        log_index=log.log_index,
        tx_hash=log.tx_hash,
        amount0_in=amount0_in,
        amount1_in=amount1_in,
        amount0_out=amount0_out,
        amount1_out=amount1_out,
    )


def _v3_swap(log: Log, words: Sequence[str]) -> Swap:
    amount0, amount1 = word_int(words[0]), word_int(words[1])
    return Swap(
        kind="v3",
        pool=log.address,
        sender=word_address(log.topics[1]),
        recipient=word_address(log.topics[2]),
        log_index=log.log_index,
        tx_hash=log.tx_hash,
        amount0_in=max(amount0, 0),
        amount1_in=max(amount1, 0),
        amount0_out=max(-amount0, 0),
        amount1_out=max(-amount1, 0),
        sqrt_price_x96=word_uint(words[2]),
        liquidity=word_uint(words[3]),
        tick=word_int(words[4]),
    )
