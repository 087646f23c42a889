"""What v1 can say."""

from __future__ import annotations

import typing

import pytest

from live.protocol.v1 import messages as m
from live.protocol.v1.codec import message_types

KINDS = typing.get_args(m.Message)


def test_every_type_of_both_generations_has_one_message():
    assert set(message_types().values()) == set(KINDS)
    assert set(message_types()) == set(range(1, 15))


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_a_message_cannot_be_changed(kind):
    assert kind.__struct_config__.frozen


def test_a_trade_has_not_passed_relay_or_bridge_yet():
    trade = m.Trade(1, 2, 3, 4, 5, m.BUY)
    assert (trade.relay_ns, trade.bridge_ns) == (0, 0)
