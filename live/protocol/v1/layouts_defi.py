"""Payload layouts of types 9 to 14, chains and pools, as mirrored ``push`` / ``pull`` pairs.

Offsets follow from the order of the calls; a short payload is a `RemoteWireError`. Type 9 has two
layouts under one number: A of the first generation, B of the second.
"""

from __future__ import annotations

from typing import Any, Literal

from domain.errors import LocalWireError
from live.protocol.v1 import messages as m
from live.protocol.v1.fields import (
    Reader,
    pull_padded,
    push_int,
    push_padded,
    push_text,
    push_u64s,
    push_uint,
)
from live.protocol.v1.pools import POOL_DATA_BYTES

ArbitrageLayout = Literal["A", "B"]

_FIXED_BYTES = {"A": 68, "B": 166}
_V3_BYTES = 48
_STATUS_BYTES = 36
_TRACE_BYTES = 16
_SWAP_BYTES = 128
_POOL_BYTES = 280
_TOKEN_BYTES = 128
_ADDRESS_BYTES = 20
_NUMBERS = m.ArbitrageOpportunity.__struct_fields__[:8]
_TEXTS = m.ArbitrageOpportunity.__struct_fields__[9:16]


def push_arbitrage(found: m.ArbitrageOpportunity, layout: ArbitrageLayout) -> bytes:
    texts = [getattr(found, name) for name in _TEXTS]
    fixed = push_u64s(getattr(found, name) for name in _NUMBERS) + push_uint(found.gas_estimate, 4)
    if layout == "B":
        fixed += _push_optional_v3(found.v3_buy) + _push_optional_v3(found.v3_sell)
    elif found.v3_buy is not None or found.v3_sell is not None:
        raise LocalWireError("layout A of type 9 carries no V3 state; send layout B")
    return fixed + b"".join(map(push_text, texts))


def pull_arbitrage(r: Reader, layout: ArbitrageLayout) -> m.ArbitrageOpportunity:
    r.need(_FIXED_BYTES[layout])
    fields: dict[str, Any] = {name: r.pull_uint(8) for name in _NUMBERS}
    fields["gas_estimate"] = r.pull_uint(4)
    if layout == "B":
        fields["v3_buy"], fields["v3_sell"] = _pull_optional_v3(r), _pull_optional_v3(r)
    fields.update((name, r.pull_text()) for name in _TEXTS)
    return m.ArbitrageOpportunity(**fields)


def _push_optional_v3(state: m.V3State | None) -> bytes:
    return bytes(1 + _V3_BYTES) if state is None else b"\1" + _push_v3(state)


def _pull_optional_v3(r: Reader) -> m.V3State | None:
    is_present = r.pull_uint(1) == 1
    state = _pull_v3(r)
    return state if is_present else None


def _push_v3(state: m.V3State) -> bytes:
    price = push_uint(state.sqrt_price_x96, 16) + push_uint(state.active_liquidity, 16)
    return push_int(state.current_tick, 4) + price + push_uint(state.fee_pips, 4) + bytes(8)


def _pull_v3(r: Reader) -> m.V3State:
    r.need(_V3_BYTES)
    state = m.V3State(r.pull_int(4), r.pull_uint(16), r.pull_uint(16), r.pull_uint(4))
    r.pull_bytes(8)
    return state


def push_status(status: m.StatusUpdate) -> bytes:
    prices = (
        status.gas_price_gwei,
        status.gas_price_fast_gwei,
        status.gas_price_instant_gwei,
        status.native_price_usd_cents,
    )
    middle = b"".join(push_uint(price, 4) for price in prices)
    return push_uint(status.timestamp_ns, 8) + middle + push_uint(status.block_number, 8) + bytes(4)


def pull_status(r: Reader) -> m.StatusUpdate:
    r.need(_STATUS_BYTES)
    return m.StatusUpdate(
        r.pull_uint(8),
        r.pull_uint(4),
        r.pull_uint(4),
        r.pull_uint(4),
        r.pull_uint(4),
        r.pull_uint(8),
    )


def push_trace(trace: m.MessageTrace) -> bytes:
    texts = (trace.message_id, trace.original_data_hash, trace.stage)
    return push_u64s((trace.symbol_hash, trace.timestamp_ns)) + b"".join(map(push_text, texts))


def pull_trace(r: Reader) -> m.MessageTrace:
    r.need(_TRACE_BYTES)
    return m.MessageTrace(
        r.pull_uint(8), r.pull_uint(8), r.pull_text(), r.pull_text(), r.pull_text()
    )


def push_swap(swap: m.SwapEvent) -> bytes:
    numbers = [getattr(swap, name) for name in swap.__struct_fields__[:8]]
    return push_u64s(numbers) + _push_v3(swap.v3_state) + push_uint(swap.pool_type, 1) + bytes(15)


def pull_swap(r: Reader) -> m.SwapEvent:
    r.need(_SWAP_BYTES)
    timestamp_ns, pool_hash, token0_hash, token1_hash = (r.pull_uint(8) for _ in range(4))
    amount0_in, amount1_in, amount0_out, amount1_out = (r.pull_uint(8) for _ in range(4))
    return m.SwapEvent(
        timestamp_ns,
        pool_hash,
        token0_hash,
        token1_hash,
        amount0_in,
        amount1_in,
        amount0_out,
        amount1_out,
        _pull_v3(r),
        r.pull_uint(1),
    )


def push_pool(update: m.PoolUpdate) -> bytes:
    if len(update.data) != POOL_DATA_BYTES:
        raise LocalWireError("a pool update carries 256 bytes of data", got=len(update.data))
    head = push_u64s((update.timestamp_ns, update.pool_hash))
    kinds = push_uint(update.update_type, 1) + push_uint(update.protocol_type, 1)
    return head + kinds + update.data + bytes(6)


def pull_pool(r: Reader) -> m.PoolUpdate:
    r.need(_POOL_BYTES)
    timestamp_ns, pool_hash, update_type, protocol_type = (r.pull_uint(n) for n in (8, 8, 1, 1))
    data = r.pull_bytes(POOL_DATA_BYTES)
    return m.PoolUpdate(timestamp_ns, pool_hash, update_type, protocol_type, data)


def push_token(token: m.TokenInfo) -> bytes:
    address = _push_address(token.token_address)
    head = push_uint(token.timestamp_ns, 8) + address + push_uint(token.decimals, 1) + bytes(7)
    texts = push_padded(token.symbol, 16) + push_padded(token.name, 32)
    return head + texts + push_uint(token.chain_id, 4) + bytes(40)


def _push_address(text: str) -> bytes:
    try:
        address = bytes.fromhex(text.removeprefix("0x"))
    except (ValueError, AttributeError) as error:
        raise LocalWireError("write an address as 0x and forty hex digits", got=text) from error
    if len(address) != _ADDRESS_BYTES:
        raise LocalWireError("a token's address has 20 bytes", got=text)
    return address


def pull_token(r: Reader) -> m.TokenInfo:
    r.need(_TOKEN_BYTES)
    timestamp_ns, address, decimals = r.pull_uint(8), r.pull_bytes(_ADDRESS_BYTES), r.pull_uint(1)
    r.pull_bytes(7)
    symbol, name = pull_padded(r.pull_bytes(16)), pull_padded(r.pull_bytes(32))
    return m.TokenInfo(timestamp_ns, f"0x{address.hex()}", decimals, symbol, name, r.pull_uint(4))
