"""Each process of the loop as a command of its own, on a desk that is already open.

`up` and `demo` start these same commands; starting one by hand replaces one that was stopped.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

from ops.cli.places import HomeOption, desk_home
from ops.running.crew import leave_with_the_crew

PANEL = "The loop, one process each (started together by up and demo)"

PROCESSES = {
    "chain": ("rehearsal.chain.main", "Keep the rehearsal chain up and watched."),
    "exchange": ("rehearsal.exchange.server", "The paper exchange: Kraken's dialect on loopback."),
    "market": ("rehearsal.market", "Move every venue along one seeded random walk."),
    "recorder": ("live.recorder.main", "Write the journal: the only process that does."),
    "collector-cex": ("live.collectors.cex", "Turn exchanges' books into frames."),
    "collector-dex": ("live.collectors.dex", "Turn the chain's logs into frames."),
    "detector": ("live.detection.main", "Find edges net of fees, gas and size."),
    "trader": ("live.execution.main", "Decide on risk, then execute."),
}
"""Process name -> (module whose `main(home)` runs it, what it does)."""


def register(app: typer.Typer) -> None:
    """Add one command a process."""
    for name, (module, purpose) in PROCESSES.items():
        runner = _collect if name == "collector-cex" else _runner(module)
        app.command(name, help=purpose, rich_help_panel=PANEL)(runner)


def _runner(module: str):  # noqa: ANN202 (typer reads the inner function's own signature)
    def run(home: HomeOption = None) -> None:
        leave_with_the_crew()
        import_module(module).main(desk_home(home))

    return run


def _collect(
    home: HomeOption = None,
    venue: Annotated[
        list[str] | None,
        typer.Option(help="Only this exchange of the desk card; may be repeated."),
    ] = None,
) -> None:
    from live.collectors.cex import main

    leave_with_the_crew()
    main(desk_home(home), venue or ())
