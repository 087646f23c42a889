"""Rules: the house's defaults, and the two that people turn."""

from __future__ import annotations

import pytest

from domain.errors import ConfigRefused
from live.detection.rules import MAX_NOTIONAL_VARIABLE, MIN_NET_VARIABLE, Rules, rules_from


def test_an_empty_environment_gives_the_defaults():
    assert rules_from({}) == Rules()
    assert Rules().min_net_usd_e24 == 5 * 10**23


def test_both_limits_are_read_in_usdc():
    rules = rules_from({MIN_NET_VARIABLE: "0.25", MAX_NOTIONAL_VARIABLE: "2000"})
    assert rules.min_net_usd_e24 == 25 * 10**22
    assert rules.max_notional_usd_e24 == 2000 * 10**24


@pytest.mark.parametrize("text", ["much", "0", "-1", "1e-30", "NaN"])
def test_an_impossible_limit_is_refused(text):
    with pytest.raises(ConfigRefused):
        rules_from({MIN_NET_VARIABLE: text})


def test_an_edge_expires_after_its_measured_half_life_within_limits():
    rules = Rules(half_life_ns={"short": 1, "known": 10**9, "long": 10**12})
    assert rules.expiry_of("short") == rules.least_expiry_ns
    assert rules.expiry_of("known") == 10**9
    assert rules.expiry_of("long") == rules.expiry_of("never seen") == rules.expiry_ns
