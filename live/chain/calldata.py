"""Calldata from a signature in words, and answers back. Pure.

`call_data("transfer(address,uint256)", holder, units)` is the selector and the encoded arguments.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.abi import function_signature_to_4byte_selector


def call_data(signature: str, *arguments: Any) -> bytes:  # noqa: ANN401 (ABI values are many)
    """Encode a call.

    Args:
        signature: The function as the ABI writes it, without spaces; tuples in parentheses.
        arguments: Python values in order; addresses as 0x text.
    """
    selector, types = _parsed(signature)
    return selector + encode(types, arguments)


def decode_words(types: str, answer: bytes) -> tuple[Any, ...]:
    """Decode an answer; `types` are separated by commas.

    Raises:
        eth_abi.exceptions.DecodingError: The answer is too short, as from an address without code.
    """
    return decode(_split(types), answer)


@cache
def _parsed(signature: str) -> tuple[bytes, tuple[str, ...]]:
    inner = signature[signature.index("(") + 1 : -1]
    return function_signature_to_4byte_selector(signature), _split(inner)


@cache
def _split(types: str) -> tuple[str, ...]:
    parts, depth, start = list[str](), 0, 0
    for index, letter in enumerate(types + ","):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(types[start:index])
            start = index + 1
    return tuple(part for part in parts if part)
