"""The real clock."""

from __future__ import annotations

from domain.clock import utc_day
from live.aio.clock import WallClock


def test_the_wall_clock_says_nanoseconds_of_this_century():
    assert "2025" <= utc_day(WallClock().now_ns())[:4] < "2100"
