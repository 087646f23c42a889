"""Running a desk: `demo` for a day in two minutes, `up` until Ctrl-C, `ui` to look at the books."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from ops.cli.places import VAR, HomeOption, default_home, desk_home, remember

PANEL = "The desk"
ONE_WISH_S = 1.0
"""Within which a repeated signal is the same wish."""
DEMO_HOME = VAR / "demo"

SeedOption = Annotated[int, typer.Option(help="Seeds the market's random walk.")]


def register(app: typer.Typer) -> None:
    """Add `demo`, `up` and `ui`."""
    for command in (demo, up, ui):
        app.command(rich_help_panel=PANEL)(command)


def demo(
    seconds: Annotated[float, typer.Option(min=1, help="How long to trade.")] = 60,
    seed: SeedOption = 7,
    home: HomeOption = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="End with the close as JSON.")] = False,
) -> None:
    """Trade a minute on a fresh desk, settle the day and print its close.

    What an earlier demo left in the folder is removed. Exit code 0: the residual is 0 and every
    blocking check passed; 1: something failed; 2: the folder holds what somebody would miss, such
    as a desk that `up` traded, a locked day or work on breaks.
    """
    from ops.running.demo import run_demo

    _end_on_sigterm()
    chosen = desk_home(home or DEMO_HOME)
    run_demo(chosen, seconds=seconds, seed=seed, as_json=as_json, begun=remember)


def up(
    seed: SeedOption = 7,
    home: HomeOption = None,
    watch: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Exchanges to look at, too.", show_default="as before"),
    ] = None,
) -> None:
    """Run loop, Dagster daemon and UI together until Ctrl-C; the sensors keep the books."""
    from ops.running.up import run_up
    from ops.running.watched import read_watched

    _end_on_sigterm()
    watched = read_watched(watch) if watch else None
    chosen = desk_home(home or Path(os.environ.get("ALPHAPULSE_HOME", VAR / "desk")))
    run_up(chosen, seed=seed, watched=watched, begun=remember)


def ui(
    port: Annotated[int, typer.Option(help="Port of Dagster's web page.")] = 3000,
    home: HomeOption = None,
) -> None:
    """Open Dagster on what the demo left, or on the desk that ran last."""
    from ops.running.up import run_ui

    _end_on_sigterm()
    run_ui(desk_home(home or default_home()), port=port)


def _end_on_sigterm() -> None:
    """Make SIGTERM end a command as Ctrl-C does, so that nothing is left running.

    Both are set, because a shell starts background jobs with SIGINT ignored.
    """
    interrupt = Interrupt(time.monotonic)
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)


class Interrupt:
    """A signal handler that hears one wish as one.

    A terminal and a wrapper (`timeout`, a supervisor) pass the same Ctrl-C on twice; the second
    would cut off the orderly end that the first began.

    Args:
        clock_s: Seconds, monotonic.
    """

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self._clock_s = clock_s
        self._heard_s = -ONE_WISH_S

    def __call__(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 (a handler's)
        """Interrupt, unless this is the same wish again.

        Raises:
            KeyboardInterrupt: It is a new one.
        """
        now_s = self._clock_s()
        is_new, self._heard_s = now_s - self._heard_s >= ONE_WISH_S, now_s
        if is_new:
            raise KeyboardInterrupt
