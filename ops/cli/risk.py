"""`alphapulse risk`: stop and resume trading, change limits, and say what could be lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ops.cli.places import HomeOption, desk_home

PANEL = "The desk"
ScopeOption = Annotated[
    str, typer.Option(help="desk, strategy:<name> or venue:<name>; one word alone is the desk.")
]
ReasonOption = Annotated[str, typer.Option(help="For whoever reads the journal.")]


def register(app: typer.Typer) -> None:
    """Add the group `risk`."""
    group = typer.Typer(no_args_is_help=True, help="Stop, resume and limit trading.")
    for command in (stop, resume, state, limits, exposure, counterfactual):
        group.command()(command)
    app.add_typer(group, name="risk", rich_help_panel=PANEL)


def stop(
    home: HomeOption = None,
    scope: ScopeOption = "desk",
    reason: ReasonOption = "stopped by hand",
    *,
    reduce: Annotated[
        bool, typer.Option("--reduce", help="Still allow what evens out the holdings.")
    ] = False,
) -> None:
    """Stop new executions at once, until `resume`; hedges, unwinds and cancels go on.

    Prints one JSON object: when the order was durable and, when a trader runs, how long it took
    until it obeyed. The order holds for every later start as well.
    """
    from ops.risk.orders import order_state

    word = "REDUCING" if reduce else "HALTED"
    typer.echo(json.dumps(order_state(desk_home(home), scope, word, reason)))


def resume(
    home: HomeOption = None, scope: ScopeOption = "desk", reason: ReasonOption = "resumed by hand"
) -> None:
    """Lift what `stop` ordered for a scope, and close its breaker."""
    from ops.risk.orders import order_state

    typer.echo(json.dumps(order_state(desk_home(home), scope, "ACTIVE", reason)))


def state(home: HomeOption = None) -> None:
    """Say what may be traded now: trading state, halts, breakers, results of the day, limits."""
    from ops.risk.report import state_report

    typer.echo(json.dumps(state_report(desk_home(home))))


def limits(
    file: Annotated[
        Path | None, typer.Argument(help="Rulebook to order; without one, print the one in force.")
    ] = None,
    home: HomeOption = None,
    reason: ReasonOption = "ordered by hand",
) -> None:
    """Print the limits in force, or order others: a running trader takes them without a restart.

    Exit code 2 when the rulebook is refused: an unknown word, a number that is none, an old
    version. Nothing of it is in force then.
    """
    from live.risk.rulebook import written
    from ops.risk.orders import order_limits
    from ops.risk.report import past_of

    desk = desk_home(home)
    if file is None:
        typer.echo(written(past_of(desk).rulebook))
    else:
        typer.echo(json.dumps(order_limits(desk, file, reason)))


def exposure(
    positions: Annotated[
        Path, typer.Argument(help="JSON: asset identity to base units, as text or number.")
    ],
    home: HomeOption = None,
    step: Annotated[int, typer.Option(min=1, help="Seconds between marks of the history.")] = 1,
    confidence: Annotated[int, typer.Option(min=5_000, max=9_999, help="In 1/10 000.")] = 9_900,
) -> None:
    """Say what holdings could lose: value at risk three ways, stress scenarios, correlations.

    The history is what the desk's journal holds of marks; too short a one says null, never 0.
    """
    from ops.risk.report import exposure_report

    report = exposure_report(desk_home(home), positions, step_s=step, confidence_bps=confidence)
    typer.echo(json.dumps(report))


def counterfactual(
    file: Annotated[Path, typer.Argument(help="The other rulebook.")], home: HomeOption = None
) -> None:
    """Say what other limits would have saved or cost on the desk's stored history."""
    from ops.risk.report import counterfactual_report

    typer.echo(json.dumps(counterfactual_report(desk_home(home), file)))
