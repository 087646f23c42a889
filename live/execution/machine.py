"""One execution as a table: events in, the next state and one command out. Nothing is touched here.

A state name says what is certain. `*_INTENDED`: the intent is durable and the send happens at most
once from here. `*_UNKNOWN`: it may have happened, so the only command is to ask. `*_ASKED`: the
process was restarted in between; the answer is booked and nothing new is ever sent, because the
price that justified it is gone. `OPENED` is the dangerous one: the first leg is ours and the
second is owed.

Events are answers already classified by `legs.py`:

- ``TX_DONE``     mined with status 1, and no other leg waits for it;
- ``TX_OPENED``   mined with status 1, and an order at the exchange is now owed;
- ``TX_REFUSED``  reverted, rejected, replaced or never sent: definitely nothing traded;
- ``TX_SILENT``   no answer yet; ``TX_ABSENT``: the chain does not know it and its nonce is still
free;
- ``TX_STUCK``    a block passed it over: the same trade is offered for more under the same nonce;
- ``ORDER_FILLED`` less than one lot is missing; ``ORDER_SHORT``: closed with a lot or more missing;
- ``ORDER_SILENT`` no definite answer yet;
- ``ABANDONED``   we ourselves decided not to send, before an intent was durable;
- ``STOPPED``     the process has to end before the answer came;
- ``UNDONE``      a reorg took the transaction away and nothing is left of the execution;
- ``UNDONE_OWING`` a reorg took the transaction away while an order at the exchange stands;
- ``ORDER_AMENDED`` the exchange says now that the orders filled another amount than was owed.

A FAILED execution can still hear ``TX_DONE``: a reorg may mine well what had reverted before.

The table is the programme: `tests/live/execution/test_machine.py` reads it and compares it, both
ways, with `TRANSITIONS`.

===============  =================  ===============  =================
state            event              next             command
===============  =================  ===============  =================
RECEIVED         DECLINED           DECLINED         REST
RECEIVED         APPROVED           PLANNED          INTEND_TX
PLANNED          INTENT_DURABLE     TX_INTENDED      SEND_TX
PLANNED          ABANDONED          FAILED           FINISH
PLANNED          RESTARTED          FAILED           FINISH
TX_INTENDED      TX_DONE            SETTLED          FINISH
TX_INTENDED      TX_OPENED          OPENED           INTEND_ORDER
TX_INTENDED      TX_REFUSED         FAILED           FINISH
TX_INTENDED      TX_SILENT          TX_UNKNOWN       ASK_CHAIN
TX_INTENDED      TX_STUCK           TX_INTENDED      REPLACE_TX
TX_INTENDED      RESTARTED          TX_ASKED         ASK_CHAIN
TX_UNKNOWN       TX_DONE            SETTLED          FINISH
TX_UNKNOWN       TX_OPENED          OPENED           INTEND_ORDER
TX_UNKNOWN       TX_REFUSED         FAILED           FINISH
TX_UNKNOWN       TX_SILENT          TX_UNKNOWN       ASK_CHAIN
TX_UNKNOWN       TX_ABSENT          TX_UNKNOWN       RETIRE_NONCE
TX_UNKNOWN       STOPPED            UNKNOWN          FINISH
TX_ASKED         TX_DONE            SETTLED          FINISH
TX_ASKED         TX_OPENED          PARTIAL          FINISH_AND_ALERT
TX_ASKED         TX_REFUSED         FAILED           FINISH
TX_ASKED         TX_SILENT          TX_ASKED         ASK_CHAIN
TX_ASKED         TX_ABSENT          TX_ASKED         RETIRE_NONCE
TX_ASKED         STOPPED            UNKNOWN          FINISH
OPENED           INTENT_DURABLE     ORDER_INTENDED   SEND_ORDER
OPENED           ABANDONED          PARTIAL          FINISH_AND_ALERT
OPENED           RESTARTED          PARTIAL          FINISH_AND_ALERT
ORDER_INTENDED   ORDER_FILLED       SETTLED          FINISH
ORDER_INTENDED   ORDER_SHORT        SHORT            INTEND_HEDGE
ORDER_INTENDED   ORDER_SILENT       ORDER_UNKNOWN    ASK_VENUE
ORDER_INTENDED   RESTARTED          ORDER_ASKED      ASK_VENUE
ORDER_UNKNOWN    ORDER_FILLED       SETTLED          FINISH
ORDER_UNKNOWN    ORDER_SHORT        SHORT            INTEND_HEDGE
ORDER_UNKNOWN    ORDER_SILENT       ORDER_UNKNOWN    ASK_VENUE
ORDER_UNKNOWN    STOPPED            UNKNOWN          FINISH
ORDER_ASKED      ORDER_FILLED       SETTLED          FINISH
ORDER_ASKED      ORDER_SHORT        PARTIAL          FINISH_AND_ALERT
ORDER_ASKED      ORDER_SILENT       ORDER_ASKED      ASK_VENUE
ORDER_ASKED      STOPPED            UNKNOWN          FINISH
SHORT            INTENT_DURABLE     HEDGE_INTENDED   SEND_HEDGE
SHORT            ABANDONED          PARTIAL          FINISH_AND_ALERT
SHORT            RESTARTED          PARTIAL          FINISH_AND_ALERT
HEDGE_INTENDED   ORDER_FILLED       SETTLED          FINISH
HEDGE_INTENDED   ORDER_SHORT        PARTIAL          FINISH_AND_ALERT
HEDGE_INTENDED   ORDER_SILENT       HEDGE_UNKNOWN    ASK_VENUE
HEDGE_INTENDED   RESTARTED          ORDER_ASKED      ASK_VENUE
HEDGE_UNKNOWN    ORDER_FILLED       SETTLED          FINISH
HEDGE_UNKNOWN    ORDER_SHORT        PARTIAL          FINISH_AND_ALERT
HEDGE_UNKNOWN    ORDER_SILENT       HEDGE_UNKNOWN    ASK_VENUE
HEDGE_UNKNOWN    STOPPED            UNKNOWN          FINISH
SETTLED          FINAL              FINALISED        FINALISE
SETTLED          UNDONE             FAILED           FINISH_AND_ALERT
SETTLED          UNDONE_OWING       PARTIAL          FINISH_AND_ALERT
SETTLED          ORDER_AMENDED      PARTIAL          FINISH_AND_ALERT
PARTIAL          FINAL              FINALISED        FINALISE
PARTIAL          UNDONE             FAILED           FINISH_AND_ALERT
PARTIAL          UNDONE_OWING       PARTIAL          REST
FAILED           FINAL              FINALISED        FINALISE
FAILED           UNDONE             FAILED           REST
FAILED           TX_DONE            SETTLED          FINISH
FAILED           TX_OPENED          PARTIAL          FINISH_AND_ALERT
===============  =================  ===============  =================
"""

