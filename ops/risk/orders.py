"""Orders to risk from the front desk: durable first, then whether a trader has obeyed.

An order is a fact; a trader that runs hears it within milliseconds, one that starts later reads it.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from domain.clock import Clock
from domain.errors import ConfigRefused, InputRefused
from domain.home import DeskHome
from journal.door import Door
from journal.entry import Entry
from journal.post import RECORDER_SOCKET, post
from journal.records import AlertRaised, HaltOrdered, LimitsOrdered
from live.aio.clock import WallClock
from live.risk.rulebook import succeeding, written
from ops.risk.report import past_of

OBEYED_WITHIN_S = 2.0
"""How long to wait for a trader's word; it obeys in milliseconds or it does not run."""


def order_state(home: DeskHome, scope: str, state: str, reason: str) -> dict[str, object]:
    """Order a scope to stop, to reduce only, or to trade again.

    Args:
        home: The desk.
        scope: ``desk``, ``strategy:<name>`` or ``venue:<name>``.
        state: ``HALTED``, ``REDUCING`` or ``ACTIVE``.
        reason: For people.

    Returns:
        What was ordered, `durable_ms` and, when a trader said so, `obeyed_ms`; null when none did.

    Raises:
        InputRefused: The scope is none, or there is no such desk.
    """
    _must_name(scope)
    _must_exist(home)
    clock = WallClock()
    now_ns = clock.now_ns()
    order = _halt(scope, state, reason, now_ns)
    began_s = time.perf_counter()
    (seq,) = post(home, clock, Entry(order, now_ns))
    durable_ms = _ms_since(began_s)
    word = "lifted" if order.is_lifted else state.lower()
    obeyed_ms = _obeyed_ms(home, f"scope_{word}", scope, seq, began_s)
    return {
        "scope": scope,
        "state": state,
        "seq": seq,
        "durable_ms": durable_ms,
        "obeyed_ms": obeyed_ms,
    }


def order_limits(home: DeskHome, file: Path, reason: str) -> dict[str, object]:
    """Order another rulebook.

    Raises:
        ConfigRefused: The file cannot be read or its rulebook may not follow the one in force.
        InputRefused: There is no such desk.
    """
    _must_exist(home)
    rulebook = succeeding(rulebook_text(file), past_of(home).rulebook)
    clock: Clock = WallClock()
    now_ns = clock.now_ns()
    order = LimitsOrdered(
        version=rulebook.version, rulebook=written(rulebook), reason=reason, ordered_ns=now_ns
    )
    began_s = time.perf_counter()
    (seq,) = post(home, clock, Entry(order, now_ns))
    obeyed_ms = _obeyed_ms(home, "limits_changed", "desk", seq, began_s)
    return {"version": rulebook.version, "seq": seq, "obeyed_ms": obeyed_ms}


def rulebook_text(file: Path) -> bytes:
    """Read a rulebook's file.

    Raises:
        ConfigRefused: It cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigRefused("give a rulebook that can be read", file=file) from error


def _halt(scope: str, state: str, reason: str, now_ns: int) -> HaltOrdered:
    is_lifted = state == "ACTIVE"
    return HaltOrdered(
        scope=scope,
        cause_id=f"by-hand-{now_ns}",
        reason=reason,
        is_lifted=is_lifted,
        state="HALTED" if is_lifted else state,
    )


def _must_name(scope: str) -> None:
    kind, _, name = scope.partition(":")
    if scope != "desk" and (kind not in {"strategy", "venue"} or not name):
        raise InputRefused("name desk, strategy:<name> or venue:<name>", got=scope)


def _must_exist(home: DeskHome) -> None:
    if not home.card.exists():
        raise InputRefused("there is no desk here; name one with --home", home=home.root)


def _obeyed_ms(
    home: DeskHome, alert: str, subject: str, after_seq: int, began_s: float
) -> float | None:
    """Wait for the trader to say that it obeyed; None when no loop runs or no trader answers."""
    if not (home.sockets / RECORDER_SOCKET).exists():
        return None
    return asyncio.run(_heard(home, alert, subject, after_seq, began_s))


async def _heard(
    home: DeskHome, alert: str, subject: str, after_seq: int, began_s: float
) -> float | None:
    door = Door(home.sockets / RECORDER_SOCKET)
    try:
        async with asyncio.timeout(OBEYED_WITHIN_S):
            async for record in door.tail((AlertRaised.KIND,), after_seq):
                said = record.fact()
                if not isinstance(said, AlertRaised):
                    continue
                if (said.alert, said.subject) == (alert, subject):
                    return _ms_since(began_s)
    except TimeoutError:
        return None
    return None


def _ms_since(began_s: float) -> float:
    return round((time.perf_counter() - began_s) * 1_000, 3)
