"""The cheapest pairing: against every other there is, and its margins against solving again."""

from hypothesis import given
from hypothesis import strategies as st

from domain.reconciliation.assignment import assign, components

COSTS = st.dictionaries(
    st.integers(0, 4),
    st.dictionaries(st.integers(0, 4), st.integers(0, 7), max_size=5),
    min_size=1,
    max_size=5,
)


def best(costs):
    """Most pairs, then least cost, by trying everything."""

    def tried(rows, used):
        if not rows:
            return 0, 0
        answers = [tried(rows[1:], used)]
        for column, cost in costs[rows[0]].items():
            if column not in used:
                pairs, total = tried(rows[1:], used | {column})
                answers.append((pairs - 1, total + cost))
        return min(answers)

    return tried(sorted(costs), frozenset())


def worth(pairings, costs):
    return -len(pairings), sum(costs[one.row][one.column] for one in pairings)


@given(COSTS)
def test_no_other_pairing_is_larger_or_cheaper(costs):
    found = assign(costs)
    assert len({one.column for one in found}) == len(found)
    assert worth(found, costs) == best(costs)


@given(COSTS)
def test_a_margin_is_what_forbidding_the_pair_costs(costs):
    found = assign(costs)
    for one in found:
        without = {
            row: {c: cost for c, cost in of.items() if (row, c) != (one.row, one.column)}
            for row, of in costs.items()
        }
        pairs, total = best(without)
        is_fewer = pairs != -len(found)
        assert one.margin == (None if is_fewer else total - worth(found, costs)[1])


@given(COSTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(costs, random):
    shuffled = {}
    for row in random.sample(sorted(costs), len(costs)):
        of_row = costs[row]
        shuffled[row] = {c: of_row[c] for c in random.sample(sorted(of_row), len(of_row))}
    assert assign(shuffled) == assign(costs)


def test_costs_beyond_every_float_are_told_apart():
    huge = 2**255
    (one, other) = assign({0: {0: huge, 1: huge + 1}, 1: {0: huge, 1: huge}})
    assert (one.column, other.column, one.margin) == (0, 1, 1)


def test_swapping_twins_is_no_other_answer():
    costs = {0: {0: 5, 1: 5}, 1: {0: 5, 1: 5}}
    assert [one.margin for one in assign(costs)] == [0, 0]
    twins = {0: "same", 1: "same"}
    assert [one.margin for one in assign(costs, twins, twins)] == [None, None]


def test_rows_that_share_no_column_are_weighed_apart():
    assert list(components({3: {1: 0}, 1: {1: 0}, 2: {5: 0}})) == [[1, 3], [2]]
