"""A check of a day's partition, told apart from the same check of another day.

The library calls this a preview that a patch release may change; the lock file holds the release,
and `tests/orchestration/closing/test_close.py` reads the partition back. No check is defined here.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from dagster_shared.utils.warnings import PreviewWarning

from orchestration.partitions import utc_days

Body = Callable[..., dg.AssetCheckResult]


def day_check(**said: Any) -> Callable[[Body], dg.AssetChecksDefinition]:  # noqa: ANN401 (its own)
    """Make a body the check of an asset, as `dagster.asset_check` does, one evaluation a day."""

    def decorated(body: Body) -> dg.AssetChecksDefinition:
        with _preview():
            return dg.asset_check(partitions_def=utc_days, **said)(body)

    return decorated


def of_the_day(spec: dg.AssetCheckSpec) -> dg.AssetCheckSpec:
    """Give a check that somebody else described, one evaluation a day."""
    with _preview():
        return spec._replace(partitions_def=utc_days)


@contextmanager
def _preview() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PreviewWarning)
        yield
