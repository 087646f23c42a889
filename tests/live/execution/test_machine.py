"""The machine is its charter's table, and the table keeps the promises of the house."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvariantBroken
from live.execution import machine
from live.execution.machine import (
    OUTCOMES,
    SENDS,
    TRANSITIONS,
    UNKNOWN_STATES,
    Command,
    Event,
    State,
    step,
)

ROW = re.compile(r"^([A-Z_]+) +([A-Z_]+) +([A-Z_]+) +([A-Z_]+)$")
END = frozenset(OUTCOMES) | {State.DECLINED, State.FINALISED}
INTENDS = {
    Command.SEND_TX: Command.INTEND_TX,
    Command.SEND_ORDER: Command.INTEND_ORDER,
    Command.SEND_HEDGE: Command.INTEND_HEDGE,
}
ANSWERS = {
    "chain": [Event.TX_DONE, Event.TX_OPENED, Event.TX_REFUSED],
    "venue": [Event.ORDER_FILLED, Event.ORDER_SHORT],
}


def drawn_table() -> dict[tuple[State, Event], tuple[State, Command]]:
    rows = filter(None, map(ROW.match, (machine.__doc__ or "").splitlines()))
    return {(State[row[1]], Event[row[2]]): (State[row[3]], Command[row[4]]) for row in rows}


def test_the_table_in_the_charter_is_the_table_of_the_programme():
    assert drawn_table() == TRANSITIONS


def test_every_state_is_reached_and_every_event_is_heard():
    reached = {after for after, _ in TRANSITIONS.values()} | {State.RECEIVED}
    assert reached == set(State)
    assert {event for _, event in TRANSITIONS} == set(Event)


def test_every_state_that_is_not_an_end_can_reach_one():
    leads_on = {state for state, _ in TRANSITIONS}
    assert leads_on | END == set(State)


def test_nothing_is_sent_but_on_a_durable_intent():
    for (_, event), (_, command) in TRANSITIONS.items():
        if command in SENDS:
            assert event is Event.INTENT_DURABLE


def test_an_unknown_outcome_is_only_asked_for_or_made_impossible():
    may_follow = {Command.ASK_CHAIN, Command.ASK_VENUE, Command.RETIRE_NONCE}
    for (state, event), (after, command) in TRANSITIONS.items():
        if state in UNKNOWN_STATES and after is state:
            assert command in may_follow, (state, event)


def test_after_a_restart_nothing_new_is_sent():
    frontier = {after for (_, event), (after, _) in TRANSITIONS.items() if event is Event.RESTARTED}
    seen: set[State] = set()
    while frontier:
        state = frontier.pop()
        if state in seen or state in END:
            continue
        seen.add(state)
        for (before, _), (after, command) in TRANSITIONS.items():
            if before is state:
                assert command not in SENDS | set(INTENDS.values()), (state, command)
                frontier.add(after)


def test_an_answer_out_of_turn_is_a_broken_invariant():
    with pytest.raises(InvariantBroken):
        step(State.PLANNED, Event.TX_DONE)


def walk(answers: list[Event], noise: list[bool]) -> tuple[State, list[Command]]:
    """Walk an approved execution: the venue's answers in order, silence where the noise says so."""
    state, command = step(State.RECEIVED, Event.APPROVED)
    commands, left, quiet = [command], list(answers), list(noise)
    while state not in END:
        event = answer_to(state, command, left, quiet)
        state, command = step(state, event)
        commands.append(command)
    return state, commands


def answer_to(state: State, command: Command, left: list[Event], quiet: list[bool]) -> Event:
    if command in INTENDS.values():
        return Event.INTENT_DURABLE
    on_chain = command in {Command.SEND_TX, Command.ASK_CHAIN, Command.RETIRE_NONCE}
    if quiet and quiet.pop():
        return Event.TX_SILENT if on_chain else Event.ORDER_SILENT
    return left.pop(0)


STORIES = st.one_of(
    st.sampled_from([[Event.TX_DONE], [Event.TX_REFUSED]]),
    st.lists(st.sampled_from(ANSWERS["venue"]), min_size=2, max_size=2).map(
        lambda orders: [Event.TX_OPENED, *orders]
    ),
)


@given(STORIES, st.lists(st.booleans(), max_size=12), st.lists(st.booleans(), max_size=12))
def test_the_same_answers_end_in_the_same_outcome_however_late_they_come(
    answers: list[Event], noise: list[bool], other_noise: list[bool]
):
    assert walk(answers, noise)[0] is walk(answers, other_noise)[0]


@given(STORIES, st.lists(st.booleans(), max_size=12))
def test_each_thing_is_sent_at_most_once_and_after_its_intent(
    answers: list[Event], noise: list[bool]
):
    _, commands = walk(answers, noise)
    for send in SENDS:
        assert commands.count(send) <= 1
        if send in commands:
            assert INTENDS[send] in commands[: commands.index(send)]
