"""What a browser says to the bridge, read: which frames it wants, in JSON.

One object: ``{"msg_type": "subscribe"}`` for everything, narrowed by any of ``channels``,
``schemas`` (numbers or names), ``venues``, ``pairs``, ``strategies``, ``min_profit_usd_e6`` and
``min_confidence_ppm``. Another one later replaces the first. Pure.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from domain.errors import RemoteWireError
from live.protocol import v2
from live.protocol.v2.table import TABLE

_NUMBERS = {schema.message.__name__: schema.number for schema in TABLE.schemas}


class _Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    msg_type: Literal["subscribe"]
    channels: tuple[str, ...] = ()
    schemas: tuple[int | str, ...] = ()
    venues: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    min_profit_usd_e6: int | None = None
    min_confidence_ppm: int | None = None


def wanted_by(words: str | bytes, request: int) -> v2.Subscribe:
    """Read a subscription.

    Args:
        words: One text message of a browser.
        request: Its number on this connection, which its Ack will carry.

    Raises:
        RemoteWireError: It is no subscription; the sentence says what is wrong with it.
    """
    try:
        said = msgspec.json.decode(words, type=_Said)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RemoteWireError(
            f'say {{"msg_type": "subscribe"}} and what to narrow it to: {error}'
        ) from error
    return v2.Subscribe(
        request,
        channels=said.channels,
        schemas=tuple(_number(schema) for schema in said.schemas),
        venues=said.venues,
        pairs=said.pairs,
        strategies=said.strategies,
        min_profit_usd_e6=said.min_profit_usd_e6,
        min_confidence_ppm=said.min_confidence_ppm,
    )


def _number(schema: int | str) -> int:
    if isinstance(schema, int):
        return schema
    if schema not in _NUMBERS:
        raise RemoteWireError(f"there is no such schema; there are {', '.join(_NUMBERS)}")
    return _NUMBERS[schema]
