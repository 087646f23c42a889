"""Types 9 to 14 at the byte offsets the protocol's document gives."""

from __future__ import annotations

import struct

import pytest

from domain.errors import LocalWireError
from live.protocol.v1 import layouts_defi as layouts
from live.protocol.v1 import messages as m
from live.protocol.v1.fields import Reader

STATE = m.V3State(-5, 2**100, 2**90, 500)
TEXTS = ("pair", "a", "b", "buy", "sell", "buy router", "sell router")


def u64(payload: bytes, at: int) -> int:
    return struct.unpack_from("<Q", payload, at)[0]


def an_opportunity(**changes) -> m.ArbitrageOpportunity:
    return m.ArbitrageOpportunity(1, 2, 3, 4, 5, 6, 7, 8, 9, *TEXTS, **changes)


def test_layout_a_has_its_strings_at_68_and_layout_b_at_166():
    first = layouts.push_arbitrage(an_opportunity(), "A")
    second = layouts.push_arbitrage(an_opportunity(v3_sell=STATE), "B")
    assert [u64(first, at) for at in range(0, 64, 8)] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert struct.unpack_from("<I", first, 64) == (9,)
    assert first[:68] == second[:68]
    assert first[68:] == second[166:]
    assert first[68:74] == b"\4\0pair"
    assert second[68:117] == bytes(49)
    assert second[117] == 1
    assert struct.unpack_from("<i", second, 118) == (-5,)


def test_an_absent_state_is_none_even_if_its_bytes_are_not_zero():
    payload = bytearray(layouts.push_arbitrage(an_opportunity(v3_buy=STATE), "B"))
    payload[68] = 0
    assert layouts.pull_arbitrage(Reader(bytes(payload)), "B").v3_buy is None


def test_a_status_has_gas_before_block():
    payload = layouts.push_status(m.StatusUpdate(1, 30, 35, 45, 52, 7))
    assert struct.unpack_from("<IIII", payload, 8) == (30, 35, 45, 52)
    assert (u64(payload, 24), len(payload)) == (7, 36)


def test_a_swap_has_its_state_at_64_and_its_pool_type_at_112():
    payload = layouts.push_swap(m.SwapEvent(1, 2, 3, 4, 5, 6, 7, 8, STATE, 2))
    assert [u64(payload, at) for at in range(0, 64, 8)] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert struct.unpack_from("<i", payload, 64) == (-5,)
    assert int.from_bytes(payload[68:84], "little") == 2**100
    assert struct.unpack_from("<I", payload, 100) == (500,)
    assert (payload[112], len(payload)) == (2, 128)


def test_a_pool_update_has_its_data_at_18():
    data = bytes(range(256))
    payload = layouts.push_pool(m.PoolUpdate(1, 2, 5, 4, data))
    assert (payload[16], payload[17], payload[18:274], len(payload)) == (5, 4, data, 280)


def test_a_token_has_its_texts_at_36_and_52():
    token = m.TokenInfo(1, "0x" + "ab" * 20, 6, "USDC", "USD Coin", 137)
    payload = layouts.push_token(token)
    assert (payload[8:28], payload[28]) == (b"\xab" * 20, 6)
    assert (payload[36:40], payload[52:60]) == (b"USDC", b"USD Coin")
    assert struct.unpack_from("<I", payload, 84) == (137,)
    assert len(payload) == 128


@pytest.mark.parametrize("address", ["0x12", "0x" + "ab" * 21, ""])
def test_an_address_of_another_length_is_our_bug(address):
    with pytest.raises(LocalWireError):
        layouts.push_token(m.TokenInfo(1, address, 6, "A", "B", 1))


def test_a_trace_has_its_texts_at_16():
    payload = layouts.push_trace(m.MessageTrace(1, 2, "id", "hash", "relay"))
    assert payload[16:20] == b"\2\0id"
