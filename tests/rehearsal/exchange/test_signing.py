"""Kraken's signature, against the example in its documentation, and its rule on nonces."""

import base64

import pytest

from domain.errors import ConfigRefused
from rehearsal.exchange.signing import (
    INVALID_KEY,
    INVALID_NONCE,
    INVALID_SIGNATURE,
    NONCE_WINDOW,
    Doorkeeper,
    signature,
)

SECRET = base64.b64encode(b"secret").decode()
PATH = "/0/private/Balance"


def asked(keeper, nonce, key="key", path=PATH):
    body = f"nonce={nonce}".encode()
    return keeper.refusal(key, signature(b"secret", path, str(nonce), body), path, str(nonce), body)


def test_the_signature_equals_the_example_of_krakens_guide():
    secret = base64.b64decode(
        "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
    )
    body = b"nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"
    assert signature(secret, "/0/private/AddOrder", "1616492376594", body) == (
        "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=="
    )


def test_growing_nonces_are_let_in():
    keeper = Doorkeeper("key", SECRET)
    assert [asked(keeper, nonce) for nonce in (1, 2, 30)] == [None, None, None]


def test_a_nonce_is_let_in_once():
    keeper = Doorkeeper("key", SECRET)
    assert [asked(keeper, 5), asked(keeper, 5)] == [None, INVALID_NONCE]


def test_a_late_nonce_is_let_in_within_the_window_only():
    keeper = Doorkeeper("key", SECRET)
    asked(keeper, 100_000)
    assert asked(keeper, 100_000 - NONCE_WINDOW + 1) is None
    assert asked(keeper, 100_000 - NONCE_WINDOW) == INVALID_NONCE


def test_a_nonce_of_an_earlier_life_is_remembered():
    assert asked(Doorkeeper("key", SECRET, {"key": 7}), 7) == INVALID_NONCE


def test_keys_of_one_account_count_their_own_nonces():
    keeper = Doorkeeper("key", SECRET)
    assert [asked(keeper, 5), asked(keeper, 5, "key.books")] == [None, None]


def test_strangers_and_forgers_are_turned_away():
    keeper = Doorkeeper("key", SECRET)
    assert asked(keeper, 1, "other") == INVALID_KEY
    assert asked(keeper, 1, "keyed") == INVALID_KEY
    assert keeper.refusal("key", "forged", PATH, "1", b"nonce=1") == INVALID_SIGNATURE
    signed = signature(b"secret", "/0/private/Other", "1", b"nonce=1")
    assert keeper.refusal("key", signed, PATH, "1", b"nonce=1") == INVALID_SIGNATURE


def test_a_forged_request_uses_no_nonce_up():
    keeper = Doorkeeper("key", SECRET)
    keeper.refusal("key", "forged", PATH, "9", b"nonce=9")
    assert asked(keeper, 9) is None


@pytest.mark.parametrize("nonce", ["", "-1", "1.5", "٣"])
def test_a_nonce_is_a_plain_whole_number(nonce):
    assert asked(Doorkeeper("key", SECRET), nonce) == INVALID_NONCE


@pytest.mark.parametrize(("key", "secret"), [("", SECRET), ("key", ""), ("key", "not base64!")])
def test_credentials_that_cannot_work_are_refused_at_the_start(key, secret):
    with pytest.raises(ConfigRefused):
        Doorkeeper(key, secret)
