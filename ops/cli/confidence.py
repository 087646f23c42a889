"""`alphapulse confidence`: learn from what came of past opportunities, and say how good that is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.cli.places import HomeOption, desk_home

PANEL = "The desk"


def register(app: typer.Typer) -> None:
    """Add the group `confidence`."""
    group = typer.Typer(no_args_is_help=True, help="Learn how likely opportunities are realised.")
    group.command("train")(train)
    group.command("report")(report)
    app.add_typer(group, name="confidence", rich_help_panel=PANEL)


def train(
    home: HomeOption = None,
    out: Annotated[
        Path | None, typer.Option(help="Model file.", show_default="confidence.json of the desk")
    ] = None,
    least: Annotated[str, typer.Option(help="Minimum profit in book currency.")] = "0.5",
) -> None:
    """Fit the confidence model to a desk's settled executions and write its file.

    Prints one JSON object. Exit code 2 when the history is too short: the prior rule stays.
    """
    from domain.confidence.model import read, written
    from domain.money import VALUE_SCALE, exact_units
    from ops.confidence.fit import fitted
    from ops.confidence.history import past_outcomes

    desk = desk_home(home)
    model = fitted(past_outcomes(desk), exact_units(least, VALUE_SCALE))
    path = out or desk.confidence
    path.write_bytes(written(model))
    sealed = read(path.read_bytes())
    trained = {"outcomes": sealed.trained_on.outcomes, "realised": sealed.trained_on.realised}
    typer.echo(json.dumps({"model": str(path), "sha256": sealed.sha256, **trained}))


def report(
    home: HomeOption = None,
    least: Annotated[str, typer.Option(help="Minimum profit in book currency.")] = "0.5",
) -> None:
    """Say how good confidence is on what was settled, and how long edges last.

    Prints one JSON object: Brier score and reliability curve of the model in force (the prior rule
    without a file), and the half-life by strategy.
    """
    from domain.money import VALUE_SCALE, exact_units
    from ops.confidence.history import past_outcomes

    desk = desk_home(home)
    outcomes = past_outcomes(desk)
    typer.echo(json.dumps(_report(desk.confidence, outcomes, exact_units(least, VALUE_SCALE))))


def _report(path: Path, outcomes: list[Any], least_usd_e24: int) -> dict[str, object]:
    from domain.confidence.model import confidence_ppm, read
    from domain.confidence.reliability import Stated, brier, reliability
    from ops.confidence.fit import half_lives

    model = read(path.read_bytes()) if path.exists() else None
    history = [
        Stated(confidence_ppm(one.promise, model) / 1e6, one.is_realised(least_usd_e24))
        for one in outcomes
    ]
    return {
        "model": model.sha256 if model else "prior",
        "outcomes": len(history),
        "realised": sum(said.is_realised for said in history),
        "brier": brier(history),
        "reliability": [part._asdict() for part in reliability(history)],
        "half_life": {name: found._asdict() for name, found in half_lives(outcomes).items()},
    }
