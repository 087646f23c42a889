"""The table of a break's life: what it holds leads on, what it does not hold is refused."""

import pytest

from domain.breaks.lifecycle import TABLE, Action, State, after
from domain.errors import Refused

EVERY = [(state, action) for state in State for action in Action]


@pytest.mark.parametrize(("state", "action"), EVERY)
def test_only_what_the_table_holds_can_be_done(state, action):
    if (state, action) in TABLE:
        assert after(state, action) is TABLE[state, action]
    else:
        with pytest.raises(Refused, match=state.value):
            after(state, action)


def test_a_break_is_resolved_only_by_approval_and_signed_off_only_when_resolved():
    assert {key for key, to in TABLE.items() if to is State.RESOLVED} == {
        (State.EXPLAINED, Action.APPROVE)
    }
    assert {key for key, to in TABLE.items() if to is State.SIGNED_OFF} == {
        (State.RESOLVED, Action.SIGN_OFF)
    }


def test_every_state_is_reached_from_open_and_leads_back_to_it():
    reached, waiting = {State.OPEN}, [State.OPEN]
    while waiting:
        state = waiting.pop()
        for (at, _), to in TABLE.items():
            if at is state and to not in reached:
                reached.add(to)
                waiting.append(to)
    assert reached == set(State)
    for state in (State.EXPLAINED, State.RESOLVED, State.SIGNED_OFF):
        assert after(state, Action.REOPEN) is State.OPEN
