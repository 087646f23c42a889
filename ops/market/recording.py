"""A raw recording of an exchange connection, read line by line, compressed or not.

The forms of a line, times in seconds::

    wss://host <-> 1618678132.38            a connection was made
    wss://host <- 1618678132.82: text       sent
    1618678134.21: text                     received; the text can be empty, or no JSON
    https://host/path?query -> 1618.2: body answered to a request

Empty lines, a first line ``configuration: ...`` and ``header: {...}`` after an answer say nothing.
A line of no form is handed on as STRANGE: text a recorder broke off, or that had a line break in
it. What the texts mean is not known here.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from enum import Enum
from itertools import chain, islice
from pathlib import Path
from typing import IO, NamedTuple

from domain.clock import SECOND_NS
from domain.errors import InputRefused

_GZIP = b"\x1f\x8b"
_TIME = r"(?P<seconds>[0-9]{1,10})(?:\.(?P<fraction>[0-9]{1,12}))?"
_HEARD = re.compile(rf"{_TIME}: ?(?P<text>.*)", re.DOTALL)
_MADE = re.compile(rf"(?P<url>wss?://\S+) <-> {_TIME}")
_SENT = re.compile(rf"(?P<url>wss?://\S+) <- {_TIME}: ?(?P<text>.*)", re.DOTALL)
_ANSWERED = re.compile(rf"(?P<url>https?://\S+) -> {_TIME}: ?(?P<text>.*)", re.DOTALL)
_LOOK_AHEAD = 100
"""A recording shows itself within as many lines; a file that does not is something else."""


class Form(Enum):
    """What a line tells."""

    MADE = "made"
    SENT = "sent"
    HEARD = "heard"
    ANSWERED = "answered"
    STRANGE = "strange"


_FORMS = (
    (_HEARD, Form.HEARD),
    (_ANSWERED, Form.ANSWERED),
    (_SENT, Form.SENT),
    (_MADE, Form.MADE),
)


class Line(NamedTuple):
    """One line that says something.

    Args:
        form: See :class:`Form`.
        at_ns: When it was recorded; that of the line before, for a STRANGE one.
        url: Of the peer, where the line names it.
        text: What was sent or received.
        is_open: The file ends within it, or at least without a line end.
    """

    form: Form
    at_ns: int
    url: str
    text: str
    is_open: bool = False


def read_recording(path: Path) -> Iterator[Line]:
    """Read a recording.

    Args:
        path: Of the file; whether it is compressed is seen from its first bytes.

    Returns:
        Its lines in the file's order, read as they are asked for.

    Raises:
        InputRefused: It is absent, cannot be read to its end, or is no recording. Damage further on
            is found when the lines get there.
    """
    lines = _lines(path)
    first = list(islice(lines, _LOOK_AHEAD))
    if all(line.form is Form.STRANGE for line in first):
        raise InputRefused(
            "this is no recording of an exchange connection; give one with lines `time: message`",
            file=str(path),
        )
    return chain(first, lines)


def _lines(path: Path) -> Iterator[Line]:
    at_ns = 0
    try:
        with _opened(path) as file:
            for number, raw in enumerate(file):
                text = raw.rstrip("\r\n")
                if not text or (number == 0 and text.startswith("configuration: ")):
                    continue
                line = _line(text, at_ns)
                at_ns = line.at_ns
                yield line if raw.endswith("\n") else line._replace(is_open=True)
    except FileNotFoundError as error:
        raise InputRefused("this file does not exist; check the path", file=str(path)) from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise InputRefused(
            f"this file cannot be read to its end ({error}); fetch it again", file=str(path)
        ) from error


def _opened(path: Path) -> IO[str]:
    with path.open("rb") as file:
        is_compressed = file.read(len(_GZIP)) == _GZIP
    if is_compressed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="\n")
    return path.open(encoding="utf-8-sig", newline="\n")


def _line(text: str, before_ns: int) -> Line:
    for pattern, form in _FORMS:
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            told = parts.get("text", "")
            body = _without_header(told) if form is Form.ANSWERED else told
            return Line(form, _at_ns(parts), parts.get("url", ""), body)
    return Line(Form.STRANGE, before_ns, "", text)


def _without_header(answer: str) -> str:
    body, mark, _ = answer.rpartition(" header: {")
    return body if mark else answer


def _at_ns(parts: dict[str, str]) -> int:
    fraction = (parts["fraction"] or "").ljust(9, "0")[:9]
    return int(parts["seconds"]) * SECOND_NS + int(fraction)
