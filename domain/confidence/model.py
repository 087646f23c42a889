"""A fitted probability: logistic weights over scaled features, then a calibration curve.

The file is JSON: its version, the features by name, means, scales and weights, the points of the
calibration, the range of what it was fitted on, and a hash over all of that. It is read without the
library that fitted it. Without a file, or without enough history, the prior rule answers.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from math import exp

import msgspec

from domain.confidence.features import FEATURES, Promise, features_of
from domain.errors import InputRefused

VERSION = 1
_PPM = 1_000_000
_FAR = 500.0
"""Beyond it a logistic is 0 or 1 to the last bit."""
_PRIOR = {0: 0.9, 1: 0.7}
"""By hops off chain: all or nothing on chain, or one leg that may miss. Further ones halve it."""
_PRIOR_MANY = 0.5
_GAS_WEIGHT = 0.3
"""What an edge that is all gas loses of it."""


class Range(msgspec.Struct, frozen=True):
    """What a model was fitted on.

    Args:
        outcomes: How many opportunities with a known end.
        realised: How many of them brought the minimum.
        first_ns, last_ns: When they were found.
    """

    outcomes: int
    realised: int
    first_ns: int
    last_ns: int


class Model(msgspec.Struct, frozen=True):
    """Fitted numbers.

    Args:
        features: Names, in the order of the rest.
        means, scales: What each feature is shifted and divided by.
        weights: Of each scaled feature.
        intercept: Added to the sum.
        curve: (raw probability, calibrated one), ascending in both; empty for none.
        least_usd_e24: The minimum profit whose realisation this is the probability of.
        half_life_ns: Of edges, by strategy, as measured on the same history.
    """

    version: int
    features: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    curve: tuple[tuple[float, float], ...]
    trained_on: Range
    least_usd_e24: str
    half_life_ns: dict[str, int] = {}
    sha256: str = ""

    def probability(self, promise: Promise) -> float:
        """Give the calibrated probability, in [0, 1]."""
        return calibrated(self.raw(features_of(promise)), self.curve)

    def raw(self, features: tuple[float, ...]) -> float:
        """Give the logistic before calibration."""
        scaled = zip(features, self.means, self.scales, self.weights, strict=True)
        score = self.intercept + sum((x - mean) / scale * w for x, mean, scale, w in scaled)
        return 1 / (1 + exp(-max(min(score, _FAR), -_FAR)))


def prior_probability(promise: Promise) -> float:
    """Answer without history: fewer legs that can miss and less gas to lose are likelier."""
    legs = _PRIOR.get(promise.exchange_hops, _PRIOR_MANY)
    gas = min(max(promise.gas_usd_e24, 0) / max(promise.gross_usd_e24, 1), 1.0)
    return legs * (1 - _GAS_WEIGHT * gas)


def confidence_ppm(promise: Promise, model: Model | None) -> int:
    """Give the confidence in millionths: a model's if there is one, the prior rule's if not."""
    found = model.probability(promise) if model else prior_probability(promise)
    return min(max(round(found * _PPM), 0), _PPM)


def calibrated(raw: float, curve: tuple[tuple[float, float], ...]) -> float:
    """Read a curve of straight pieces, level beyond its ends."""
    if not curve:
        return raw
    place = bisect_right(curve, raw, key=lambda point: point[0])
    if place in {0, len(curve)}:
        return curve[min(place, len(curve) - 1)][1]
    (x0, y0), (x1, y1) = curve[place - 1], curve[place]
    return y0 + (y1 - y0) * (raw - x0) / (x1 - x0)


def written(model: Model) -> bytes:
    """Write a model with the hash of its content."""
    sealed = msgspec.structs.replace(model, sha256=_digest(model))
    return msgspec.json.format(msgspec.json.encode(sealed), indent=1) + b"\n"


def read(content: bytes) -> Model:
    """Read a model file.

    Raises:
        InputRefused: It is no model, of another version or other features, or was changed.
    """
    try:
        model = msgspec.json.decode(content, type=Model)
    except msgspec.DecodeError as error:
        raise InputRefused(f"this is no confidence model: {error}") from error
    if (model.version, model.features) != (VERSION, FEATURES):
        raise InputRefused("fit the model again: it weighs other features", version=model.version)
    sizes = {len(model.features), len(model.means), len(model.scales), len(model.weights)}
    if len(sizes) != 1 or not all(model.scales):
        raise InputRefused("this confidence model is not whole")
    if model.sha256 != _digest(model):
        raise InputRefused("this confidence model was changed after it was fitted")
    return model


def _digest(model: Model) -> str:
    bare = msgspec.json.encode(msgspec.structs.replace(model, sha256=""))
    as_read = msgspec.json.decode(bare, type=Model)  # a weight of 0 is then 0.0, as in a file
    return hashlib.sha256(msgspec.json.encode(as_read)).hexdigest()
