"""What a reader wants, compiled to one predicate on a frame's route.

An empty list wants all of its kind. A condition is met only by a frame that says what is asked for:
one without a venue fails every venue filter, unknown profit fails every minimum. Control messages
pass always. Equal wants are equal values, so that equal readers share one evaluation.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from domain.errors import RemoteWireError
from live.protocol import v2

Predicate = Callable[[v2.Route], bool]
MOST_CONDITIONS = 1_000
"""Texts and numbers in one subscription: every pair of a large desk, and a bound on our work."""


class Want(msgspec.Struct, frozen=True):
    """What one subscription asks for; empty sets and None are no condition."""

    channels: frozenset[str] = frozenset()
    schemas: frozenset[int] = frozenset()
    venues: frozenset[str] = frozenset()
    pairs: frozenset[str] = frozenset()
    strategies: frozenset[str] = frozenset()
    min_profit_usd_e6: int | None = None
    min_confidence_ppm: int | None = None

    def takes_channel(self, channel: str) -> bool:
        """Whether anything of a channel can be wanted; control messages always are."""
        return not self.channels or channel in self.channels or channel == v2.CONTROL


def want_of(subscribe: v2.Subscribe) -> Want:
    """Read what a subscription asks for.

    Raises:
        RemoteWireError: It names a channel that does not exist, or more than we filter by.
    """
    lists = (subscribe.channels, subscribe.schemas, subscribe.venues)
    if sum(map(len, (*lists, subscribe.pairs, subscribe.strategies))) > MOST_CONDITIONS:
        raise RemoteWireError("ask for less: a subscription names at most 1000 things")
    unknown = [channel for channel in subscribe.channels if channel not in v2.CHANNELS]
    if unknown:
        known = ", ".join(v2.CHANNELS)
        raise RemoteWireError(f"there is no such channel; there are {known}", got=unknown[0])
    return Want(
        frozenset(subscribe.channels),
        frozenset(subscribe.schemas),
        frozenset(subscribe.venues),
        frozenset(subscribe.pairs),
        frozenset(subscribe.strategies),
        subscribe.min_profit_usd_e6,
        subscribe.min_confidence_ppm,
    )


def compiled(want: Want) -> Predicate | None:
    """Make the predicate of a want; None when everything is wanted.

    The channel is asked first: it is one lookup and turns most frames away.
    """
    tests = _set_tests(want) + _least_tests(want)
    if not tests:
        return None

    def passes(route: v2.Route) -> bool:
        if route.channel == v2.CONTROL:
            return True
        for test in tests:  # noqa: SIM110 (a generator would double the cost of each frame)
            if not test(route):
                return False
        return True

    return passes


def _set_tests(want: Want) -> list[Predicate]:
    channels, schemas, strategies = want.channels, want.schemas, want.strategies
    venues, pairs = want.venues, want.pairs
    tests: list[Predicate] = []
    if channels:
        tests.append(lambda route: route.channel in channels)
    if schemas:
        tests.append(lambda route: route.schema in schemas)
    if strategies:
        tests.append(lambda route: route.strategy in strategies)
    if venues:
        tests.append(lambda route: not venues.isdisjoint(route.venues))
    if pairs:
        tests.append(lambda route: not pairs.isdisjoint(route.pairs))
    return tests


def _least_tests(want: Want) -> list[Predicate]:
    profit, confidence = want.min_profit_usd_e6, want.min_confidence_ppm
    tests: list[Predicate] = []
    if profit is not None:
        tests.append(lambda r: r.profit_usd_e6 is not None and r.profit_usd_e6 >= profit)
    if confidence is not None:
        tests.append(lambda r: r.confidence_ppm is not None and r.confidence_ppm >= confidence)
    return tests
