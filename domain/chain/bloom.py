"""The 2048-bit filter a header keeps over all addresses and topics logged in its block.

It can prove that a log is missing (a bit of the header that no log at hand sets) and never that all
are there: that is what the receipts root is for.

Source: Ethereum yellow paper, section 4.3.1 (M3:2048).
"""

from __future__ import annotations

from collections.abc import Iterable

from eth_hash.auto import keccak

from domain.chain.types import Log

BLOOM_BYTES = 256
_BITS = BLOOM_BYTES * 8


def bloom_of(logs: Iterable[Log]) -> int:
    """Fold logs into a filter, as the big-endian integer of its 256 bytes."""
    bloom = 0
    for log in logs:
        for item in (log.address, *log.topics):
            bloom |= _bits_of(bytes.fromhex(item[2:]))
    return bloom


def bloom_bytes(logs: Iterable[Log]) -> bytes:
    """Fold logs into a filter of 256 bytes."""
    return bloom_of(logs).to_bytes(BLOOM_BYTES, "big")


def bloom_hex(logs: Iterable[Log]) -> str:
    """Fold logs into a filter, written as the header writes it."""
    return "0x" + bloom_bytes(logs).hex()


def bits_apart(header_bloom: str, logs: Iterable[Log]) -> tuple[int, int]:
    """Count the bits in which a header's filter and logs differ.

    Returns:
        (bits the header has and no log at hand sets, bits logs set and the header has not).
    """
    stated, computed = int(header_bloom, 16), bloom_of(logs)
    return (stated & ~computed).bit_count(), (computed & ~stated).bit_count()


def may_hold(bloom: int, *items: str) -> bool:
    """Ask whether a filter may have taken in all of some addresses and topics; a no is certain."""
    return all(bits & bloom == bits for bits in (_bits_of(bytes.fromhex(i[2:])) for i in items))


def _bits_of(item: bytes) -> int:
    digest = keccak(item)
    bits = 0
    for start in (0, 2, 4):
        bits |= 1 << (int.from_bytes(digest[start : start + 2], "big") % _BITS)
    return bits
