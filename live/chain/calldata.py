"""Calldata from a signature in words, and answers back. Pure.

`call_data("transfer(address,uint256)", holder, units)` is the selector and the encoded arguments.
Addresses, flags and unsigned integers, which are all that a trade carries, are written as words by
hand, ten times as fast as eth-abi writes them; everything else is eth-abi's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.abi import function_signature_to_4byte_selector


def call_data(signature: str, *arguments: Any) -> bytes:  # noqa: ANN401 (ABI values are many)
    """Encode a call.

    Args:
        signature: The function as the ABI writes it, without spaces; tuples in parentheses.
        arguments: Python values in order; addresses as 0x text.

    Raises:
        OverflowError: An integer is negative or does not fit its word.
        ValueError: An address is none.
        eth_abi.exceptions.EncodingError: A value of another type does not fit it.
    """
    selector, types = _parsed(signature)
    if len(types) == len(arguments) and _WORDS.keys() >= set(types):
        words = [_WORDS[kind](value) for kind, value in zip(types, arguments, strict=True)]
        return selector + b"".join(words)
    return selector + encode(types, arguments)


def decode_words(types: str, answer: bytes) -> tuple[Any, ...]:
    """Decode an answer; `types` are separated by commas.

    Raises:
        eth_abi.exceptions.DecodingError: The answer is too short, as from an address without code.
    """
    return decode(_split(types), answer)


def _address_word(address: str) -> bytes:
    word = bytes.fromhex(address.removeprefix("0x"))
    if len(word) != _ADDRESS_BYTES:
        raise ValueError(f"an address has 20 bytes: {address}")
    return word.rjust(_WORD_BYTES, b"\0")


def _integer_word(value: int) -> bytes:
    return value.to_bytes(_WORD_BYTES)


def _flag_word(value: bool) -> bytes:  # noqa: FBT001 (a value)
    return _integer_word(int(value))


_ADDRESS_BYTES, _WORD_BYTES = 20, 32
_WORDS: dict[str, Callable[[Any], bytes]] = {
    "address": _address_word,
    "bool": _flag_word,
    "uint256": _integer_word,
}


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
