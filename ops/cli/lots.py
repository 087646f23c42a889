"""`alphapulse lots`: which lots a ledger used up, by one method or by all; and their bench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from domain.lots.types import Book, FeePolicy, Method, Scope

PANEL = "Real input"
_ONE = "match"
"""The command that `alphapulse lots FILE` means; nobody has to type it."""

MethodName = Literal["fifo", "lifo", "hifo", "lofo", "average", "specific"]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A ledger as CSV.")]
ScopeOption = Annotated[Scope, typer.Option(help="One queue of lots an asset, or one a wallet.")]
FeesOption = Annotated[
    FeePolicy, typer.Option(help="Fees join basis and lower proceeds, or are lines of their own.")
]
ShortsOption = Annotated[
    bool, typer.Option("--shorts", help="Selling more than is held opens a short.")
]


class _FileOrCommand(TyperGroup):
    """A group whose first word may also be the file, for the command that is meant most."""

    # typer's base class names a context of click's, which typer may or may not bundle.
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """Put the unsaid command in front, unless a command is named or help is asked for."""
        if args and args[0] != "--help" and args[0] not in self.commands:
            args = [_ONE, *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the group `lots`."""
    group = typer.Typer(cls=_FileOrCommand, no_args_is_help=True)
    group.command(_ONE)(match_one)
    group.command("compare")(compare)
    group.callback()(_about)
    app.add_typer(group, name="lots", rich_help_panel=PANEL)


def _about() -> None:
    """Match a ledger's disposals to lots: `lots FILE` by one method, `lots compare FILE` by all.

    FILE is CSV with the columns time, kind, asset, quantity, unit_price, fee, wallet and id; kind
    is buy, sell, transfer_in, transfer_out or fee. A column lots, as in `b1:0.5; b2:1`, names the
    lots a disposal is to use up, for --method specific. `lots match --help` has the options of
    `lots FILE`.
    """


def match_one(
    file: File,
    *,
    method: Annotated[MethodName, typer.Option(help="Which lot goes first.")] = "fifo",
    scope: ScopeOption = Scope.UNIVERSAL,
    fees: FeesOption = FeePolicy.BASIS,
    shorts: ShortsOption = False,
) -> None:
    """Print disposals, remaining lots and missing acquisitions as one JSON object.

    Numbers are decimals as text and exact; a share without an end is cut at the 36th decimal of
    money, or later where the file needs it, and the rest stays with its lot, so that sums hold.
    Exit code 0: done, also when acquisitions are missing, which standard error then says; 2: the
    file was refused.
    """
    from ops.lots.file import read_ledger
    from ops.lots.report import as_json_text, lots_object

    told = lots_object(read_ledger(file), Book(Method(method), scope, fees, shorts))
    typer.echo(as_json_text(told))
    if told["missing"]:
        count = len(told["missing"])
        lacking = "1 row lacks" if count == 1 else f"{count} rows lack"
        typer.echo(f"{lacking} acquisitions: the basis is unknown, not 0", err=True)


def compare(
    file: File,
    *,
    scope: ScopeOption = Scope.UNIVERSAL,
    fees: FeesOption = FeePolicy.BASIS,
    shorts: ShortsOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Every digit, as one object.")] = False,
) -> None:
    """Show all methods side by side, by asset.

    The last column is the same for all: a method decides only which cost counts now. Exit code 0:
    done; 2: the file was refused.
    """
    from ops.lots.file import read_ledger
    from ops.lots.report import as_json_text, compared, table

    sums = compared(read_ledger(file), Book(scope=scope, fees=fees, shorts=shorts))
    typer.echo(as_json_text(sums) if as_json else table(sums))


def bench(
    fills: Annotated[str, typer.Option(help="Sizes of history, by comma.")] = "100000,1000000",
    rounds: Annotated[int, typer.Option(min=1, help="Of all cases, alternating.")] = 3,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Measure every method on the same fills, beside plain Decimal and rp2.

    Rates are fills a second of CPU time, with wall time beside them. rp2 runs in an environment of
    its own or is said to be absent; a missed target is said and is no failure: exit code 0.
    """
    import json

    from ops.bench.lots import Extent, bench_lots, rp2_command
    from ops.bench.tables import print_bench, told

    sizes = [int(size) for size in fills.split(",")]
    report = bench_lots(Extent(sizes, rounds, rp2_command()), told)
    if as_json:
        typer.echo(json.dumps(report))
    else:
        print_bench(report)
