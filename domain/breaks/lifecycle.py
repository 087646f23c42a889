"""The states of a break and what leads from one to the next: a table, and nothing beside it.

::

    OPEN ──explain──▶ EXPLAINED ──approve──▶ RESOLVED ──sign off──▶ SIGNED_OFF
      └──suggest──▶ SUGGESTED ──explain──▲        (reopen leads back to OPEN from all three)

A machine may suggest; only a person explains, and another one approves. What the table does not
hold is refused. A locked period refuses everything, which is the store's to know.
"""

from __future__ import annotations

from enum import StrEnum

from domain.errors import Refused


class State(StrEnum):
    """How far a break has come."""

    OPEN = "OPEN"
    SUGGESTED = "SUGGESTED"
    EXPLAINED = "EXPLAINED"
    RESOLVED = "RESOLVED"
    SIGNED_OFF = "SIGNED_OFF"


class Action(StrEnum):
    """What can be done about a break."""

    ASSIGN = "assign"
    SUGGEST = "suggest"
    EXPLAIN = "explain"
    APPROVE = "approve"
    SIGN_OFF = "sign-off"
    REOPEN = "reopen"


TABLE: dict[tuple[State, Action], State] = {
    (State.OPEN, Action.ASSIGN): State.OPEN,
    (State.OPEN, Action.SUGGEST): State.SUGGESTED,
    (State.OPEN, Action.EXPLAIN): State.EXPLAINED,
    (State.SUGGESTED, Action.ASSIGN): State.SUGGESTED,
    (State.SUGGESTED, Action.SUGGEST): State.SUGGESTED,
    (State.SUGGESTED, Action.EXPLAIN): State.EXPLAINED,
    (State.EXPLAINED, Action.ASSIGN): State.EXPLAINED,
    (State.EXPLAINED, Action.EXPLAIN): State.EXPLAINED,
    (State.EXPLAINED, Action.APPROVE): State.RESOLVED,
    (State.EXPLAINED, Action.REOPEN): State.OPEN,
    (State.RESOLVED, Action.SIGN_OFF): State.SIGNED_OFF,
    (State.RESOLVED, Action.REOPEN): State.OPEN,
    (State.SIGNED_OFF, Action.REOPEN): State.OPEN,
}


def after(state: State, action: Action) -> State:
    """Give the state an action leads to.

    Raises:
        Refused: The table has no such step; the sentence says which steps there are.
    """
    found = TABLE.get((state, action))
    if found is None:
        possible = ", ".join(do for (at, do) in TABLE if at is state)
        raise Refused(
            "this cannot be done to the break as it stands; do what its state allows",
            state=state.value,
            asked=action.value,
            possible=possible,
        )
    return found
