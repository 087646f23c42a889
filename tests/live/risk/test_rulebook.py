"""A rulebook is read whole or refused whole, and one version follows another."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ConfigRefused
from live.risk.limits import Caps, Limits, Rulebook
from live.risk.rulebook import in_force, read, succeeding, written
from tests.kit.facts import fact

AMOUNTS = st.integers(1, 10**40)
BOOKS = st.builds(
    Rulebook,
    version=st.integers(0, 10**6),
    desk=st.builds(Limits, max_notional_usd_e24=AMOUNTS, max_var_usd_e24=st.none() | AMOUNTS),
    scopes=st.dictionaries(
        st.sampled_from(["strategy:dex_dex", "venue:paper", "asset:ETH"]),
        st.builds(
            Caps,
            max_notional_usd_e24=st.none() | AMOUNTS,
            max_reserved_units=st.dictionaries(st.sampled_from(["a", "b"]), AMOUNTS),
        ),
    ),
)


@given(BOOKS)
def test_what_is_written_reads_back_the_same(rulebook: Rulebook):
    assert read(written(rulebook)) == rulebook


def test_no_number_of_a_written_rulebook_can_be_rounded():
    desk = json.loads(written(Rulebook()))["desk"]
    assert all(value is None or isinstance(value, str) for value in desk.values())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"version": "x"}',
        '{"desk": {"max_notional": 1}}',
        '{"desk": {"max_open_executions": 0}}',
        '{"desk": {"max_notional_usd_e24": -1}}',
        '{"scopes": {"strategy:": {}}}',
        '{"scopes": {"desk": {}}}',
        '{"scopes": {"venue:paper": {"max_day_loss_usd_e24": 0}}}',
        '{"scopes": {"strategy:a": {"max_reserved_units": {"x": 0}}}}',
        '{"limits": {}}',
    ],
)
def test_a_rulebook_with_one_wrong_word_is_refused(text: str):
    with pytest.raises(ConfigRefused):
        read(text)


def test_a_rulebook_follows_only_a_lower_version():
    assert succeeding('{"version": 2}', Rulebook(version=1)).version == 2
    with pytest.raises(ConfigRefused):
        succeeding('{"version": 1}', Rulebook(version=1))


def test_an_order_that_cannot_be_obeyed_leaves_the_rulebook_in_force():
    current = Rulebook(version=3)
    assert in_force(fact("order.limits", rulebook="nonsense"), current) is current
    assert in_force(fact("order.limits", rulebook='{"version": 4}'), current).version == 4
