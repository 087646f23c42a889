"""The table of contents: which commands there are, and how a failure is told.

What a command does is not here; each group's file says it.
"""

from __future__ import annotations

import sys

import typer

from domain.errors import PlatformError, exit_code
from ops.cli import (
    arbitrage,
    bench,
    block,
    book,
    books,
    breaks,
    candles,
    confidence,
    desk,
    execute,
    house,
    loop,
    lots,
    pool,
    protocol,
    reconcile,
    rehearse,
    relay,
    risk,
)

app = typer.Typer(
    name="alphapulse",
    help="Trade on CEX and DeFi, settle the day, and trust every number to the last unit.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for group in (
    desk,
    books,
    breaks,
    loop,
    risk,
    execute,
    relay,
    block,
    book,
    candles,
    lots,
    reconcile,
    pool,
    arbitrage,
    protocol,
    bench,
    rehearse,
    house,
    confidence,
):
    group.register(app)


def main() -> None:
    """Run one command; a failure of ours is one sentence on standard error and an exit code.

    Exit codes: 0 done, 1 failed, 2 refused before anything happened.
    """
    try:
        sys.exit(app(standalone_mode=False))
    except typer.TyperException as error:
        _say(_misused(error))
        sys.exit(error.exit_code)
    except PlatformError as error:
        _say(str(error))
        sys.exit(exit_code(error))


def _misused(error: typer.TyperException) -> str:
    """Say in one sentence what was typed that the command does not take, and where it says so."""
    said = " ".join(error.format_message().replace("Value error, ", "").split())
    said = said.replace(". Did", "; did").rstrip(".?")
    context = getattr(error, "ctx", None)
    where = f"; see `{context.command_path} --help`" if said and context else ""
    return f"{said[:1].lower()}{said[1:]}{where}"


def _say(sentence: str) -> None:
    if sentence:
        from ops.paper import plain

        print(f"alphapulse: {plain(sentence)}", file=sys.stderr)  # noqa: T201 (the terminal's edge)


if __name__ == "__main__":
    main()
