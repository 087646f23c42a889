"""Confidence: always in [0, 1], from the prior without a file, and no file that was touched."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.confidence.features import Promise
from domain.confidence.model import (
    calibrated,
    confidence_ppm,
    prior_probability,
    read,
    written,
)
from domain.errors import InputRefused
from tests.kit.confidence import a_model

USD = 10**24
PROMISE = Promise(10 * USD, 20 * USD, 5 * USD, 1000 * USD, 2, 0, 10**9)
MODEL = a_model()
values = st.integers(min_value=-(10**30), max_value=10**30)
points = st.floats(0, 1)


@given(values, values, values, st.integers(0, 12))
def test_confidence_is_a_probability_with_and_without_a_model(net, gross, gas, legs):
    promise = Promise(net, gross, gas, 10 * USD, 3, legs, 10**9)
    for model in (None, MODEL):
        assert 0 <= confidence_ppm(promise, model) <= 1_000_000


@given(points, points)
def test_calibration_keeps_the_order(left, right):
    low, high = sorted((left, right))
    assert calibrated(low, MODEL.curve) <= calibrated(high, MODEL.curve)


def test_calibration_without_points_changes_nothing():
    assert calibrated(0.3, ()) == 0.3
    assert calibrated(0.25, MODEL.curve) == pytest.approx(0.35)
    assert calibrated(2.0, MODEL.curve) == 0.9


def test_more_legs_that_can_miss_and_more_gas_are_less_likely():
    assert prior_probability(PROMISE) > prior_probability(replace(PROMISE, exchange_hops=1))
    assert prior_probability(PROMISE) > prior_probability(replace(PROMISE, gas_usd_e24=15 * USD))
    assert MODEL.probability(PROMISE) > MODEL.probability(replace(PROMISE, exchange_hops=1))


def test_a_model_is_read_as_it_was_written():
    again = read(written(MODEL))
    assert msgspec.structs.replace(again, sha256="") == MODEL
    assert len(again.sha256) == 64


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"not json",
        written(MODEL).replace(b"0.6", b"0.7"),
        written(msgspec.structs.replace(MODEL, version=2)),
        written(msgspec.structs.replace(MODEL, features=("other",))),
        written(msgspec.structs.replace(MODEL, means=())),
        written(msgspec.structs.replace(MODEL, scales=(0.0,) * 7)),
    ],
)
def test_what_is_no_model_of_ours_or_was_changed_is_refused(content):
    with pytest.raises(InputRefused):
        read(content)
