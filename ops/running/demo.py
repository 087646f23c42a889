"""The demo: a fresh desk trades for a while, then its day is closed while the venues answer."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Thread, get_native_id

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from domain.home import DeskHome
from live.aio.clock import WallClock
from ops.books.closing import close_and_print
from ops.paper import Paper
from ops.running.locking import held_alone
from ops.running.opening import clear_for_demo
from ops.running.session import Session, Tally, session


def run_demo(
    home: DeskHome,
    *,
    seconds: float,
    seed: int,
    as_json: bool,
    begun: Callable[[DeskHome], None] = lambda _: None,
) -> None:
    """Trade, stop, close and print; progress goes to standard error.

    Args:
        home: The desk's folder; what an earlier demo left there is removed, and nothing else.
        seconds: How long to trade.
        seed: Seeds the market's walk.
        as_json: End with the close as one JSON object instead of tables.
        begun: Is told of the desk once it runs, and of none that is refused.

    Raises:
        Refused: The folder holds what somebody would miss.
        PlatformError: Something could not be started or closed; nothing is left running.
    """
    talk = Paper(stderr=True)
    with held_alone(home):
        clear_for_demo(home)
    with session(home, seed=seed, clock=WallClock(), told=talk.print) as desk:
        begun(home)
        _warm_up_beside(home)
        _trade(desk, seconds, talk)
        talk.print("winding down: nothing new, waiting until everything sent is final")
        desk.wind_down("the demo's time is over")
        talk.print("closing the day in Dagster")
        close_and_print(home, desk.days(), as_json=as_json, environment=desk.environment)
    if not as_json:
        talk.print("look around: ./alphapulse ui · ./alphapulse explain PNL_ROW")


def _warm_up_beside(home: DeskHome) -> None:
    """Let the books import what they need while the desk trades; the close then starts at once."""
    from orchestration.runs.run import warm_up

    def yield_to_the_loop() -> None:
        # Linux knows a thread's own priority; the loop's processes come first.
        os.setpriority(os.PRIO_PROCESS, get_native_id(), 15)
        warm_up(home)

    Thread(target=yield_to_the_loop, name="books", daemon=True).start()


def _trade(desk: Session, seconds: float, talk: Paper) -> None:
    columns = (
        TextColumn("trading"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=talk) as progress:
        task = progress.add_task(in_words({}), total=seconds)
        desk.trade(
            seconds,
            lambda passed_s, tally: progress.update(
                task, completed=passed_s, description=in_words(tally)
            ),
        )


def in_words(tally: Tally) -> str:
    """Say how a session goes in one line."""
    found, planned, final = (
        tally.get(kind, 0)
        for kind in ("opportunity.found", "execution.planned", "execution.finalised")
    )
    return f"{found} found · {planned} taken · {final} final · {sum(tally.values())} facts"
