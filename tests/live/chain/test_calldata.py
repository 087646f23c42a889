"""Calldata from a signature in words."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode
from eth_abi.exceptions import EncodingError
from hypothesis import given
from hypothesis import strategies as st

from live.chain.calldata import call_data, decode_words

addresses = st.integers(0, 2**160 - 1).map(lambda number: f"0x{number:040x}")


values = st.one_of(
    addresses.map(lambda value: ("address", value)),
    st.integers(0, 2**256 - 1).map(lambda value: ("uint256", value)),
    st.booleans().map(lambda value: ("bool", value)),
)


@given(st.lists(values, max_size=9))
def test_words_are_those_of_eth_abi(arguments):
    types = [kind for kind, _ in arguments]
    data = call_data(f"f({','.join(types)})", *(value for _, value in arguments))
    assert data[4:] == encode(types, [value for _, value in arguments])


@pytest.mark.parametrize(
    ("signature", "value"),
    [
        ("f(uint256)", -1), ("f(uint256)", 2**256), ("f(address)", "0x12"),
        ("f(address)", "0x" + "zz" * 20), ("f(uint24)", 2**24),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_its_type_is_refused(signature, value):
    with pytest.raises((OverflowError, ValueError, EncodingError)):
        call_data(signature, value)


def test_a_transfer_is_encoded_as_every_wallet_encodes_it():
    data = call_data("transfer(address,uint256)", "0x" + "11" * 20, 5)
    assert data.hex() == "a9059cbb" + "00" * 12 + "11" * 20 + f"{5:064x}"


@given(addresses, st.integers(0, 2**256 - 1), st.booleans())
def test_arguments_survive_the_round_trip(holder, units, flag):
    data = call_data("f(address,uint256,bool)", holder, units, flag)
    assert decode_words("address,uint256,bool", data[4:]) == (holder, units, flag)


@given(addresses, st.integers(0, 2**24 - 1))
def test_a_tuple_is_one_argument(pool, fee):
    data = call_data("f((address,uint24),bool)", (pool, fee), True)
    assert decode_words("(address,uint24),bool", data[4:]) == ((pool, fee), True)


def test_a_call_without_arguments_is_the_selector_alone():
    assert call_data("getReserves()").hex() == "0902f1ac"
