"""`alphapulse protocol`: frames for people and other tools, one a line, and symbol hashes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ops.wire.lines import Answer

PANEL = "The wire"


class Generation(StrEnum):
    """Which wire a line is of."""

    g1 = "g1"
    g2 = "g2"
    v2 = "v2"


class Layout(StrEnum):
    """The two layouts of v1's type 9."""

    A = "A"
    B = "B"


class Family(StrEnum):
    """The two families of producers of v1's type 13."""

    event = "event"
    update = "update"


FileArgument = Annotated[str, typer.Argument(metavar="FILE|-", help="A file, or - for input.")]
GenerationOption = Annotated[
    Generation,
    typer.Option(help="g1: v1 types 1-10; g2: also 11-14, and layout B of type 9; v2: ours."),
]
LayoutOption = Annotated[
    Layout | None,
    typer.Option(
        help="Layout of v1's type 9, which the bytes do not tell.", show_default="g1 A, g2 B"
    ),
]
FamilyOption = Annotated[
    Family | None,
    typer.Option(help="Who wrote the data of v1's type 13; unsaid, they stay hex."),
]


def register(app: typer.Typer) -> None:
    """Add `protocol` with its commands."""
    group = typer.Typer(help="Decode and encode frames, hash symbols, print the protocol.")
    for command in (decode, encode, hash_symbols, docs, fuzz):
        group.command(command.__name__.split("_")[0])(command)
    app.add_typer(group, name="protocol", rich_help_panel=PANEL, no_args_is_help=True)


def decode(
    file: FileArgument,
    generation: GenerationOption = Generation.g1,
    arbitrage_layout: LayoutOption = None,
    pool_family: FamilyOption = None,
) -> None:
    """Read hex, one frame a line; print one JSON object a line.

    Integers above 2^53 are strings. A line that is no frame gives {"error": reason}, and the exit
    code is 1 at the end.
    """
    from ops.wire.lines import Reading, decoded_lines

    _print(decoded_lines(_lines(file), Reading.of(generation, arbitrage_layout, pool_family)))


def encode(
    file: FileArgument,
    generation: GenerationOption = Generation.g1,
    arbitrage_layout: LayoutOption = None,
    pool_family: FamilyOption = None,
) -> None:
    """Read JSON objects, one a line, as decode prints them; print one frame a line, in hex.

    A line that tells of no frame gives {"error": reason}, and the exit code is 1 at the end. The
    data of a type 13 say their layout themselves.
    """
    from ops.wire.lines import Reading, encoded_lines

    _print(encoded_lines(_lines(file), Reading.of(generation, arbitrage_layout, pool_family)))


def hash_symbols(
    texts: Annotated[list[str], typer.Argument(metavar="TEXT...", help="Symbol texts.")],
) -> None:
    """Print v1's hash of each symbol text, in decimal."""
    from live.protocol.siphash import symbol_hash

    for text in texts:
        typer.echo(symbol_hash(text))


def docs() -> None:
    """Print docs/protocol.md, made from the table of schemas."""
    from live.protocol.v2.manual import manual

    typer.echo(manual(), nl=False)


def fuzz(
    seconds: Annotated[int, typer.Option(min=1, help="How long.")] = 60,
) -> None:
    """Feed the decoders bytes nobody would send, steered by coverage, and see what breaks.

    An input that breaks a promise is kept under var/fuzz/, and the exit code is 1.
    """
    from ops.cli.places import CHECKOUT

    command = [sys.executable, "-m", "tests.fuzz.protocol", f"-max_total_time={seconds}"]
    if subprocess.run(command, cwd=CHECKOUT, check=False).returncode != 0:
        raise typer.Exit(1)


def _lines(file: str) -> Iterator[str]:
    """Read lines as they come; bytes that are no text make a line that is no frame."""
    from domain.errors import InputRefused

    if file == "-":
        yield from typer.get_text_stream("stdin", encoding="utf-8", errors="replace")
        return
    try:
        with Path(file).open(encoding="utf-8", errors="replace") as stream:
            yield from stream
    except OSError as error:
        raise InputRefused(f"this file cannot be read: {error.strerror}", file=file) from error


def _print(answers: Iterable[Answer]) -> None:
    is_good = True
    for answer in answers:
        typer.echo(answer.text)
        is_good = is_good and answer.is_good
    if not is_good:
        raise typer.Exit(1)