from __future__ import annotations

from enum import Enum

from domain.errors import InvariantBroken


class State(Enum):
    """What is certain about an execution."""

    RECEIVED = "received"
    DECLINED = "declined"
    PLANNED = "planned"
    TX_INTENDED = "tx_intended"
    TX_UNKNOWN = "tx_unknown"
    TX_ASKED = "tx_asked"
    OPENED = "opened"
    ORDER_INTENDED = "order_intended"
    ORDER_UNKNOWN = "order_unknown"
    ORDER_ASKED = "order_asked"
    SHORT = "short"
    HEDGE_INTENDED = "hedge_intended"
    HEDGE_UNKNOWN = "hedge_unknown"
    SETTLED = "settled"
    PARTIAL = "partial"
    FAILED = "failed"
    UNKNOWN = "unknown"
    FINALISED = "finalised"


class Event(Enum):
    """What was heard, already classified."""

    APPROVED = "approved"
    DECLINED = "declined"
    INTENT_DURABLE = "intent_durable"
    ABANDONED = "abandoned"
    RESTARTED = "restarted"
    STOPPED = "stopped"
    TX_DONE = "tx_done"
    TX_OPENED = "tx_opened"
    TX_REFUSED = "tx_refused"
    TX_SILENT = "tx_silent"
    TX_ABSENT = "tx_absent"
    TX_STUCK = "tx_stuck"
    ORDER_FILLED = "order_filled"
    ORDER_SHORT = "order_short"
    ORDER_SILENT = "order_silent"
    FINAL = "final"
    UNDONE = "undone"
    UNDONE_OWING = "undone_owing"
    ORDER_AMENDED = "order_amended"


