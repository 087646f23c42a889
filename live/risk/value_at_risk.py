"""What the holdings could lose in one step of a history of marks: three ways to say it. Pure.

Historical and parametric are exact integers over the profit and loss each past step would have
made of today's holdings; the historical one is what a limit is compared with. Monte Carlo draws
joint log-returns of the same mean and covariance and values the holdings anew; it is drawn in
floats, by a seed, and shown to people only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, isqrt
from statistics import NormalDist

import msgspec

from domain.errors import InputRefused
from domain.money import BPS

LEAST_STEPS = 100
"""Fewer steps hold no one-in-a-hundred loss at all."""
_Z_SCALE = 10**9

Marks = Mapping[str, int]
"""Underlying -> mark in millionths, at one instant."""


class ValueAtRisk(msgspec.Struct, frozen=True):
    """Losses that are not exceeded with the stated confidence, in 10^-24 of book currency; not < 0.

    Args:
        steps: How many steps of history they rest on.
    """

    confidence_bps: int
    steps: int
    historical_usd_e24: int
    parametric_usd_e24: int
    monte_carlo_usd_e24: int


def step_results(values: Mapping[str, int], history: Sequence[Marks]) -> list[int]:
    """Say what each step of a history would make of the holdings, rounded down.

    Args:
        values: Underlying -> value held in 10^-24, signed; the book currency may be left out.
        history: Marks in order; every underlying held must be in each.

    Raises:
        InputRefused: A mark is missing or not positive.
    """
    for asset in values:
        if any(marks.get(asset, 0) <= 0 for marks in history):
            raise InputRefused("give a positive mark of every holding at every step", asset=asset)
    return [
        sum(
            (value * (now[asset] - before[asset])) // before[asset]
            for asset, value in values.items()
        )
        for before, now in pairwise(history)
    ]


def historical_usd_e24(results: Sequence[int], confidence_bps: int = 9_900) -> int | None:
    """Give the loss that so large a share of the steps did not exceed; None when too few are known.

    The order statistic at or above the share: never interpolated, never less than what happened.
    """
    if len(results) < LEAST_STEPS:
        return None
    losses = sorted(-result for result in results)
    at = -(-len(losses) * confidence_bps // BPS) - 1
    return max(losses[at], 0)


def parametric_usd_e24(results: Sequence[int], confidence_bps: int = 9_900) -> int | None:
    """Give the same quantile of a normal law with the steps' mean and deviation, rounded up."""
    if len(results) < LEAST_STEPS:
        return None
    count, total = len(results), sum(results)
    squares = sum((count * result - total) ** 2 for result in results)
    variance = Fraction(squares, count * count * (count - 1))
    deviation = isqrt(ceil(variance)) + 1
    z = ceil(NormalDist().inv_cdf(confidence_bps / BPS) * _Z_SCALE)
    return max(ceil(Fraction(z * deviation, _Z_SCALE) - Fraction(total, count)), 0)


def monte_carlo_usd_e24(
    values: Mapping[str, int],
    history: Sequence[Marks],
    confidence_bps: int = 9_900,
    draws: int = 10_000,
    seed: int = 7,
) -> int | None:
    """Give the same quantile of simulated steps, each holding valued anew.

    Joint normal log-returns with the history's covariance come from random mixtures of its own
    centred steps, so no matrix has to be factored and a holding that never moved stays still.
    """
    if len(history) - 1 < LEAST_STEPS:
        return None
    if not values:
        return 0
    import numpy as np

    assets = sorted(values)
    marks = np.array([[step[asset] for asset in assets] for step in history], dtype=float)
    moves = np.diff(np.log(marks), axis=0)
    centred = (moves - moves.mean(axis=0)) / np.sqrt(len(moves) - 1)
    weights = np.random.default_rng(seed).standard_normal((draws, len(moves)))
    simulated = np.expm1(weights @ centred + moves.mean(axis=0))
    results = simulated @ np.array([float(values[asset]) for asset in assets])
    return max(-int(np.quantile(results, 1 - confidence_bps / BPS, method="lower")), 0)


def value_at_risk(
    values: Mapping[str, int], history: Sequence[Marks], confidence_bps: int = 9_900
) -> ValueAtRisk | None:
    """Say all three; None without enough history."""
    results = step_results(values, history)
    historical = historical_usd_e24(results, confidence_bps)
    parametric = parametric_usd_e24(results, confidence_bps)
    simulated = monte_carlo_usd_e24(values, history, confidence_bps)
    if historical is None or parametric is None or simulated is None:
        return None
    return ValueAtRisk(confidence_bps, len(results), historical, parametric, simulated)
