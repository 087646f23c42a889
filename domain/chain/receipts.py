"""The bytes of a receipt and the root that a header commits to.

The root is the keccak of a Merkle-Patricia trie from ``rlp(transaction index)`` to the receipt's
consensus bytes, so it proves status, gas, and every log with its order, and nothing else: prices,
blob and rollup fees are not in it.

Source: yellow paper section 4.3.1; EIP-658 (status), EIP-2718 (typed receipts); Optimism's deposit
receipts since its Regolith and Canyon upgrades for type 126.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import rlp  # pyright: ignore[reportMissingTypeStubs] (the package has none)
from trie.hexary import HexaryTrie

from domain.chain.bloom import bloom_bytes
from domain.chain.types import Log, Receipt
from domain.errors import InputRefused

EMPTY_ROOT = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
"""keccak256 of ``rlp("")``: the root of a block without transactions."""


def receipts_root(receipts: Sequence[Receipt]) -> str:
    """Compute the root of a block's receipts; an empty block has the root of the empty trie.

    Args:
        receipts: All of the block, in any order.

    Raises:
        InputRefused: Two receipts claim one index, or a receipt has neither status nor state root.
    """
    if len({receipt.tx_index for receipt in receipts}) < len(receipts):
        raise InputRefused("give each transaction of a block once; two share an index")
    trie = HexaryTrie({})
    for receipt in receipts:
        trie[_rlp(receipt.tx_index)] = encode_receipt(receipt)
    root = cast("bytes", trie.root_hash)  # pyright: ignore[reportUnknownMemberType] (untyped)
    return "0x" + root.hex()


def encode_receipt(receipt: Receipt) -> bytes:
    """Write a receipt as consensus writes it.

    Raises:
        InputRefused: It has neither a status nor a state root.
    """
    body: list[object] = [
        _outcome(receipt),
        receipt.cumulative_gas_used,
        bloom_bytes(receipt.logs),
        [_log_fields(log) for log in receipt.logs],
    ]
    if receipt.deposit_nonce is not None:
        body.append(receipt.deposit_nonce)
        if receipt.deposit_receipt_version is not None:
            body.append(receipt.deposit_receipt_version)
    encoded = _rlp(body)
    return encoded if receipt.tx_type == 0 else bytes([receipt.tx_type]) + encoded


def _rlp(item: object) -> bytes:
    return bytes(rlp.encode(item))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] (untyped)


def _outcome(receipt: Receipt) -> int | bytes:
    if receipt.state_root is not None:
        return bytes.fromhex(receipt.state_root[2:])
    if receipt.status is None:
        raise InputRefused(
            "give each receipt its status, or its state root before Byzantium", tx=receipt.tx_hash
        )
    return receipt.status


def _log_fields(log: Log) -> list[object]:
    return [
        bytes.fromhex(log.address[2:]),
        [bytes.fromhex(topic[2:]) for topic in log.topics],
        bytes.fromhex(log.data[2:]),
    ]
