"""Predicted against realised over some days: what was promised, what came, and what was missed.

Reads what the books wrote; money stays exact text, ratios a person looks at are floats.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from domain.confidence.half_life import HalfLife
from domain.confidence.reliability import Stated, brier, reliability
from domain.errors import Refused
from domain.home import DeskHome
from domain.pnl.explain import usd_text
from domain.pnl.performance import TAKEN, Compared, Performance, performance

Object = dict[str, Any]
ALL = "all"


def performance_report(home: DeskHome, days: Sequence[str] = ()) -> Object:
    """Say how strategies did over days that were closed.

    Args:
        home: The desk.
        days: Which; all that were closed unless given.

    Returns:
        ``{"days", "strategies", "calibration", "half_life"}``; `strategies` holds one object a
        strategy and one named ``all``.

    Raises:
        Refused: A day was not closed, or none was.
    """
    from ops.confidence.fit import half_lives
    from ops.confidence.history import past_outcomes
    from orchestration.day import COMPARED
    from orchestration.resources.lake import Lake

    lake = Lake(home)
    closed = lake.days(COMPARED)
    unclosed = [day for day in days if day not in closed]
    if unclosed or not closed:
        raise Refused("close this day first; only closed days are measured", days=unclosed)
    chosen = sorted(days) or closed
    compared = [one for day in chosen for one in lake.load(COMPARED, day, Compared)]
    together = [msgspec.structs.replace(one, strategy=ALL) for one in compared]
    measured = [*performance(compared), *performance(together)]
    outcomes = {one.opportunity_id for one in compared}
    lives = [one for one in past_outcomes(home) if one.opportunity_id in outcomes]
    return {
        "days": chosen,
        "strategies": {one.strategy: strategy_object(one) for one in measured},
        "calibration": calibration(stated_of(compared, confidences(home, chosen))),
        "half_life": {name: lasting(found) for name, found in half_lives(lives).items()},
    }


def lasting(found: HalfLife) -> Object:
    """Write a half-life with what it rests on; unknown while no end was seen."""
    return found._asdict() | ({} if found.ends else {"half_life_ns": None})


def strategy_object(one: Performance) -> Object:
    """Write one strategy's performance with money as exact text."""
    fields = msgspec.structs.asdict(one)
    money = {name: usd_text(fields[name]) for name in fields if name.endswith("_usd_e24")}
    kept = {name: value for name, value in fields.items() if name not in {*money, "strategy"}}
    return kept | {name.removesuffix("_usd_e24"): text for name, text in money.items()}


def stated_of(compared: Iterable[Compared], confidence_ppm: dict[str, int]) -> list[Stated]:
    """Pair what was stated of taken opportunities with whether they earned, where both is known."""
    return [
        Stated(confidence_ppm[one.opportunity_id] / 1e6, one.realised_net_usd_e24 > 0)
        for one in compared
        if one.fate == TAKEN
        and one.realised_net_usd_e24 is not None
        and one.opportunity_id in confidence_ppm
    ]


def calibration(history: Sequence[Stated]) -> Object:
    """Say how good stated probabilities were: Brier score and reliability curve."""
    return {
        "stated": len(history),
        "realised": sum(one.is_realised for one in history),
        "brier": brier(history),
        "curve": [part._asdict() for part in reliability(history)],
    }


def confidences(home: DeskHome, days: Sequence[str]) -> dict[str, int]:
    """Read what was stated when they were found, in millionths; absent where nothing was."""
    from pyarrow import parquet

    stated: dict[str, int] = {}
    for day in days:
        for file in sorted((home.marts / "fct_opportunities").glob(f"day={day}/*.parquet")):
            for row in parquet.read_table(file).to_pylist():
                if row.get("confidence_ppm") is not None:
                    stated[row["opportunity_id"]] = int(row["confidence_ppm"])
    return stated
