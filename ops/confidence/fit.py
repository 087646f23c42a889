"""Fitting confidence: a logistic regression, calibrated on predictions it did not see.

scikit-learn fits, and what it found is written as plain numbers (:mod:`domain.confidence.model`);
the loop needs neither the library nor a pickle. The calibration is isotonic over out-of-fold
predictions, so that it corrects what the model says of opportunities it was not fitted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.confidence.features import FEATURES, features_of
from domain.confidence.half_life import HalfLife, half_life
from domain.confidence.model import VERSION, Model, Range
from domain.errors import Refused
from ops.confidence.history import Outcome

LEAST_OUTCOMES = 50
"""Fewer say less than the prior rule does."""
LEAST_OF_EACH = 5
"""Realised and not: with fewer of one kind there is nothing to tell them apart by."""
_FOLDS = 5
PRIOR_HALF_LIFE_NS = 2_500_000_000
"""What an opportunity lives for before anything was measured: two blocks and a half."""


def fitted(outcomes: Sequence[Outcome], least_usd_e24: int) -> Model:
    """Fit a model to past outcomes.

    Args:
        outcomes: Oldest first.
        least_usd_e24: The minimum profit whose realisation is to be predicted.

    Raises:
        Refused: The history is too short or too much of one kind; the prior rule stays in force.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    realised = np.array([one.is_realised(least_usd_e24) for one in outcomes], dtype=int)
    _refuse_too_few(len(outcomes), int(realised.sum()))
    features = np.array([features_of(one.promise) for one in outcomes])
    pipeline: Any = make_pipeline(StandardScaler(), LogisticRegression())
    unseen: Any = cross_val_predict(pipeline, features, realised, cv=_FOLDS, method="predict_proba")
    pipeline.fit(features, realised)
    scaler, regression = pipeline[0], pipeline[1]
    return Model(
        version=VERSION,
        features=FEATURES,
        means=_floats(scaler.mean_),
        scales=_floats(scaler.scale_),
        weights=_floats(regression.coef_[0]),
        intercept=float(regression.intercept_[0]),
        curve=_calibration(unseen[:, 1], realised),
        trained_on=Range(
            outcomes=len(outcomes),
            realised=int(realised.sum()),
            first_ns=outcomes[0].found_ns,
            last_ns=outcomes[-1].found_ns,
        ),
        least_usd_e24=str(least_usd_e24),
        half_life_ns={name: found.half_life_ns for name, found in half_lives(outcomes).items()},
    )


def half_lives(outcomes: Sequence[Outcome]) -> dict[str, HalfLife]:
    """Estimate how long edges last, by strategy."""
    return {
        name: half_life((one.life for one in outcomes if one.strategy == name), PRIOR_HALF_LIFE_NS)
        for name in sorted({one.strategy for one in outcomes})
    }


def _calibration(stated: Any, realised: Any) -> tuple[tuple[float, float], ...]:  # noqa: ANN401
    from sklearn.isotonic import IsotonicRegression

    isotonic = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    isotonic.fit(stated, realised)
    return tuple(zip(_floats(isotonic.X_thresholds_), _floats(isotonic.y_thresholds_), strict=True))


def _refuse_too_few(outcomes: int, realised: int) -> None:
    if outcomes < LEAST_OUTCOMES or min(realised, outcomes - realised) < LEAST_OF_EACH:
        raise Refused(
            "the history is too short to learn from; the prior rule stays in force",
            outcomes=outcomes,
            realised=realised,
            needed=f"{LEAST_OUTCOMES}, {LEAST_OF_EACH} of each kind",
        )


def _floats(numbers: Any) -> tuple[float, ...]:  # noqa: ANN401 (an array of a foreign library)
    return tuple(float(number) for number in numbers)
