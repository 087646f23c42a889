"""The data area of type 13, in every layout."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LocalWireError, RemoteWireError
from live.protocol.v1.pools import LAYOUTS, layout_of, pull_pool_data, push_pool_data


def number(kind: str) -> st.SearchStrategy[int]:
    bits = 8 * int(kind[1:])
    return st.integers(0, 2**bits - 1) if kind[0] == "u" else st.integers(-(2**31), 2**31 - 1)


def fields_of(layout: str) -> st.SearchStrategy[dict[str, object]]:
    strategies: dict[str, st.SearchStrategy[object]] = {}
    for name, kind in LAYOUTS[layout]:
        if "*" in kind:
            count, each = kind.split("*")
            strategies[name] = st.lists(number(each), min_size=int(count), max_size=int(count))
        elif kind != "tokens":
            strategies[name] = number(kind)
    if layout == "balancer_update":
        token = st.fixed_dictionaries(
            {"weight": number("u4"), "added": number("u16"), "removed": number("u16")}
        )
        strategies["tokens"] = st.lists(token, max_size=4)
        strategies["n_tokens"] = st.just(0)
    return st.fixed_dictionaries(strategies)


@given(st.sampled_from(sorted(LAYOUTS)), st.data())
def test_every_layout_comes_back(layout, data):
    fields = data.draw(fields_of(layout))
    if "tokens" in fields:
        fields["n_tokens"] = len(fields["tokens"])
    packed = push_pool_data(fields, layout)
    assert len(packed) == 256
    assert pull_pool_data(packed, layout) == fields


def test_the_same_bytes_read_differently_in_another_layout():
    packed = push_pool_data(
        {"liquidity_minted": 1, "liquidity_burned": 2, "fee_bps": 30, "k_value": 77}, "v2_update"
    )
    assert pull_pool_data(packed, "v2_event")["amount0"] == 2


def test_a_layout_is_a_protocol_and_a_family():
    assert [layout_of(p, "event") for p in (1, 2, 3, 4)] == [
        "v2_event", "v3_event", "curve_event", "balancer_event",
    ]  # fmt: skip
    assert layout_of(4, "update") == "balancer_update"
    assert {layout_of(p, f) for p in (1, 2, 3, 4) for f in ("event", "update")} == set(LAYOUTS)
    with pytest.raises(RemoteWireError):
        layout_of(5, "event")


def test_an_unknown_layout_is_our_bug():
    with pytest.raises(LocalWireError):
        pull_pool_data(bytes(256), "v4_event")


def test_more_tokens_than_there_is_room_for_is_theirs():
    packed = bytes(13) + b"\x05" + bytes(242)
    with pytest.raises(RemoteWireError):
        pull_pool_data(packed, "balancer_update")


@pytest.mark.parametrize(
    ("fields", "layout"),
    [
        ({}, "v2_event"),
        ({"invariant": 1, "token_supply": 1, "token_amounts": [1] * 9}, "curve_event"),
        ({"swap_fee": 1, "has_amp": 0, "amp_factor": 0, "n_tokens": 1, "tokens": [7]},
         "balancer_update"),
        ({"swap_fee": 1, "has_amp": 0, "amp_factor": 0, "n_tokens": 1, "tokens": []},
         "balancer_update"),
    ],
)  # fmt: skip
def test_fields_that_do_not_fit_a_layout_are_our_bug(fields, layout):
    with pytest.raises(LocalWireError):
        push_pool_data(fields, layout)
