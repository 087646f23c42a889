"""Random stretches of learning: entries that come, are amended and go, over days and locks."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.clock import DAY_NS, day_bounds_ns, utc_day
from domain.ledger.bitemporal import Notice
from domain.ledger.periods import PeriodMark
from domain.ledger.types import Entry, Posting

FIRST_DAY = 20_000
DAYS = [utc_day(DAY_NS * (FIRST_DAY + number)) for number in range(4)]
START_NS = day_bounds_ns(DAYS[0])[0]
LATER_NS = START_NS + 4 * DAY_NS
"""Everything of a random history becomes known from here on, a second apart."""


def an_entry_at(name: str, at_ns: int, units: int, asset: str = "eth") -> Entry:
    """Build a balanced entry of one amount received by our wallet."""
    postings = (
        Posting(name, "wallet:1", asset, units),
        Posting(name, "trading:paper", asset, -units),
    )
    return Entry(name, at_ns, "trade", "desk", "paper", "", "", "t1", postings, "leg", name)


def _notice(number: int, named: int, day: int, units: int, is_gone: bool) -> Notice:
    name = f"e{named}"
    entry = an_entry_at(name, START_NS + day * DAY_NS + named, units)
    return Notice(LATER_NS + number, name, None if is_gone else entry, "amended")


def _numbered(rows: list[tuple[int, int, int, bool]]) -> list[Notice]:
    return [_notice(number, *row) for number, row in enumerate(rows)]


NOTICES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(-3, 3), st.sampled_from((0, 0, 1))),
    max_size=25,
).map(_numbered)


def _locks(times: list[int]) -> list[PeriodMark]:
    return [
        PeriodMark(DAYS[number], is_locked=True, decided_ns=LATER_NS + at)
        for number, at in enumerate(sorted(times))
    ]


LOCKS = st.lists(st.integers(0, 25), max_size=3).map(_locks)
"""The first days, locked one after another while things are learned."""
