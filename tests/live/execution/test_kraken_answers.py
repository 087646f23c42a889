"""Kraken's words: what closes an order, and which refusals are proof."""

from __future__ import annotations

import pytest

from domain.errors import SchemaDrift
from live.execution.kraken_answers import proves_refusal, read_holding, read_order
from live.execution.ports import Holding


def entry(**changes: str) -> dict[str, object]:
    closed = {"status": "closed", "vol_exec": "1.25000000", "cost": "3750.12345678", "fee": "3.75"}
    return {**closed, **changes}


def read(**changes: str):
    return read_order(
        "O-1", entry(**changes), asked_base_units=12_500_000_000, base_decimals=10, quote_decimals=8
    )


def test_every_digit_of_a_fill_is_kept():
    answer = read()
    assert (answer.status, answer.venue_order_id) == ("FILLED", "O-1")
    assert answer.filled_base_units == 12_500_000_000
    assert answer.filled_quote_units == 375_012_345_678
    assert answer.fee_units == 375_000_000


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "open"}, "OPEN"),
        ({"status": "pending"}, "OPEN"),
        ({"status": "canceled", "vol_exec": "0.5"}, "PARTIAL"),
        ({"status": "canceled", "vol_exec": "0.00000000"}, "CANCELLED"),
        ({"status": "expired", "vol_exec": "0"}, "CANCELLED"),
        ({"status": "canceled"}, "FILLED"),
    ],
)
def test_an_order_is_what_was_filled_once_it_is_closed(changes: dict[str, str], status: str):
    assert read(**changes).status == status


@pytest.mark.parametrize("changes", [{"vol_exec": "many"}, {"cost": ""}, {"fee": "NaN"}])
def test_an_order_without_numbers_is_drift_not_zero(changes: dict[str, str]):
    with pytest.raises(SchemaDrift):
        read(**changes)


def test_an_order_with_a_field_missing_is_drift():
    with pytest.raises(SchemaDrift):
        read_order(
            "O-1", {"status": "closed"}, asked_base_units=1, base_decimals=10, quote_decimals=8
        )


@pytest.mark.parametrize(
    "message",
    [
        'kraken {"error":["EOrder:Insufficient funds"]}',
        'kraken {"error":["EAPI:Invalid nonce"]}',
        'kraken {"error":["EGeneral:Invalid arguments:volume"]}',
        'kraken {"error":["EOrder:Rate limit exceeded"]}',
    ],
)
def test_what_the_exchange_names_as_refused_is_proof(message: str):
    assert proves_refusal(message)


@pytest.mark.parametrize(
    "message",
    [
        'kraken {"error":["EService:Timeout"]}',
        'kraken {"error":["EService:Unavailable"]}',
        'kraken {"error":["EGeneral:Internal error"]}',
        "kraken POST http://127.0.0.1/0/private/AddOrder 500 Internal Server Error",
        "<html>502 Bad Gateway</html>",
        "kraken POST http://127.0.0.1/0/private/AddOrder",
        "",
    ],
)
def test_silence_server_errors_and_garbage_prove_nothing(message: str):
    assert not proves_refusal(message)


def test_a_second_order_of_the_same_client_id_is_no_proof_that_there_is_none():
    assert not proves_refusal('kraken {"error":["EOrder:Duplicate cl_ord_id"]}')


def test_what_orders_keep_is_not_free_and_digits_an_asset_lacks_are_not_ours():
    told = {"balance": "1.2399", "hold_trade": "0.5301", "credit": "9"}
    assert read_holding(told, 4) == Holding(7_098, 5_301)
    assert read_holding(told, 2) == Holding(69, 54)


def test_a_currency_the_exchange_does_not_name_is_held_at_nothing():
    assert read_holding(None, 8) == Holding(0, 0)


@pytest.mark.parametrize(
    "told",
    [
        {"balance": "1"},
        {"hold_trade": "0"},
        {"balance": "1", "hold_trade": None},
        {"balance": "much", "hold_trade": "0"},
        "1",
    ],
)
def test_a_balance_that_lacks_a_number_is_drift_not_zero(told: object):
    with pytest.raises(SchemaDrift):
        read_holding(told, 8)
