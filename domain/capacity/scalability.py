"""Gunther's Universal Scalability Law, fitted exactly to measured load, and what it does not say.

::

    X(N) = λN / (1 + σ(N − 1) + κN(N − 1))        N workers or clients, X items per second

    λ  throughput of one            σ  contention: what is serial      κ  coherence: talking to each
    other

N/X is linear in (1, N−1, N(N−1)) with coefficients (1/λ, σ/λ, κ/λ), so least squares has a closed
form; it is solved in rationals and nothing is rounded before it is shown. Three different loads at
least are needed, and what they cannot tell is said instead of a number: a fit that comes out
negative, one point only, nothing measured. A prediction beyond the largest load measured is
extrapolation and is called so.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

import msgspec

from domain.clock import SECOND_NS

PARAMETERS = 3


class LoadPoint(msgspec.Struct, frozen=True):
    """One measurement: so many at once did so many items in so long."""

    concurrency: int
    items: int
    elapsed_ns: int

    @property
    def throughput_per_s(self) -> Fraction:
        """Items per second, exactly."""
        return Fraction(self.items * SECOND_NS, self.elapsed_ns)


class ScalabilityFit(msgspec.Struct, frozen=True):
    """A fitted law and the range it was fitted on.

    Args:
        peak_concurrency: Where throughput is largest; None when it grows without end (κ = 0).
        measured_up_to: The largest concurrency measured; beyond it the law is an extrapolation.
    """

    lambda_per_s: Fraction
    sigma: Fraction
    kappa: Fraction
    peak_concurrency: int | None
    measured_up_to: int

    def throughput_per_s(self, concurrency: int) -> Fraction:
        """Predict items per second at a concurrency."""
        n = concurrency
        return self.lambda_per_s * n / (1 + self.sigma * (n - 1) + self.kappa * n * (n - 1))


class NotFitted(msgspec.Struct, frozen=True):
    """Why there is no law: what would have to be measured."""

    reason: str


def fit(points: Sequence[LoadPoint]) -> ScalabilityFit | NotFitted:
    """Fit the law by least squares on N/X.

    Args:
        points: Several per concurrency are welcome; those without items or time say nothing and
            are left out.
    """
    useful = [point for point in points if point.items > 0 and point.elapsed_ns > 0]
    levels = {point.concurrency for point in useful}
    if len(levels) < PARAMETERS:
        return NotFitted(f"measure at three concurrencies at least; there are {len(levels)}")
    rows = [(Fraction(1), Fraction(p.concurrency - 1), _pairs(p.concurrency)) for p in useful]
    heights = [p.concurrency / p.throughput_per_s for p in useful]
    one, serial, talk = _least_squares(rows, heights)
    if one <= 0 or serial < 0 or talk < 0:
        return NotFitted("the measurements do not follow the law: a coefficient is negative")
    sigma, kappa = serial / one, talk / one
    return ScalabilityFit(1 / one, sigma, kappa, _peak(sigma, kappa), max(levels))


def _pairs(concurrency: int) -> Fraction:
    return Fraction(concurrency * (concurrency - 1))


def _peak(sigma: Fraction, kappa: Fraction) -> int | None:
    """Give the whole number below √((1 − σ)/κ), at least 1."""
    if kappa == 0:
        return None if sigma < 1 else 1
    ratio = max((1 - sigma) / kappa, Fraction(0))
    return max(1, isqrt(ratio.numerator // ratio.denominator))


Row = tuple[Fraction, Fraction, Fraction]


def _least_squares(rows: Sequence[Row], heights: Sequence[Fraction]) -> list[Fraction]:
    """Solve the normal equations by elimination; three different loads make them regular."""
    size = range(PARAMETERS)
    matrix = [
        [
            *(sum((row[i] * row[j] for row in rows), Fraction(0)) for j in size),
            sum((row[i] * height for row, height in zip(rows, heights, strict=True)), Fraction(0)),
        ]
        for i in size
    ]
    for i in size:
        matrix[i] = [value / matrix[i][i] for value in matrix[i]]
        for k in size:
            if k != i:
                factor = matrix[k][i]
                matrix[k] = [a - factor * b for a, b in zip(matrix[k], matrix[i], strict=True)]
    return [line[PARAMETERS] for line in matrix]
