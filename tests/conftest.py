"""What every test shares: the temper of property tests. Fixtures of a subject live in the kit."""

import os
import signal
import tempfile

import pytest
from hypothesis import settings

from tests.kit.chain import chain, chain_node

__all__ = ["chain", "chain_node"]

# No test touches the desks of whoever runs it: theirs are in `var/`, the tests' are not.
os.environ["ALPHAPULSE_VAR"] = tempfile.mkdtemp(prefix="alphapulse-tests-")

# A busy machine is not a failure, so no deadline; the same examples every time, so that a red test
# stays red until it is mended. `./alphapulse test --all` tries eight times as many.
settings.register_profile("house", deadline=None, derandomize=True, max_examples=25)
settings.register_profile("all", parent=settings.get_profile("house"), max_examples=200)
settings.register_profile("few", parent=settings.get_profile("house"), max_examples=5)
settings.load_profile(
    "all"
    if os.environ.get("ALPHAPULSE_TEST_ALL")
    else "few"
    if os.environ.get("ALPHAPULSE_TEST_FEW")
    else "house"
)


def pytest_configure() -> None:
    """Let signals end what tests start, also where a shell began the run with SIGINT ignored.

    Dagster gives SIGTERM the handler that SIGINT has, so that both would be ignored from then on.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


_LONGEST_FIRST = ("tests/journeys/", "tests/orchestration/")
"""Rooms whose files take a minute or more: begun first, no core waits for another at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest rooms first, whatever order the rest was shuffled into."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST_FIRST))
