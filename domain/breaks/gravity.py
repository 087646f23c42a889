"""How grave a break is: by its money and its age, never by its cause alone.

Ages count from the first detection in whole days and are read in four bands. Money is in the book
currency; where it is unknown it counts as large, since unknown is not zero. What should clear by
itself is no more than information until it has expired.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum

from domain.clock import DAY_NS

_USD_E24 = 10**24
MONEY_BANDS_USD_E24 = (10 * _USD_E24, 1_000 * _USD_E24, 100_000 * _USD_E24)
"""Pocket money, an hour's work, a day's result; above the last it is a matter of the firm."""
AGE_BANDS_DAYS = (2, 8, 31)
"""0-1, 2-7, 8-30 and more than 30 days: the bands in which breaks are reported."""
AGE_NAMES = ("0-1 d", "2-7 d", "8-30 d", ">30 d")


class Gravity(StrEnum):
    """How soon somebody has to look."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


_L, _M, _H, _C = Gravity.LOW, Gravity.MEDIUM, Gravity.HIGH, Gravity.CRITICAL
TABLE: tuple[tuple[Gravity, Gravity, Gravity, Gravity], ...] = (
    (_L, _L, _M, _M),
    (_L, _M, _M, _H),
    (_M, _H, _H, _C),
    (_H, _H, _C, _C),
)
"""Rows by money, columns by age; both only ever rise."""
_UNKNOWN_ROW = 2


def age_days(first_seen_ns: int, now_ns: int) -> int:
    """Count whole days since the first detection; 0 when it lies ahead."""
    return max(0, now_ns - first_seen_ns) // DAY_NS


def age_band(days: int) -> int:
    """Give the place of an age among the bands."""
    return bisect_right(AGE_BANDS_DAYS, days)


def gravity(
    value_usd_e24: int | None, first_seen_ns: int, now_ns: int, expires_ns: int = 0
) -> Gravity:
    """Weigh a break.

    Args:
        value_usd_e24: Its money, of either sign; None when unknown.
        first_seen_ns: When it was first detected.
        now_ns: The instant it is weighed at.
        expires_ns: When it should have cleared by itself; 0 when it cannot.
    """
    if now_ns < expires_ns:
        return Gravity.INFO
    row = _UNKNOWN_ROW
    if value_usd_e24 is not None:
        row = bisect_right(MONEY_BANDS_USD_E24, abs(value_usd_e24))
    return TABLE[row][age_band(age_days(first_seen_ns, now_ns))]
