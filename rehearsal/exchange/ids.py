"""Ids as Kraken writes them (``OQCLML-BW3P3-BUCMWZ``), computed from a number and back.

A letter for the kind (O order, T trade, L ledger line, Q funding), then 80 bits in base 32: the
number spread by an odd multiplier and shifted by the exchange's opening instant, so that two
exchanges never share ids and neither needs an index.
"""

from __future__ import annotations

import base64
import binascii

_MODULUS = 2**80
_MULTIPLIER = 0x9E37_79B9_7F4A_7C15_F39D
"""80 bits of the golden ratio, made odd: neighbours land far apart, and it has an inverse."""
_INVERSE = pow(_MULTIPLIER, -1, _MODULUS)
_NUMBERS = 2**48
_SHAPE = (6, 5, 6)


def public_id(letter: str, number: int, salt: int) -> str:
    """Write the public id of the `number`-th thing of a kind.

    Args:
        letter: One upper-case letter for the kind.
        number: From 0 up to 2^48.
        salt: The exchange's own constant.
    """
    spread = (number * _MULTIPLIER + salt) % _MODULUS
    text = letter + base64.b32encode(spread.to_bytes(10, "big")).decode()
    return f"{text[:6]}-{text[6:11]}-{text[11:]}"


def number_of(text: str, letter: str, salt: int) -> int | None:
    """Read a public id back; None when it is not one of ours of this kind."""
    parts = text.split("-")
    if tuple(map(len, parts)) != _SHAPE or not text.startswith(letter):
        return None
    try:
        spread = int.from_bytes(base64.b32decode("".join(parts)[1:]), "big")
    except binascii.Error:
        return None
    number = (spread - salt) * _INVERSE % _MODULUS
    return number if number < _NUMBERS else None
