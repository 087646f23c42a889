"""Fitting: what is fitted tells good from bad, is calibrated, and refuses a history too short."""

from __future__ import annotations

import random

import pytest

from domain.confidence.features import Promise
from domain.confidence.half_life import Life
from domain.confidence.model import prior_probability, read, written
from domain.confidence.reliability import Stated, brier
from domain.errors import Refused
from ops.confidence.fit import fitted
from ops.confidence.history import Outcome

USD = 10**24


def _outcome(at: int, random: random.Random) -> Outcome:
    """Make an opportunity that is realised nine times in ten on chain, else three times."""
    legs = random.randrange(2)
    net = random.randint(1, 50) * USD
    promise = Promise(net, net * 2, USD, 1000 * USD, 2, legs, 10**9)
    realised = random.random() < (0.3 if legs else 0.9)
    return Outcome(str(at), "x", at, promise, net if realised else -USD, Life(1, not realised))


def _history(count: int, seed: int) -> list[Outcome]:
    random_ = random.Random(seed)
    return [_outcome(at, random_) for at in range(count)]


def test_a_fitted_model_beats_the_prior_on_what_it_has_not_seen():
    model = read(written(fitted(_history(600, 1), USD)))
    unseen = _history(600, 2)
    scores = [
        brier([Stated(say(one.promise), one.is_realised(USD)) for one in unseen])
        for say in (model.probability, prior_probability)
    ]
    assert scores[0] < scores[1]
    assert scores[0] < 0.17
    assert model.trained_on.outcomes == 600
    assert (model.trained_on.first_ns, model.trained_on.last_ns) == (0, 599)


def test_the_same_history_gives_the_same_file():
    history = _history(100, 3)
    assert written(fitted(history, USD)) == written(fitted(history, USD))


@pytest.mark.parametrize("history", [[], _history(20, 1), [_history(1, 1)[0]] * 100])
def test_too_short_or_one_sided_a_history_leaves_the_prior_in_force(history):
    with pytest.raises(Refused):
        fitted(history, USD)
