"""The desk card."""

from __future__ import annotations

import msgspec
import pytest

from domain.desk import BOOK_CURRENCY, read_card, told_card
from domain.errors import InputRefused
from tests.kit.facts import EXECUTOR, USDC, WALLET, WETH, a_card


def test_a_card_is_read_back_as_it_was_written():
    assert read_card(msgspec.json.encode(a_card())) == a_card()


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"{}", b'{"desk_id": 5}'])
def test_what_is_no_card_is_refused_with_what_to_do(text):
    with pytest.raises(InputRefused, match="open the desk again"):
        read_card(text)


HIDDEN = "c0ffee"


def test_a_card_as_it_is_told_names_hosts_and_is_else_the_same():
    card = a_card()
    secret = f"https://user:{HIDDEN}@node.example/{HIDDEN}?k={HIDDEN}"
    exchange = msgspec.structs.replace(card.exchange, rest_url=secret, ws_url=secret)
    hosted = msgspec.structs.replace(
        card,
        chain=msgspec.structs.replace(card.chain, rpc_url=secret),
        exchange=exchange,
        watched=(exchange,),
    )
    told = told_card(hosted)
    assert HIDDEN.encode() in msgspec.json.encode(hosted)
    assert HIDDEN.encode() not in msgspec.json.encode(told)
    assert told.chain.rpc_url == told.watched[0].ws_url == "https://node.example"
    assert told_card(card) == card


def test_assets_and_pools_are_looked_up_by_identity():
    assert a_card().asset(WETH).decimals == 18
    assert a_card().asset(USDC).underlying == BOOK_CURRENCY
    assert a_card().pool("univ3").tick_spacing == 10


def test_what_the_desk_does_not_know_is_refused():
    with pytest.raises(InputRefused):
        a_card().asset("WETH")
    with pytest.raises(InputRefused):
        a_card().pool("univ4")


def test_our_addresses_are_wallet_and_executor():
    assert a_card().own_addresses() == {WALLET, EXECUTOR}


def test_the_pair_is_named_by_what_both_sides_are_worth():
    assert a_card().pair == "ETH-USDC"
