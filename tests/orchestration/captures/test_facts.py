"""The journal in the lake: every record in one day, whatever the machine's clock did meanwhile."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clock import DAY_NS, SECOND_NS, Ns, day_bounds_ns, utc_day
from journal.reader import JournalReader
from journal.writer import JournalWriter
from orchestration.captures.facts import capture_facts
from orchestration.resources.lake import Lake
from orchestration.resources.lake_schema import FACTS
from tests.kit.clock import NOON_NS
from tests.kit.facts import a_mark, an_entry
from tests.kit.homes import a_home

MIDNIGHT_NS = day_bounds_ns(utc_day(NOON_NS))[1]
DAYS = (utc_day(NOON_NS), utc_day(NOON_NS + DAY_NS))


class CorrectedClock:
    """A machine's clock, which is set forward and back a little all the time."""

    def __init__(self) -> None:
        self.at_ns = MIDNIGHT_NS

    def now_ns(self) -> Ns:
        return Ns(self.at_ns)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-3, 3), st.sampled_from((None, *DAYS))), min_size=1, max_size=6)
)
def test_a_clock_that_is_set_back_over_midnight_costs_no_day_a_record(tmp_path_factory, steps):
    home = a_home(Path(tmp_path_factory.mktemp("desk")))
    clock = CorrectedClock()
    with JournalWriter(home, clock) as writer:
        for number, (seconds, looked_at) in enumerate(steps):
            clock.at_ns = MIDNIGHT_NS + seconds * SECOND_NS
            writer.append([an_entry(a_mark(number))])
            if looked_at:
                capture_facts(home, looked_at)
    for day in DAYS:
        capture_facts(home, day)
    captured = [row["seq"] for day in DAYS for row in Lake(home).read(FACTS.name, day)]
    with JournalReader(home.journal_db) as reader:
        assert sorted(captured) == [record.seq for record in reader.read()]
