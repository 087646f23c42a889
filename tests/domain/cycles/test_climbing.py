"""The climb ends at the top of a smooth curve, and near the top of a rough one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cycles.climbing import climbed


@settings(deadline=None)
@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_smooth_curve_is_climbed_to_its_very_top(top, begin, most):
    begin = min(begin, most)
    size = climbed(
        lambda units: -((units - top) ** 2) if units <= most else None, begin, 1, 0, 1_000
    )
    assert size == min(top, most)


@settings(deadline=None)
@given(
    st.integers(1, 10**6),
    st.integers(1, 10**6),
    st.lists(st.integers(0, 3), min_size=1, max_size=20),
)
def test_no_size_met_leaves_more_than_the_one_that_is_given(top, begin, roughness):
    met: dict[int, int] = {}

    def rough(units: int) -> int:
        met[units] = -((units - top) ** 2) - roughness[units % len(roughness)]
        return met[units]

    size = climbed(rough, begin, 16, 3, 1_000)
    assert met[size] == max(met.values())


def test_a_climb_out_of_tries_gives_the_best_it_met():
    assert climbed(lambda units: units, 10, 1, 0, 3) == 10 + 1 + 2 + 4
