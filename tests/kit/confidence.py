"""A confidence model small enough to follow by hand."""

from __future__ import annotations

from domain.confidence.features import FEATURES
from domain.confidence.model import VERSION, Model, Range


def a_model() -> Model:
    """Weigh the net for, gas and hops off chain against, and state no certainty."""
    return Model(
        version=VERSION,
        features=FEATURES,
        means=(0.0,) * 7,
        scales=(1.0,) * 7,
        weights=(1.0, 0, 0, -1.0, 0, -2.0, 0),
        intercept=0.0,
        curve=((0.0, 0.1), (0.5, 0.6), (1.0, 0.9)),
        trained_on=Range(100, 60, 1, 2),
        least_usd_e24="0",
    )
