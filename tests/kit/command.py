"""The `alphapulse` command run inside the test: what it printed and how it ended.

For commands that start nothing; one that starts processes is run as a process.
"""

from __future__ import annotations

import contextlib
import io
import sys
from typing import NamedTuple
from unittest import mock


class Ended(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def alphapulse(*words: str) -> Ended:
    """Run the command and wait for its end."""
    from ops.cli.main import main

    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        mock.patch.object(sys, "argv", ["alphapulse", *words]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return Ended(code, out.getvalue(), err.getvalue())
