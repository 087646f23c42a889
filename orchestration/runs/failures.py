"""Each error's advice, honoured by Dagster: what is retried, what fails at once, what is said.

The one place where `domain.errors` meets Dagster. Deciding what an error means belongs to its leaf.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import dagster as dg

from domain.errors import Advice, PlatformError, Transient

RETRY_DELAY_S = 1
ASK_AGAIN = dg.RetryPolicy(max_retries=2, delay=RETRY_DELAY_S, backoff=dg.Backoff.EXPONENTIAL)
"""Two more tries within three seconds: a close is waited for by a person."""

_P = ParamSpec("_P")
_R = TypeVar("_R")

NEXT_STEP: dict[Advice, str] = {
    Advice.RETRY: "It is safe to run this again.",
    Advice.DROP: "Running this again cannot help.",
    Advice.FIX: "Mend what the sentence names, then run this again.",
    Advice.RECONCILE: "It may have happened: reconcile before anything else.",
    Advice.HALT: "The books contradict themselves or cannot be kept: stop and look.",
}


def failure_of(error: PlatformError) -> dg.Failure:
    """Say an error the way Dagster shows it; only what is safe to ask again may be retried."""
    return dg.Failure(
        description=f"{error} {NEXT_STEP[error.advice]}",
        metadata={
            "sentence": str(error),
            "error": type(error).__name__,
            "advice": error.advice.value,
            **_patience(error),
        },
        allow_retries=error.advice is Advice.RETRY,
    )


def _patience(error: PlatformError) -> dict[str, float]:
    if isinstance(error, Transient) and error.retry_after_s is not None:
        return {"retry_after_s": error.retry_after_s}
    return {}


def honouring_advice(body: Callable[_P, _R]) -> Callable[_P, _R]:
    """Wrap an asset's body so that our errors reach Dagster with their advice."""

    @functools.wraps(body)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return body(*args, **kwargs)
        except PlatformError as error:
            raise failure_of(error) from error

    return wrapped
