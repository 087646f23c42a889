"""What is known of an opportunity when it is found, as the numbers a model weighs.

A feature is a plain number of a fixed meaning; the order is part of a model file and a file that
names others is refused. Ratios and logarithms, because an edge of a dollar on ten is another thing
than one on ten thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

FEATURES = (
    "log_net_usd",
    "log_notional_usd",
    "net_share",
    "gas_share",
    "hops",
    "exchange_hops",
    "lifetime_s",
)
"""In the order of a model's weights."""
_E24 = 1e24
_LEAST_USD = 1e-6
_SECOND = 1e9


@dataclass(frozen=True, slots=True)
class Promise:
    """An opportunity as it was found; all values in 10^-24 book currency.

    Args:
        net_usd_e24: Expected after everything.
        gross_usd_e24: Before gas and exchange fees.
        gas_usd_e24: Expected gas.
        notional_usd_e24: What the first hop moves.
        hops: How many venues.
        exchange_hops: How many of them are off chain.
        lifetime_ns: From found to expiry.
    """

    net_usd_e24: int
    gross_usd_e24: int
    gas_usd_e24: int
    notional_usd_e24: int
    hops: int
    exchange_hops: int
    lifetime_ns: int


def features_of(promise: Promise) -> tuple[float, ...]:
    """Give the features in the order of `FEATURES`."""
    net, notional = promise.net_usd_e24 / _E24, promise.notional_usd_e24 / _E24
    gross = max(promise.gross_usd_e24 / _E24, _LEAST_USD)
    return (
        log10(max(net, _LEAST_USD)),
        log10(max(notional, _LEAST_USD)),
        net / max(notional, _LEAST_USD),
        min(promise.gas_usd_e24 / _E24 / gross, 1.0),
        float(promise.hops),
        float(promise.exchange_hops),
        promise.lifetime_ns / _SECOND,
    )
