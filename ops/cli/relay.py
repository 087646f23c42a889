"""`alphapulse relay` and `alphapulse tap`: running a relay, and looking into one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from domain.errors import ConfigRefused
from ops.cli.loop import PANEL as LOOP
from ops.cli.places import HomeOption, desk_home
from ops.cli.protocol import PANEL as WIRE
from ops.running.crew import leave_with_the_crew

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Run alone, as this TOML file says (docs/relay.md)."),
]
ChannelOption = Annotated[
    list[str] | None,
    typer.Option("--channel", help="Only this channel; may be repeated, as all filters may."),
]
TypeOption = Annotated[
    list[str] | None, typer.Option("--type", help="Only this message: its name or number.")
]
VenueOption = Annotated[list[str] | None, typer.Option("--venue", help="Only about this venue.")]
PairOption = Annotated[list[str] | None, typer.Option("--pair", help="Only about this pair.")]
StrategyOption = Annotated[
    list[str] | None, typer.Option("--strategy", help="Only of this strategy.")
]
ProfitOption = Annotated[
    str | None, typer.Option("--min-profit", help="At least this profit, in dollars.")
]
ConfidenceOption = Annotated[
    str | None, typer.Option("--min-confidence", help="At least this confidence, 0 to 1.")
]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Stop after so many.")]
SocketOption = Annotated[
    Path | None, typer.Option("--socket", help="A relay's socket, v2's or v1's.")
]
TcpOption = Annotated[
    str | None, typer.Option("--tcp", metavar="HOST:PORT", help="A relay's address.")
]


def register(app: typer.Typer) -> None:
    """Add both commands."""
    app.command("relay", rich_help_panel=LOOP)(relay)
    app.command("tap", rich_help_panel=WIRE)(tap)


def relay(home: HomeOption = None, config: ConfigOption = None) -> None:
    """Fan frames out to whoever listens: for a desk, or alone with --config."""
    leave_with_the_crew()
    from live.relay.main import main, run_alone

    if config is None:
        main(desk_home(home))
        return
    if home is not None:
        raise ConfigRefused("a relay runs for a desk or alone: give --home or --config, not both")
    from live.relay.config import read_settings

    run_alone(read_settings(config))


def tap(  # noqa: PLR0917 (each is an option of the command)
    home: HomeOption = None,
    socket: SocketOption = None,
    tcp: TcpOption = None,
    channel: ChannelOption = None,
    kind: TypeOption = None,
    venue: VenueOption = None,
    pair: PairOption = None,
    strategy: StrategyOption = None,
    min_profit: ProfitOption = None,
    min_confidence: ConfidenceOption = None,
    limit: LimitOption = None,
) -> None:
    """Show live frames, one JSON object a line: envelope and fields, bytes as hex.

    Integers above 2^53 are strings. Everything is shown unless filtered; a condition is met only by
    a frame that says what is asked for. On a relay that knows no v2 its v1 frames are shown.
    """
    from ops.wire.tap_glass import Glass, wanted
    from ops.wire.tapping import place, tapped

    if sum(given is not None for given in (home, socket, tcp)) > 1:
        raise ConfigRefused("one relay at a time: give --home, --socket or --tcp")
    asked = wanted(
        channels=channel or (),
        types=kind or (),
        venues=venue or (),
        pairs=pair or (),
        strategies=strategy or (),
        min_profit_usd=min_profit,
        min_confidence=min_confidence,
    )
    address = place(socket, tcp, desk_home(home).sockets)
    tapped(address, Glass(asked, limit))
