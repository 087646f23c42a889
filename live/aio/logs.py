"""Structured logs: a JSON object a line, a file a process; warnings also on stderr."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO, cast

import structlog

from domain.clock import Clock, iso_utc
from domain.identity import without_secrets


def open_log(name: str, folder: Path, clock: Clock) -> structlog.typing.FilteringBoundLogger:
    """Open the log of a process, appending to what an earlier run wrote.

    Args:
        name: Of the process; the file is ``<name>.jsonl``.
        folder: Where it is kept; created when absent.
        clock: Whose time the lines carry.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / f"{name}.jsonl").open("a", encoding="utf-8", buffering=1)
    logger = structlog.wrap_logger(
        structlog.WriteLogger(cast("TextIO", file)),
        processors=[
            structlog.processors.add_log_level,
            _stamp(clock),
            structlog.processors.format_exc_info,
            _leave_secrets_out,
            _tell_the_person,
            structlog.processors.JSONRenderer(default=str),
        ],
    )
    return cast("structlog.typing.FilteringBoundLogger", logger.bind(process=name))


def _stamp(clock: Clock) -> structlog.typing.Processor:
    def stamp(
        _logger: structlog.typing.WrappedLogger, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        event["at"] = iso_utc(clock.now_ns())
        return event

    return stamp


def _leave_secrets_out(
    _logger: structlog.typing.WrappedLogger, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Shorten URLs, which libraries like to put into what they raise."""
    return {
        name: without_secrets(value) if isinstance(value, str) else value
        for name, value in event.items()
    }


def _tell_the_person(
    _logger: structlog.typing.WrappedLogger, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if method in {"warning", "error", "critical"}:
        sys.stderr.write(f"{event.get('process')}: {event.get('event')}\n")
    return event
