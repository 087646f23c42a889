"""The data area of type 13: eight layouts that share (update, protocol) numbers.

Two families of producers write different fields under the same numbers, so the bytes do not tell
them apart: the caller names the layout. Fields are a table; the codec walks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from domain.errors import LocalWireError, RemoteWireError
from live.protocol.v1.fields import Reader, push_int, push_uint

POOL_DATA_BYTES = 256

PoolFamily = Literal["event", "update"]
"""Who wrote it; nothing in the bytes says."""
PoolData = dict[str, int | list[int] | list[dict[str, int]]]

LAYOUTS: dict[str, tuple[tuple[str, str], ...]] = {
    "v2_event": (
        ("liquidity", "u16"),
        ("amount0", "u16"),
        ("amount1", "u16"),
        ("reserves0_after", "u16"),
        ("reserves1_after", "u16"),
        ("token0_decimals", "u1"),
        ("token1_decimals", "u1"),
    ),
    "v3_event": (
        ("tick_lower", "i4"),
        ("tick_upper", "i4"),
        ("liquidity", "u16"),
        ("amount0", "u16"),
        ("amount1", "u16"),
        ("amount0_collected", "u16"),
        ("amount1_collected", "u16"),
        ("sqrt_price_x96_after", "u16"),
        ("tick_after", "i4"),
        ("liquidity_after", "u16"),
    ),
    "curve_event": (("invariant", "u16"), ("token_supply", "u16"), ("token_amounts", "8*u16")),
    "balancer_event": (
        ("minted", "u16"),
        ("burned", "u16"),
        ("token_supply", "u16"),
        ("tokens_in", "4*u16"),
    ),
    "v2_update": (
        ("liquidity_minted", "u16"),
        ("liquidity_burned", "u16"),
        ("fee_bps", "u4"),
        ("k_value", "u16"),
    ),
    "v3_update": (
        ("sqrt_price_x96", "u16"),
        ("tick", "i4"),
        ("liquidity", "u16"),
        ("fee", "u4"),
        ("tick_lower", "i4"),
        ("tick_upper", "i4"),
        ("amount", "u16"),
    ),
    "curve_update": (
        ("n_coins", "u1"),
        ("virtual_price", "u16"),
        ("amplification", "u8"),
        ("admin_fee", "u4"),
        ("balances", "8*u16"),
    ),
    "balancer_update": (
        ("swap_fee", "u4"),
        ("has_amp", "u1"),
        ("amp_factor", "u8"),
        ("n_tokens", "u1"),
        ("tokens", "tokens"),
    ),
}
"""Layout -> fields in order; ``u16`` is 16 bytes unsigned, ``i4`` 4 bytes signed."""

_PROTOCOLS = {1: "v2", 2: "v3", 3: "curve", 4: "balancer"}
_BALANCER_TOKEN = (("weight", "u4"), ("added", "u16"), ("removed", "u16"))
_BALANCER_MOST_TOKENS = 4


def layout_of(protocol_type: int, family: PoolFamily) -> str:
    """Name the layout that a family of producers writes for a protocol.

    Raises:
        RemoteWireError: No producer has that protocol.
    """
    if protocol_type not in _PROTOCOLS:
        raise RemoteWireError("no pool is of that protocol", protocol_type=protocol_type)
    return f"{_PROTOCOLS[protocol_type]}_{family}"


def pull_pool_data(data: bytes, layout: str) -> PoolData:
    """Read the data area in a named layout.

    Raises:
        LocalWireError: We asked for a layout that does not exist.
        RemoteWireError: It declares more tokens than the layout has room for.
    """
    reader = Reader(data)
    found: PoolData = {}
    for name, kind in _layout(layout):
        if kind == "tokens":
            found[name] = _pull_tokens(reader, found["n_tokens"])
        elif "*" in kind:
            count, each = kind.split("*")
            found[name] = [_pull(reader, each) for _ in range(int(count))]
        else:
            found[name] = _pull(reader, kind)
    return found


def push_pool_data(fields: Mapping[str, object], layout: str) -> bytes:
    """Write the data area in a named layout, padded with zeros to 256 bytes.

    Raises:
        LocalWireError: There is no such layout, a field is absent or of the wrong shape, it does
            not fit, or a count is not that of its list.
    """
    tokens = fields.get("tokens")
    if isinstance(tokens, list) and len(cast("list[object]", tokens)) != fields.get("n_tokens"):
        raise LocalWireError("n_tokens counts the tokens", n_tokens=fields.get("n_tokens"))
    parts = [_push_field(fields.get(name), kind) for name, kind in _layout(layout)]
    return b"".join(parts).ljust(POOL_DATA_BYTES, b"\0")


def _layout(name: str) -> tuple[tuple[str, str], ...]:
    if name not in LAYOUTS:
        raise LocalWireError("type 13 has no such layout", layout=name, known=", ".join(LAYOUTS))
    return LAYOUTS[name]


def _pull_tokens(reader: Reader, count: object) -> list[dict[str, int]]:
    if not isinstance(count, int) or count > _BALANCER_MOST_TOKENS:
        raise RemoteWireError("a pool update names at most four tokens", count=count)
    return [{name: _pull(reader, kind) for name, kind in _BALANCER_TOKEN} for _ in range(count)]


def _pull(reader: Reader, kind: str) -> int:
    size = int(kind[1:])
    return reader.pull_int(size) if kind[0] == "i" else reader.pull_uint(size)


def _push_field(value: object, kind: str) -> bytes:
    if kind == "tokens":
        return b"".join(_push_token(token) for token in _as_list(value, _BALANCER_MOST_TOKENS))
    if "*" in kind:
        count, each = kind.split("*")
        given = _as_list(value, int(count))
        padded = [*given, *[0] * (int(count) - len(given))]
        return b"".join(_push_field(item, each) for item in padded)
    if not isinstance(value, int):
        raise LocalWireError("a field of this layout is absent or no integer", got=value)
    size = int(kind[1:])
    return push_int(value, size) if kind[0] == "i" else push_uint(value, size)


def _push_token(token: object) -> bytes:
    if not isinstance(token, Mapping):
        raise LocalWireError("name weight, added and removed of each token", got=token)
    fields = cast("Mapping[str, object]", token)
    return b"".join(_push_field(fields.get(name), kind) for name, kind in _BALANCER_TOKEN)


def _as_list(value: object, most: int) -> list[object]:
    items = list(cast("list[object]", value)) if isinstance(value, list | tuple) else None
    if items is None or len(items) > most:
        raise LocalWireError("a field of this layout is a list with a limit", most=most)
    return items
