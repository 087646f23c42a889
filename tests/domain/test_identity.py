"""Who is who."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.identity import (
    address,
    contract_account,
    digests_of,
    erc20_asset,
    fact_id,
    framed,
    id_of,
    native_asset,
    told_host,
    told_url,
    venue_account,
    venue_asset,
    wallet_account,
    without_secrets,
)

MIXED = "0xAbCdEf0123456789aBcDeF0123456789ABCDEF01"


def test_identities_are_written_one_way():
    assert erc20_asset(31337, MIXED) == f"eip155:31337/erc20:{MIXED.lower()}"
    assert native_asset(1) == "eip155:1/slip44:60"
    assert venue_asset("paper", "ETH") == "paper:ETH"
    assert wallet_account(31337, MIXED) == f"eip155:31337:{MIXED.lower()}"
    assert venue_account("paper", "spot") == "paper:spot"
    assert contract_account(erc20_asset(1, MIXED), MIXED) == f"eip155:1:{MIXED.lower()}"


@pytest.mark.parametrize("text", ["", "0x", MIXED[:-1], MIXED + "0", "0x" + "g" * 40, MIXED[2:]])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(InputRefused):
        address(text)


keys = st.lists(st.text(max_size=8), max_size=4)


@given(st.text(max_size=8), keys, st.text(max_size=8), keys)
def test_two_facts_share_an_id_only_if_kind_and_key_are_the_same(kind, key, other, other_key):
    same = (kind, key) == (other, other_key)
    assert (fact_id(kind, *key) == fact_id(other, *other_key)) == same


@given(st.text(max_size=8), keys)
def test_an_id_of_framed_parts_is_the_id_of_the_fact(kind, key):
    assert id_of(b"".join(map(framed, [kind, *key]))) == fact_id(kind, *key)


@given(st.text(max_size=8), st.lists(st.text(max_size=300)))
def test_the_first_half_of_each_digest_is_the_id_of_its_fact(kind, keys):
    found = digests_of(framed(kind), keys)
    assert [digest[:32] for digest in found] == [fact_id(kind, key) for key in keys]
    assert all(len(digest) == 64 for digest in found)


def test_parts_do_not_run_into_each_other():
    assert fact_id("k", "ab", "c") != fact_id("k", "a", "bc")
    assert fact_id("k", 12) == fact_id("k", "12")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (
            "https://user:hunter2@node.example:8545/v3/hunter2?key=hunter2#hunter2",
            "node.example:8545",
        ),
        ("wss://node.example/hunter2", "node.example"),
        ("http://[::1]:8545/hunter2", "[::1]:8545"),
        ("http://node.example:hunter2/", "an address that is none"),
        ("hunter2", "an address without host"),
        ("", "an address without host"),
    ],
)
def test_of_an_address_its_host_alone_is_told(url, told):
    assert told_host(url) == told


PART = st.text("abcdefghij0123456789", min_size=9, max_size=12).map("key-{}".format)


@given(PART, PART, PART, st.sampled_from(("http", "wss")))
def test_whatever_part_of_a_url_holds_the_secret_its_scheme_and_host_alone_are_told(
    user: str, path: str, query: str, scheme: str
):
    plain = f"{scheme}://node.example:8545"
    whole = f"{scheme}://{user}:{user}@node.example:8545/v2/{path}?apikey={query}#{path}"
    assert told_url(whole) == plain
    assert without_secrets(f"no answer from {whole}, url='{whole}'") == (
        f"no answer from {plain} url='{plain}'"
    )


@given(st.text() | st.text().map("http://{}".format))
def test_what_is_told_of_a_url_is_told_of_it_again(text: str):
    assert told_url(told_url(text)) == told_url(text)


def test_what_is_no_url_tells_nothing():
    assert told_url("") == told_url("v2/secret") == ""
    assert without_secrets("nothing to hide") == "nothing to hide"


def test_an_id_is_32_hex_digits_and_does_not_change_between_runs():
    assert fact_id("order.halt", "desk", "break-1") == "cc6e35bfacb41df59e94a3e839162b67"
