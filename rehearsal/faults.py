"""Faults a venue can be told to have, so that the loop's answers to them can be rehearsed.

Here: which faults there are, when one strikes, and the one call that orders it. Not here: how the
venue carries it out. A fault strikes a stated number of times, on a stated path, and is then
gone.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from domain.errors import InputRefused, VenueUnavailable


class FaultKind(Enum):
    """What goes wrong.

    The first two strike before the venue looks at the request, those named `accept_then` after it
    has done what was asked: their outcome is unknown to the client. The last four strike an order
    that was answered well: `bust_fill` takes its last trade back, `amend_fill` corrects its price
    by a whole quote unit against us, `duplicate_fill` books it twice, `late_fill` calls the order
    closed unfilled and fills it later.
    """

    ERROR_500 = "error_500"
    GARBAGE = "garbage"
    ACCEPT_THEN_500 = "accept_then_500"
    ACCEPT_THEN_HANG = "accept_then_hang"
    ACCEPT_THEN_DROP = "accept_then_drop"
    LATENCY = "latency"
    CUT_WEBSOCKET = "cut_websocket"
    BUST_FILL = "bust_fill"
    AMEND_FILL = "amend_fill"
    DUPLICATE_FILL = "duplicate_fill"
    LATE_FILL = "late_fill"
    NONE = "none"


REVISING = frozenset(
    {FaultKind.BUST_FILL, FaultKind.AMEND_FILL, FaultKind.DUPLICATE_FILL, FaultKind.LATE_FILL}
)
"""What the venue says again, and differently, after it has answered; give them a path."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One ordered fault.

    Args:
        kind: What goes wrong; ``none`` forgets all faults, ``cut_websocket`` strikes at once.
        times: How often it strikes.
        path: End of the request paths it strikes, for example ``AddOrder``; empty strikes all.
        latency_ms: Delay, for ``latency``; how long after its answer a revision comes.
        passing: How many requests it lets pass first, such as the earlier pages of a statement.
    """

    kind: FaultKind
    times: int = 1
    path: str = ""
    latency_ms: int = 0
    passing: int = 0


def read_fault(body: bytes) -> Fault:
    """Read an ordered fault from JSON.

    Raises:
        InputRefused: It is not one.
    """
    try:
        return msgspec.json.decode(body, type=Fault)
    except msgspec.DecodeError as error:
        raise InputRefused(f"this is not a fault: {error}") from error


class FaultBoard:
    """The faults still to strike, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Add a fault, or forget all."""
        if fault.kind is FaultKind.NONE:
            self._waiting.clear()
        else:
            self._waiting.append(fault)

    def strike(self, path: str) -> Fault | None:
        """Take the fault that strikes this request, if one does."""
        for place, fault in enumerate(self._waiting):
            if not path.endswith(fault.path):
                continue
            if fault.passing:
                self._waiting[place] = msgspec.structs.replace(fault, passing=fault.passing - 1)
                continue
            left = fault.times - 1
            remaining = [msgspec.structs.replace(fault, times=left)] if left > 0 else []
            self._waiting[place : place + 1] = remaining
            return fault
        return None


async def order_fault(rest_url: str, fault: Fault) -> None:
    """Tell a running paper exchange to have a fault.

    Args:
        rest_url: Its REST base.
        fault: Which.

    Raises:
        VenueUnavailable: It does not answer, or refuses.
    """
    import aiohttp

    try:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{rest_url}/admin/faults", data=msgspec.json.encode(fault)) as answer,
        ):
            answer.raise_for_status()
    except aiohttp.ClientError as error:
        raise VenueUnavailable(f"the paper exchange takes no fault: {error}") from error