class Command(Enum):
    """What to do next; each is done once and answered with an event."""

    REST = "rest"
    INTEND_TX = "intend_tx"
    SEND_TX = "send_tx"
    REPLACE_TX = "replace_tx"
    ASK_CHAIN = "ask_chain"
    RETIRE_NONCE = "retire_nonce"
    INTEND_ORDER = "intend_order"
    SEND_ORDER = "send_order"
    ASK_VENUE = "ask_venue"
    INTEND_HEDGE = "intend_hedge"
    SEND_HEDGE = "send_hedge"
    FINISH = "finish"
    FINISH_AND_ALERT = "finish_and_alert"
    FINALISE = "finalise"


TRANSITIONS: dict[tuple[State, Event], tuple[State, Command]] = {
    (State.RECEIVED, Event.DECLINED): (State.DECLINED, Command.REST),
    (State.RECEIVED, Event.APPROVED): (State.PLANNED, Command.INTEND_TX),
    (State.PLANNED, Event.INTENT_DURABLE): (State.TX_INTENDED, Command.SEND_TX),
    (State.PLANNED, Event.ABANDONED): (State.FAILED, Command.FINISH),
    (State.PLANNED, Event.RESTARTED): (State.FAILED, Command.FINISH),
    (State.TX_INTENDED, Event.TX_DONE): (State.SETTLED, Command.FINISH),
    (State.TX_INTENDED, Event.TX_OPENED): (State.OPENED, Command.INTEND_ORDER),
    (State.TX_INTENDED, Event.TX_REFUSED): (State.FAILED, Command.FINISH),
    (State.TX_INTENDED, Event.TX_SILENT): (State.TX_UNKNOWN, Command.ASK_CHAIN),
    (State.TX_INTENDED, Event.TX_STUCK): (State.TX_INTENDED, Command.REPLACE_TX),
    (State.TX_INTENDED, Event.RESTARTED): (State.TX_ASKED, Command.ASK_CHAIN),
    (State.TX_UNKNOWN, Event.TX_DONE): (State.SETTLED, Command.FINISH),
    (State.TX_UNKNOWN, Event.TX_OPENED): (State.OPENED, Command.INTEND_ORDER),
    (State.TX_UNKNOWN, Event.TX_REFUSED): (State.FAILED, Command.FINISH),
    (State.TX_UNKNOWN, Event.TX_SILENT): (State.TX_UNKNOWN, Command.ASK_CHAIN),
    (State.TX_UNKNOWN, Event.TX_ABSENT): (State.TX_UNKNOWN, Command.RETIRE_NONCE),
    (State.TX_UNKNOWN, Event.STOPPED): (State.UNKNOWN, Command.FINISH),
    (State.TX_ASKED, Event.TX_DONE): (State.SETTLED, Command.FINISH),
    (State.TX_ASKED, Event.TX_OPENED): (State.PARTIAL, Command.FINISH_AND_ALERT),
    (State.TX_ASKED, Event.TX_REFUSED): (State.FAILED, Command.FINISH),
    (State.TX_ASKED, Event.TX_SILENT): (State.TX_ASKED, Command.ASK_CHAIN),
    (State.TX_ASKED, Event.TX_ABSENT): (State.TX_ASKED, Command.RETIRE_NONCE),
    (State.TX_ASKED, Event.STOPPED): (State.UNKNOWN, Command.FINISH),
    (State.OPENED, Event.INTENT_DURABLE): (State.ORDER_INTENDED, Command.SEND_ORDER),
    (State.OPENED, Event.ABANDONED): (State.PARTIAL, Command.FINISH_AND_ALERT),
    (State.OPENED, Event.RESTARTED): (State.PARTIAL, Command.FINISH_AND_ALERT),
    (State.ORDER_INTENDED, Event.ORDER_FILLED): (State.SETTLED, Command.FINISH),
    (State.ORDER_INTENDED, Event.ORDER_SHORT): (State.SHORT, Command.INTEND_HEDGE),
    (State.ORDER_INTENDED, Event.ORDER_SILENT): (State.ORDER_UNKNOWN, Command.ASK_VENUE),
    (State.ORDER_INTENDED, Event.RESTARTED): (State.ORDER_ASKED, Command.ASK_VENUE),
    (State.ORDER_UNKNOWN, Event.ORDER_FILLED): (State.SETTLED, Command.FINISH),
    (State.ORDER_UNKNOWN, Event.ORDER_SHORT): (State.SHORT, Command.INTEND_HEDGE),
    (State.ORDER_UNKNOWN, Event.ORDER_SILENT): (State.ORDER_UNKNOWN, Command.ASK_VENUE),
    (State.ORDER_UNKNOWN, Event.STOPPED): (State.UNKNOWN, Command.FINISH),
    (State.ORDER_ASKED, Event.ORDER_FILLED): (State.SETTLED, Command.FINISH),
    (State.ORDER_ASKED, Event.ORDER_SHORT): (State.PARTIAL, Command.FINISH_AND_ALERT),
    (State.ORDER_ASKED, Event.ORDER_SILENT): (State.ORDER_ASKED, Command.ASK_VENUE),
    (State.ORDER_ASKED, Event.STOPPED): (State.UNKNOWN, Command.FINISH),
    (State.SHORT, Event.INTENT_DURABLE): (State.HEDGE_INTENDED, Command.SEND_HEDGE),
    (State.SHORT, Event.ABANDONED): (State.PARTIAL, Command.FINISH_AND_ALERT),
    (State.SHORT, Event.RESTARTED): (State.PARTIAL, Command.FINISH_AND_ALERT),
    (State.HEDGE_INTENDED, Event.ORDER_FILLED): (State.SETTLED, Command.FINISH),
    (State.HEDGE_INTENDED, Event.ORDER_SHORT): (State.PARTIAL, Command.FINISH_AND_ALERT),
    (State.HEDGE_INTENDED, Event.ORDER_SILENT): (State.HEDGE_UNKNOWN, Command.ASK_VENUE),
    (State.HEDGE_INTENDED, Event.RESTARTED): (State.ORDER_ASKED, Command.ASK_VENUE),
    (State.HEDGE_UNKNOWN, Event.ORDER_FILLED): (State.SETTLED, Command.FINISH),
    (State.HEDGE_UNKNOWN, Event.ORDER_SHORT): (State.PARTIAL, Command.FINISH_AND_ALERT),
    (State.HEDGE_UNKNOWN, Event.ORDER_SILENT): (State.HEDGE_UNKNOWN, Command.ASK_VENUE),
    (State.HEDGE_UNKNOWN, Event.STOPPED): (State.UNKNOWN, Command.FINISH),
    (State.SETTLED, Event.FINAL): (State.FINALISED, Command.FINALISE),
    (State.SETTLED, Event.UNDONE): (State.FAILED, Command.FINISH_AND_ALERT),
    (State.SETTLED, Event.UNDONE_OWING): (State.PARTIAL, Command.FINISH_AND_ALERT),
    (State.SETTLED, Event.ORDER_AMENDED): (State.PARTIAL, Command.FINISH_AND_ALERT),
    (State.PARTIAL, Event.FINAL): (State.FINALISED, Command.FINALISE),
    (State.PARTIAL, Event.UNDONE): (State.FAILED, Command.FINISH_AND_ALERT),
    (State.PARTIAL, Event.UNDONE_OWING): (State.PARTIAL, Command.REST),
    (State.FAILED, Event.FINAL): (State.FINALISED, Command.FINALISE),
    (State.FAILED, Event.UNDONE): (State.FAILED, Command.REST),
    (State.FAILED, Event.TX_DONE): (State.SETTLED, Command.FINISH),
    (State.FAILED, Event.TX_OPENED): (State.PARTIAL, Command.FINISH_AND_ALERT),
}
"""The table of the charter, as the programme reads it."""

OUTCOMES = {
    State.SETTLED: "SETTLED",
    State.PARTIAL: "PARTIAL",
    State.FAILED: "FAILED",
    State.UNKNOWN: "UNKNOWN",
}
"""The states in which an execution is finished, and the journal's word for each."""

UNKNOWN_STATES = frozenset(
    {
        State.TX_UNKNOWN,
        State.TX_ASKED,
        State.ORDER_UNKNOWN,
        State.ORDER_ASKED,
        State.HEDGE_UNKNOWN,
    }
)
"""The states in which all that may be done is ask."""

SENDS = frozenset({Command.SEND_TX, Command.SEND_ORDER, Command.SEND_HEDGE})
"""The commands that let something leave the house."""


def step(state: State, event: Event) -> tuple[State, Command]:
    """Say what an event means in a state.

    Args:
        state: Where the execution is.
        event: What was heard.

    Returns:
        The next state and the one command to carry out.

    Raises:
        InvariantBroken: The table has no such row: somebody sent, or answered, out of turn.
    """
    try:
        return TRANSITIONS[(state, event)]
    except KeyError as error:
        raise InvariantBroken(
            "this execution was told something that cannot follow; stop its strategy",
            state=state.value,
            told=event.value,
        ) from error
