"""Gravity rises with money and with age, and what is unknown is not small."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.breaks.gravity import AGE_NAMES, TABLE, Gravity, age_band, age_days, gravity
from domain.clock import DAY_NS

USD = 10**24
ORDER = list(Gravity)
MONEY = st.integers(0, 10**7).map(lambda usd: usd * USD)
DAYS = st.integers(0, 100)


@given(MONEY, MONEY, DAYS, DAYS)
def test_more_money_or_more_age_is_never_less_grave(one_usd, other_usd, one_days, other_days):
    small, large = sorted((one_usd, other_usd))
    young, old = sorted((one_days, other_days))
    least = gravity(small, 0, young * DAY_NS)
    most = gravity(-large, 0, old * DAY_NS)
    assert ORDER.index(least) <= ORDER.index(most)


@pytest.mark.parametrize(
    ("days", "name"), [(0, "0-1 d"), (1, "0-1 d"), (2, "2-7 d"), (7, "2-7 d"), (8, "8-30 d"),
                       (30, "8-30 d"), (31, ">30 d")],
)  # fmt: skip
def test_ages_fall_into_the_four_bands(days, name):
    assert AGE_NAMES[age_band(days)] == name


def test_age_counts_whole_days_from_the_first_detection():
    assert age_days(5, 5 + DAY_NS - 1) == 0
    assert age_days(5, 5 + DAY_NS) == 1
    assert age_days(5, 0) == 0


def test_unknown_money_weighs_as_large_money_does():
    assert gravity(None, 0, 0) is gravity(5_000 * USD, 0, 0) is not gravity(0, 0, 0)


def test_what_clears_by_itself_is_information_until_it_expires():
    assert gravity(10**6 * USD, 0, DAY_NS, expires_ns=DAY_NS + 1) is Gravity.INFO
    assert gravity(10**6 * USD, 0, DAY_NS, expires_ns=DAY_NS) is Gravity.HIGH


def test_every_band_of_money_has_a_gravity_for_every_age():
    assert [len(row) for row in TABLE] == [4, 4, 4, 4]


@pytest.mark.parametrize(
    ("usd", "words"),
    [
        (0, "low low medium medium"),
        (10 * USD - 1, "low low medium medium"),
        (10 * USD, "low medium medium high"),
        (1_000 * USD - 1, "low medium medium high"),
        (1_000 * USD, "medium high high critical"),
        (100_000 * USD - 1, "medium high high critical"),
        (100_000 * USD, "high high critical critical"),
        (None, "medium high high critical"),
    ],
)
def test_a_band_begins_at_its_first_unit_of_money_and_its_first_nanosecond_of_age(usd, words):
    firsts = (0, 2, 8, 31)
    rises = [gravity(usd, 0, days * DAY_NS) for days in firsts]
    assert [one.value for one in rises] == words.split()
    for days, before in zip(firsts[1:], rises, strict=False):
        assert gravity(usd, 0, days * DAY_NS - 1) is before
    if usd is not None:
        assert [gravity(-usd, 0, days * DAY_NS) for days in firsts] == rises
