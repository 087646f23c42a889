"""Features: one number a name, finite whatever was promised."""

from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.confidence.features import FEATURES, Promise, features_of

values = st.integers(min_value=-(10**30), max_value=10**30)
counts = st.integers(min_value=0, max_value=12)


@given(values, values, values, values, counts, counts, values)
def test_every_promise_has_a_finite_number_for_every_name(net, gross, gas, notional, a, b, life):
    found = features_of(Promise(net, gross, gas, notional, a, b, life))
    assert len(found) == len(FEATURES)
    assert all(map(isfinite, found))


def test_features_are_shares_and_logarithms():
    usd = 10**24
    promise = Promise(10 * usd, 20 * usd, 5 * usd, 1000 * usd, 2, 1, 2_500_000_000)
    assert features_of(promise) == pytest.approx((1.0, 3.0, 0.01, 0.25, 2.0, 1.0, 2.5))
