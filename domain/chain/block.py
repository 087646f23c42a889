"""Whether a block's receipts and logs are all there, and what the block settled.

Two answers, both pure: `prove` holds the receipts at hand against what the header commits to and
names what differs; `settle_block` decodes transfers and swaps, settles the swaps and totals the
fees. A block that fails its proof is still settled, but as what was found and not as what happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from domain.chain.bloom import bits_apart, bloom_hex
from domain.chain.events import (
    TokenTransfer,
    decode_transfers,
    undecoded_transfers,
)
from domain.chain.fees import total_fee_wei
from domain.chain.payouts import SettledSwap, settle_swaps
from domain.chain.receipts import receipts_root
from domain.chain.types import Block, Log, Receipt
from domain.money import Wei

_NAMED_AT_MOST = 10
"""How many indexes a sentence lists before it only counts them."""


class BlockProof(msgspec.Struct, frozen=True):
    """How the receipts at hand compare with the header.

    Args:
        receipts_root, logs_bloom: Computed from the receipts.
        is_root_equal, is_bloom_equal: Whether the header says the same.
        is_gas_equal: Whether gas used adds up, receipt by receipt and to the header.
        differences: What is missing or too much, as sentences; empty when all is proven.
    """

    receipts_root: str
    logs_bloom: str
    is_root_equal: bool
    is_bloom_equal: bool
    is_gas_equal: bool
    differences: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Ask whether this is the whole, unaltered set of receipts and logs of the block."""
        return self.is_root_equal and self.is_bloom_equal and self.is_gas_equal


class SettledBlock(msgspec.Struct, frozen=True):
    """What a block did, as far as its receipts at hand tell.

    Args:
        transfers: All token transfers, by log index.
        undecoded: Logs named Transfer whose layout is none of the known ones.
        swaps: All V2 and V3 swaps with what their recipients received, by transaction and log.
        failed: Receipts with status 0; they paid and did nothing.
        total_fee_wei: Of all transactions, failed ones included.
    """

    proof: BlockProof
    transfers: tuple[TokenTransfer, ...]
    undecoded: tuple[Log, ...]
    swaps: tuple[SettledSwap, ...]
    failed: tuple[Receipt, ...]
    total_fee_wei: Wei


def block_logs(block: Block) -> list[Log]:
    """Give all logs of a block in its order."""
    return [log for receipt in block.receipts for log in receipt.logs]


def settle_block(block: Block) -> SettledBlock:
    """Prove a block and settle what its receipts say.

    Raises:
        InputRefused: The receipts cannot be those of one block (see `receipts_root`).
    """
    logs = block_logs(block)
    return SettledBlock(
        proof=prove(block),
        transfers=tuple(decode_transfers(logs)),
        undecoded=tuple(undecoded_transfers(logs)),
        swaps=tuple(sorted(settle_swaps(logs), key=lambda settled: settled.swap.log_index)),
        failed=tuple(receipt for receipt in block.receipts if receipt.status == 0),
        total_fee_wei=total_fee_wei(block.receipts),
    )


def prove(block: Block) -> BlockProof:
    """Hold a block's receipts against what its header commits to.

    Raises:
        InputRefused: The receipts cannot be those of one block (see `receipts_root`).
    """
    header, logs = block.header, block_logs(block)
    root, bloom = receipts_root(block.receipts), bloom_hex(logs)
    is_root_equal, is_bloom_equal = root == header.receipts_root, bloom == header.logs_bloom
    gas = tuple(_gas_differences(block))
    named = (*_count_differences(block), *_bloom_differences(block, logs), *gas)
    if not is_root_equal and not named:
        named = ("the receipts differ from the header's root in a field that nothing else shows",)
    return BlockProof(root, bloom, is_root_equal, is_bloom_equal, not gas, named)


def _count_differences(block: Block) -> Iterator[str]:
    stated, found = block.header.transaction_count, len(block.receipts)
    if stated is not None and stated != found:
        yield f"the header counts {stated} transactions and {found} are here"
    if holes := _holes([receipt.tx_index for receipt in block.receipts]):
        yield f"transactions are missing at index {_listed(holes)}"
    if holes := _holes([log.log_index for log in block_logs(block)]):
        yield f"logs are missing at index {_listed(holes)}"


def _bloom_differences(block: Block, logs: Sequence[Log]) -> Iterator[str]:
    missing_bits, foreign_bits = bits_apart(block.header.logs_bloom, logs)
    if missing_bits:
        yield f"logs are missing: {missing_bits} bits of the header's bloom are set by none here"
    if foreign_bits:
        yield f"logs do not belong: they set {foreign_bits} bits the header's bloom does not have"


def _gas_differences(block: Block) -> Iterator[str]:
    before = 0
    for receipt in block.receipts:
        if receipt.cumulative_gas_used - before != receipt.gas_used:
            yield (
                f"gas used by transaction {receipt.tx_index} is {receipt.gas_used},"
                f" but the block's running total grew by {receipt.cumulative_gas_used - before}"
            )
        before = receipt.cumulative_gas_used
    if before != block.header.gas_used:
        yield f"the header says {block.header.gas_used} gas was used, the receipts say {before}"


def _holes(indexes: Sequence[int]) -> list[int]:
    present = set(indexes)
    return [index for index in range(max(present, default=-1)) if index not in present]


def _listed(indexes: Sequence[int]) -> str:
    head = ", ".join(map(str, indexes[:_NAMED_AT_MOST]))
    rest = len(indexes) - _NAMED_AT_MOST
    return f"{head} and {rest} more" if rest > 0 else head
