"""SipHash-1-3 with a key of zeros: the hash under which v1 names a symbol.

Rust's ``DefaultHasher`` happens to be this function, and Rust does not promise that it stays so;
deployed clients have its values by heart, hence an implementation of its own here.

Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012, with c=1, d=3.
"""

from __future__ import annotations

from functools import lru_cache

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_V0 = 0x736F6D6570736575
_V1 = 0x646F72616E646F6D
_V2 = 0x6C7967656E657261
_V3 = 0x7465646279746573

State = tuple[int, int, int, int]


def siphash13(data: bytes) -> int:
    """Hash bytes to 64 bits, one round a word and three at the end, both keys 0."""
    state: State = (_V0, _V1, _V2, _V3)
    tail_at = len(data) - len(data) % 8
    for at in range(0, tail_at, 8):
        state = _absorb(state, int.from_bytes(data[at : at + 8], "little"))
    last = int.from_bytes(data[tail_at:], "little") | (len(data) & 0xFF) << 56
    v0, v1, v2, v3 = _absorb(state, last)
    state = (v0, v1, v2 ^ 0xFF, v3)
    for _ in range(3):
        state = _round(state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


@lru_cache(maxsize=4096)
def symbol_hash(text: str) -> int:
    """Name a symbol as v1 does: its UTF-8 and the byte 0xFF, which is how Rust hashes a ``str``."""
    return siphash13(text.encode() + b"\xff")


def _absorb(state: State, word: int) -> State:
    v0, v1, v2, v3 = state
    v0, v1, v2, v3 = _round((v0, v1, v2, v3 ^ word))
    return v0 ^ word, v1, v2, v3


def _round(state: State) -> State:
    v0, v1, v2, v3 = state
    v0 = (v0 + v1) & _MASK
    v1 = _rotated(v1, 13) ^ v0
    v0 = _rotated(v0, 32)
    v2 = (v2 + v3) & _MASK
    v3 = _rotated(v3, 16) ^ v2
    v0 = (v0 + v3) & _MASK
    v3 = _rotated(v3, 21) ^ v0
    v2 = (v2 + v1) & _MASK
    v1 = _rotated(v1, 17) ^ v2
    v2 = _rotated(v2, 32)
    return v0, v1, v2, v3


def _rotated(word: int, bits: int) -> int:
    return (word << bits | word >> 64 - bits) & _MASK
