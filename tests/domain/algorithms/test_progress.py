"""Whatever venues answer and whenever somebody asks, an order is never sent too much of."""

from hypothesis import given
from hypothesis import strategies as st

from domain.algorithms.parent import Algorithm, Child, Told
from domain.algorithms.progress import Ask, Done, Send, Wait, Watch, Withdraw, filled_e8, next_step
from tests.domain.algorithms.test_parent import ICEBERG, an_order

WHOLE = 10**8


def told(number: int, size_e8: int, filled: int, **changes) -> Told:
    fields = {"is_definite": True, "is_known": True} | changes
    return Told(Child(number, "paper", size_e8, 1), filled_e8=filled, **fields)


def test_a_child_nobody_answered_for_is_asked_about_before_anything_else():
    silent = told(0, WHOLE, 0, is_definite=False, is_known=False)
    assert next_step(an_order(), [silent], 5_000, is_stopped=True) == Ask((silent,))


def test_a_slice_is_sent_once_and_what_it_missed_goes_with_the_next():
    order = an_order()
    assert next_step(order, [], 0) == Wait(1_000)
    assert next_step(order, [], 1_000) == Send(0, 2 * WHOLE)
    short = told(0, 2 * WHOLE, WHOLE)
    assert next_step(order, [short], 1_100) == Wait(1_200)
    assert next_step(order, [short], 1_200) == Send(1, 3 * WHOLE)


def test_a_late_start_catches_up_with_the_timetable():
    assert next_step(an_order(), [], 1_650) == Send(3, 8 * WHOLE)


def test_after_the_last_slice_nothing_more_is_sent():
    order = an_order()
    assert next_step(order, [told(4, 10 * WHOLE, WHOLE)], 1_900) == Done("every slice was sent")
    assert next_step(order, [], 2_000) == Done("the time is over")
    assert next_step(order, [told(0, 1, 10 * WHOLE)], 1_200) == Done("filled")


def test_a_stop_withdraws_what_rests_and_then_ends():
    order = an_order(**ICEBERG)
    resting = told(0, WHOLE, 0, is_definite=False)
    assert next_step(order, [resting], 1_500) == Watch(resting, 2_000)
    assert next_step(order, [resting], 1_500, is_stopped=True) == Withdraw(resting)
    assert next_step(order, [resting], 2_000) == Withdraw(resting)
    gone = told(0, WHOLE, WHOLE // 2)
    assert next_step(order, [gone], 1_500, is_stopped=True) == Done("stopped")


def test_an_iceberg_shows_its_tip_again_as_soon_as_it_is_gone():
    order = an_order(**ICEBERG)
    assert next_step(order, [], 1_000) == Send(0, WHOLE, rests=True)
    assert next_step(order, [told(0, WHOLE, WHOLE)], 1_001) == Send(1, WHOLE, rests=True)


def test_an_iceberg_that_is_refused_twice_in_a_row_ends():
    refused = [told(number, WHOLE, 0, was_refused=True) for number in range(2)]
    assert next_step(an_order(**ICEBERG), refused, 1_001) == Done("its children are refused")
    assert next_step(an_order(**ICEBERG), refused[:1], 1_001) == Send(1, WHOLE, rests=True)


def test_a_rest_too_small_to_be_sent_goes_with_the_child_before_it():
    order = an_order(**ICEBERG, size_e8=10 * WHOLE + 9_900)
    done = [told(number, WHOLE, WHOLE) for number in range(9)]
    assert next_step(order, done, 1_500) == Send(9, WHOLE + 9_900, rests=True)


orders = st.one_of(
    st.integers(1, 8).map(lambda n: an_order(slices=n)),
    st.lists(st.integers(0, 9), min_size=1, max_size=8)
    .filter(any)
    .map(lambda c: an_order(algorithm=Algorithm.VWAP, curve=tuple(c), slices=len(c))),
    st.integers(1, 8).map(lambda n: an_order(algorithm=Algorithm.ROUTE, slices=n)),
    st.integers(1, 200).map(lambda n: an_order(**(ICEBERG | {"display_e8": n * WHOLE // 10}))),
)


@given(orders, st.data())
def test_every_play_ends_and_no_more_than_the_order_is_ever_at_stake(order, data):
    known: list[Told] = []
    now_ns = 900
    for _ in range(500):
        is_stopped = data.draw(st.integers(0, 30)) == 0
        step = next_step(order, known, now_ns, is_stopped=is_stopped)
        match step:
            case Done():
                break
            case Wait() | Watch():
                now_ns = data.draw(st.integers(now_ns + 1, max(step.until_ns, now_ns + 1)))
                if isinstance(step, Watch):
                    settle(known, step.told, data)
            case Withdraw():
                settle(known, step.told, data, is_over=True)
            case Ask():
                for one in step.told:
                    settle(known, one, data, is_over=not one.child.rests)
            case Send():
                assert order.start_ns <= now_ns < order.end_ns
                assert step.size_e8 % order.lot_e8 == 0
                assert order.least_e8 <= step.size_e8 <= order.size_e8 - filled_e8(known)
                assert all(one.is_definite for one in known)
                child = Child(step.slice_number, "paper", step.size_e8, 1, step.rests)
                known.append(Told(child, is_definite=False, is_known=False))
    else:
        raise AssertionError("the play never ended")
    assert all(one.is_definite for one in known)
    assert filled_e8(known) <= order.size_e8
    numbers = [one.child.slice_number for one in known]
    assert numbers == sorted(set(numbers))


def settle(known: list[Told], one: Told, data, *, is_over: bool = False) -> None:
    """Let a venue answer: silence now and then, a fill of any size, an end sooner or later."""
    lots = one.child.size_e8 // 100
    filled = 100 * data.draw(st.sampled_from([one.filled_e8 // 100, lots, lots // 2]))
    filled = max(filled, one.filled_e8)
    is_definite = is_over or filled == one.child.size_e8 or data.draw(st.booleans())
    known[known.index(one)] = Told(one.child, is_definite, is_known=True, filled_e8=filled)
