"""Rows of two sides for tests of reconciling: a clean desk, and one change at a time."""

from __future__ import annotations

from random import Random

import msgspec

from domain.clock import SECOND_NS
from domain.reconciliation.types import Report, Row

START_NS = 1_700_000_000 * SECOND_NS
MINUTE_NS = 60 * SECOND_NS


def row(id_: str = "a", amount_units: int = 100, *, after_ns: int = 0, **fields: object) -> Row:
    """One row of the account k:spot in BTC, unless told otherwise."""
    plain = {"account": "k:spot", "asset": "BTC", **fields}
    return Row(id=id_, time_ns=START_NS + after_ns, amount_units=amount_units, **plain)


def desk(count: int = 40, keys: str = "ref", seed: int = 3) -> tuple[list[Row], list[Row]]:
    """Two sides that agree: external a second later where ids are its own.

    Args:
        count: Rows of a side, a minute apart.
        keys: What the sides share: ``ref``, ``id`` or nothing, which is ``none``.
        seed: Of the amounts.
    """
    random, left, right = Random(seed), list[Row](), list[Row]()
    for number in range(count):
        mine = row(
            f"L{number}" if keys != "id" else f"{number}",
            random.randrange(10, 10**9) * random.choice((1, -1)),
            after_ns=number * MINUTE_NS,
            asset=random.choice(("BTC", "ETH")),
            fee_asset="USD",
            fee_units=random.randrange(10, 10**4),
            ref=f"r{number}" if keys == "ref" else "",
        )
        left.append(mine)
        right.append(mine if keys == "id" else changed(mine, id=f"R{number}", later_ns=SECOND_NS))
    return left, right


def changed(one: Row, later_ns: int = 0, **fields: object) -> Row:
    """The row with fields changed."""
    return msgspec.structs.replace(one, time_ns=one.time_ns + later_ns, **fields)


def causes(report: Report) -> list[str]:
    """The causes of a report's breaks, in alphabetical order."""
    return sorted(one.cause.value for one in report.breaks)
