"""A wrap is one for one, both ways, and only the desk's own token is believed."""

from __future__ import annotations

from domain.settlement.wraps import UNWRAPPED, WRAPPED
from tests.kit.facts import ETH, WALLET, WETH
from tests.kit.receipts import a_log, own_transaction, read_alone, word
from tests.kit.world_names import STRANGER, token_address


def test_wrapping_turns_native_coin_into_its_token_one_for_one():
    log = a_log(token_address(WETH), 40, WRAPPED, word(WALLET))
    reading = read_alone(own_transaction(log, to=token_address(WETH), value_wei=40))
    (wrap,) = reading.conversions
    assert (wrap.from_asset, wrap.to_asset, wrap.units) == (ETH, WETH, 40)
    assert [one.units for one in reading.unexplained] == [-20]


def test_unwrapping_turns_it_back():
    log = a_log(token_address(WETH), 40, UNWRAPPED, word(WALLET))
    (wrap,) = read_alone(own_transaction(log, to=token_address(WETH))).conversions
    assert (wrap.from_asset, wrap.to_asset, wrap.units) == (WETH, ETH, 40)


def test_another_contract_that_logs_a_wrap_is_not_believed():
    log = a_log(STRANGER, 40, WRAPPED, word(WALLET))
    assert read_alone(own_transaction(log)).conversions == []


def test_value_beyond_what_was_wrapped_is_not_swallowed():
    log = a_log(token_address(WETH), 40, WRAPPED, word(WALLET))
    reading = read_alone(own_transaction(log, to=token_address(WETH), value_wei=45))
    assert [one.units for one in reading.conversions] == [40]
    assert sorted(one.units for one in reading.unexplained) == [-20, -5]
