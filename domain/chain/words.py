"""The 32-byte words that topics and event data are made of, read as the ABI writes them.

Only what events need: splitting, addresses, signed and unsigned integers. A text that is no row of
whole words is answered with None, for a contract may log whatever it likes and that is no error.
"""

from __future__ import annotations

import re

WORD_DIGITS = 64
ZERO_ADDRESS = "0x" + "0" * 40

_WORDS = re.compile(rf"0x(?:[0-9a-f]{{{WORD_DIGITS}}})*")


def split_words(data: str) -> list[str] | None:
    """Split event data into words of 64 hex digits, or None when it is not whole words."""
    if not _WORDS.fullmatch(data):
        return None
    return [data[i : i + WORD_DIGITS] for i in range(2, len(data), WORD_DIGITS)]


def word_uint(word: str) -> int:
    """Read a word as a uint256."""
    return int(word, 16)


def word_int(word: str) -> int:
    """Read a word as an int256, two's complement."""
    unsigned = int(word, 16)
    return unsigned - (1 << 256) if unsigned >> 255 else unsigned


def word_address(word: str) -> str:
    """Read the address in a word's low 20 bytes; whatever a contract left above is not read."""
    return "0x" + word[-40:]
