"""v1 frames as JSON values and back, under the field names of the deployed system's vectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from domain.errors import InputRefused
from live.protocol.plain import built, plain, whole_number
from live.protocol.v1 import messages as m
from live.protocol.v1.codec import decode, encode, message_types
from live.protocol.v1.frames import Frame
from live.protocol.v1.layouts_defi import ArbitrageLayout
from live.protocol.v1.pools import PoolFamily, layout_of, pull_pool_data, push_pool_data

NAMES = {
    "price_e8": "price",
    "volume_e8": "volume",
    "counter": "sequence",
    "price_buy_e8": "price_buy",
    "price_sell_e8": "price_sell",
    "estimated_profit_usd_e8": "estimated_profit",
    "profit_percent_e8": "profit_percent",
    "liquidity_buy_usd_e8": "liquidity_buy",
    "liquidity_sell_usd_e8": "liquidity_sell",
    "max_trade_size_usd_e8": "max_trade_size",
    "gas_price_fast_gwei": "gas_price_fast",
    "gas_price_instant_gwei": "gas_price_instant",
    "amount0_in_e8": "amount0_in",
    "amount1_in_e8": "amount1_in",
    "amount0_out_e8": "amount0_out",
    "amount1_out_e8": "amount1_out",
    "fee_pips": "fee_tier",
}
"""Attribute -> the deployed system's name, where they differ."""
OPAQUE = "opaque"
"""The layout of a pool update's data when nobody said which family wrote it."""

_LEVEL_NUMBERS = 2
_TYPES = message_types()
_NUMBERS = {kind.__name__: number for number, kind in _TYPES.items()}


def plain_frame(
    frame: Frame, *, arbitrage: ArbitrageLayout | None = None, pools: PoolFamily | None = None
) -> dict[str, Any]:
    """Write a frame as JSON values: type, name, sequence and fields; flags only when there are any.

    Args:
        frame: Any v1 frame.
        arbitrage: Layout of type 9.
        pools: Family of type 13; without it the data stay hex.

    Raises:
        RemoteWireError: The payload is not of its type.
        LocalWireError: It is a type 9 whose layout was not said.
    """
    message = decode(frame, arbitrage=arbitrage)
    told = {
        "type": frame.type,
        "name": type(message).__name__,
        "sequence": frame.sequence,
        "fields": plain_message(message, arbitrage=arbitrage, pools=pools),
    }
    return {**told, "flags": frame.flags} if frame.flags else told


def plain_message(
    message: m.Message,
    *,
    arbitrage: ArbitrageLayout | None = None,
    pools: PoolFamily | None = None,
) -> dict[str, Any]:
    """Write a message's fields; arguments and errors as in :func:`plain_frame`."""
    fields: dict[str, Any] = plain(message, NAMES)
    match message:
        case m.OrderBook() | m.L2Snapshot():
            for side in ("bids", "asks"):
                fields[side] = [list(level.values()) for level in fields[side]]
        case m.Metrics(body=b""):
            return {}
        case m.ArbitrageOpportunity() if arbitrage == "A":
            del fields["v3_buy"], fields["v3_sell"]
        case m.PoolUpdate():
            fields["data"] = _plain_data(message, pools)
        case _:
            pass
    return fields


def frame_of(told: Mapping[str, object], *, arbitrage: ArbitrageLayout | None = None) -> bytes:
    """Write the frame that JSON values tell of: the inverse of :func:`plain_frame`.

    Raises:
        InputRefused: They tell of none.
        LocalWireError: A value does not fit its field.
    """
    number = _number(told)
    message = message_of(number, told.get("fields"))
    sequence, flags = whole_number(told.get("sequence")), whole_number(told.get("flags", 0))
    return encode(message, sequence, flags=flags, arbitrage=arbitrage)


def message_of(number: int, fields: object) -> m.Message:
    """Read a message back from its fields.

    Raises:
        InputRefused: They are not this type's.
    """
    if not isinstance(fields, dict):
        raise InputRefused("write the fields as an object", got=fields)
    given = dict(cast("dict[str, Any]", fields))
    kind = _TYPES[number]
    for side in ("bids", "asks"):
        if side in given:
            given[side] = _levels(given[side])
    if kind is m.Metrics:
        given.setdefault("body", "")
    if kind is m.PoolUpdate:
        given["data"] = _data_of(given.get("data")).hex()
    return built(kind, given, NAMES)


def _number(told: Mapping[str, object]) -> int:
    """Find the type; its name counts only where the number is not said."""
    said = told.get("type")
    number = _NUMBERS.get(str(told.get("name"))) if said is None else whole_number(said)
    if number not in _TYPES:
        raise InputRefused("v1 has no such type", type=said, name=told.get("name"))
    return number


def _levels(given: object) -> object:
    """Turn (price, volume) pairs into the objects that a level is read from."""
    if not isinstance(given, list):
        return given
    found: list[object] = []
    for pair in cast("list[object]", given):
        numbers = cast("list[object]", pair) if isinstance(pair, list) else []
        if len(numbers) != _LEVEL_NUMBERS:
            raise InputRefused("write a level as [price, volume]", got=numbers)
        found.append({"price": numbers[0], "volume": numbers[1]})
    return found


def _plain_data(update: m.PoolUpdate, family: PoolFamily | None) -> dict[str, Any]:
    if family is None:
        return {"layout": OPAQUE, "hex": update.data.hex()}
    layout = layout_of(update.protocol_type, family)
    return {"layout": layout, **plain(pull_pool_data(update.data, layout), {})}


def _data_of(given: object) -> bytes:
    if not isinstance(given, dict):
        raise InputRefused("write a pool update's data as an object with its layout", got=given)
    fields = dict(cast("dict[str, object]", given))
    layout = str(fields.pop("layout", None))
    if layout == OPAQUE:
        return built(bytes, fields.get("hex"), {})
    return push_pool_data(cast("Mapping[str, object]", _numbers(fields)), layout)


def _numbers(value: object) -> object:
    match value:
        case dict():
            items = cast("dict[str, object]", value)
            return {name: _numbers(item) for name, item in items.items()}
        case list():
            return [_numbers(item) for item in cast("list[object]", value)]
        case _:
            return whole_number(value)
