"""A browser's subscription, read from JSON."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RemoteWireError
from live.protocol import v2
from live.protocol.v2.table import TABLE
from live.relay.bridge.words import wanted_by


def test_no_conditions_want_everything():
    assert wanted_by('{"msg_type": "subscribe"}', 3) == v2.Subscribe(3)


def test_every_condition_of_a_relay_can_be_said():
    words = b"""{"msg_type": "subscribe", "channels": ["signals", "market"],
        "schemas": ["ArbitrageOpportunity", 259], "venues": ["paper"], "pairs": ["ETH-USDC"],
        "strategies": ["dex_dex"], "min_profit_usd_e6": -5, "min_confidence_ppm": 900000}"""
    number = TABLE.by_message[v2.ArbitrageOpportunity].number
    assert wanted_by(words, 1) == v2.Subscribe(
        1,
        ("signals", "market"),
        (number, 259),
        ("paper",),
        ("ETH-USDC",),
        ("dex_dex",),
        -5,
        900_000,
    )


@pytest.mark.parametrize(
    "words",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"msg_type": "trade"}',
        '{"msg_type": "subscribe", "symbols": []}',
        '{"msg_type": "subscribe", "min_profit_usd_e6": 1.5}',
        '{"msg_type": "subscribe", "channels": "market"}',
        '{"msg_type": "subscribe", "schemas": ["Gossip"]}',
        b'{"msg_type": "\xff"}',
        "[" * 100_000,
    ],
)
def test_anything_else_is_refused_in_words(words):
    with pytest.raises(RemoteWireError):
        wanted_by(words, 1)


@given(st.binary(max_size=200))
def test_no_bytes_end_in_another_error(words):
    try:
        wanted_by(words, 1)
    except RemoteWireError:
        return


def test_the_example_of_the_manual_is_a_subscription():
    manual = (Path(__file__).resolve().parents[4] / "docs" / "relay.md").read_text()
    [example] = [part for part in manual.split("```json\n") if part.startswith("{")]
    asked = wanted_by(example.partition("```")[0], 1)
    assert (asked.channels, asked.schemas) == (("market", "signals"), (266, 261))
    assert (asked.min_profit_usd_e6, asked.min_confidence_ppm) == (5_000_000, 600_000)
