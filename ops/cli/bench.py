"""`alphapulse bench`: measurements against peers, told with the machine they were taken on."""

from __future__ import annotations

from typing import Annotated

import typer

from ops.cli import lots, reconcile

PANEL = "The house"


def register(app: typer.Typer) -> None:
    """Add the group `bench`."""
    group = typer.Typer(no_args_is_help=True, help="Measure us and our peers in the same run.")
    group.command("relay")(relay)
    group.command("detection")(detection)
    group.command("execution")(execution)
    group.command("lots")(lots.bench)
    group.command("reconcile")(reconcile.bench)
    group.command("books")(books)
    group.callback()(_about)
    app.add_typer(group, name="bench", rich_help_panel=PANEL)


def _about() -> None:
    """Measure us and our peers in the same run."""


def relay(
    seconds: Annotated[float, typer.Option(min=0.1, help="Each case is watched for.")] = 2.0,
    rounds: Annotated[int, typer.Option(min=1, help="Of all cases, alternating.")] = 5,
    clients: Annotated[str, typer.Option(help="Numbers of readers, by comma.")] = "1,10,100",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Compare the relay with nats-server and a plain asyncio broadcast.

    Tells medians of rounds and p99; a missed target is said and is no failure: exit code 0. The
    defaults take some ten minutes on two cores.
    """
    import json

    from ops.bench.relay import Extent, bench_relay
    from ops.bench.tables import print_bench, told

    counts = [int(count) for count in clients.split(",")]
    report = bench_relay(Extent(seconds, rounds, counts), told)
    if as_json:
        typer.echo(json.dumps(report))
    else:
        print_bench(report)


def detection(
    pools: Annotated[str, typer.Option(help="Sizes of markets, by comma.")] = "100,1000,10000",
    words: Annotated[int, typer.Option(min=100, help="Updates of each market.")] = 5_000,
    rounds: Annotated[int, typer.Option(min=1, help="Of the sizing cases.")] = 3,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Measure from a venue's word to an opportunity's frame, and sizing against optimisers.

    Peers are scipy's bounded minimiser and degenbot, which runs in an environment of its own or is
    said to be absent. A missed target is said and is no failure: exit code 0.
    """
    import json

    from ops.bench.detection import Extent, bench_detection
    from ops.bench.tables import print_bench, told

    sizes = tuple(int(size) for size in pools.split(","))
    report = bench_detection(Extent(pools=sizes, words=words, rounds=rounds), told)
    if as_json:
        typer.echo(json.dumps(report))
    else:
        print_bench(report)


def books(
    fills: Annotated[str, typer.Option(help="Sizes of history, by comma.")] = "100000,1000000",
    rounds: Annotated[int, typer.Option(min=1, help="Of all cases, alternating.")] = 1,
    tick: Annotated[
        str, typer.Option(help="Fills a day holds when it is closed again with ten more, by comma.")
    ] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Measure fills through ledger, positions, attribution and lots, beside plain Decimal and rp2.

    Times are CPU seconds, each size in a process of its own; ten million fills take some six
    minutes. With --tick 2000,20000 made days of these sizes are closed, closed again with ten fills
    more, and closed from scratch, which takes some minutes more. A run whose residual is not 0
    fails with exit code 1; a missed target is said and is no failure: exit code 0.
    """
    import json

    from ops.bench.books import Extent, bench_books
    from ops.bench.lots import rp2_command
    from ops.bench.tables import print_bench, told

    sizes = [int(size) for size in fills.split(",")]
    held = [int(size) for size in tick.split(",") if size]
    report = bench_books(Extent(sizes, rounds, rp2_command(), held=held), told)
    if as_json:
        typer.echo(json.dumps(report))
    else:
        print_bench(report)


def execution(
    samples: Annotated[int, typer.Option(min=1, help="Executions a case and round.")] = 100,
    rounds: Annotated[int, typer.Option(min=1, help="Of all cases, alternating.")] = 3,
    at_once: Annotated[str, typer.Option(help="Concurrent executions, by comma.")] = "1,10,100",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Measure from an opportunity to its accepted transaction and its receipt, by stage.

    Beside a bare signed send and plain web3.py on the same local chain. A missed target is said and
    is no failure: exit code 0.
    """
    import json

    from ops.bench.execution import Extent, bench_execution
    from ops.bench.tables import print_bench, told

    numbers = tuple(int(number) for number in at_once.split(","))
    report = bench_execution(Extent(samples, rounds, numbers), told)
    if as_json:
        typer.echo(json.dumps(report))
    else:
        print_bench(report)
