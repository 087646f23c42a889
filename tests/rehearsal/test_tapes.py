"""A tape tells a market in order of time, and the same seed tells it again."""

from decimal import Decimal
from itertools import islice

import pytest

from domain.errors import InputRefused
from domain.market.book import snapshot
from domain.market.level import Level
from rehearsal.tapes import generated, recorded


def a_book(price: str = "100.25", size: str = "1.5", at_ns: int = 5):
    ask = Decimal(price) + 1
    return snapshot(
        [Level(Decimal(price), Decimal(size))], [Level(ask, Decimal(size))], observed_ns=at_ns
    )


def test_the_same_seed_tells_the_same_market_and_venues_differ():
    first, again = (list(islice(generated(7, 1_000), 20)) for _ in range(2))
    other = list(islice(generated(7, 1_000, 1), 20))
    assert first == again != other
    times = [scene.at_ns for scene in first]
    assert times == sorted(set(times))


def test_a_recorded_book_keeps_every_digit():
    (scene,) = recorded([a_book()])
    assert scene == (5, ((10_025, 150_000_000),), ((10_125, 150_000_000),), None)


def test_a_book_with_an_empty_side_is_passed_over():
    assert not list(recorded([snapshot([Level(Decimal(1), Decimal(1))], [])]))


@pytest.mark.parametrize("odd", [{"price": "100.255"}, {"size": "0.000000001"}])
def test_a_digit_that_would_be_lost_is_refused(odd):
    with pytest.raises(InputRefused):
        list(recorded([a_book(**odd)]))
