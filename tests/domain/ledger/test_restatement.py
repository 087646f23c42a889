"""A restatement names the days, the amounts and the reasons, and its sums are the book's."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.bitemporal import Notice, book, units_as_of
from domain.ledger.periods import PeriodMark
from domain.ledger.restatement import by_day, restatement
from tests.kit.notices import DAYS, LATER_NS, LOCKS, NOTICES, START_NS, an_entry_at


@given(NOTICES, LOCKS, st.integers(-1, 25), st.integers(-1, 25))
def test_a_restatement_is_the_difference_of_the_book_at_two_knowledge_times(
    notices, locks, first: int, second: int
):
    before_ns, after_ns = sorted((LATER_NS + first, LATER_NS + second))
    log = book(notices, locks)
    found = Counter()
    for one in restatement(log, before_ns, after_ns):
        found[one.account, one.asset] += one.units
    before, after = units_as_of(log, known_ns=before_ns), units_as_of(log, known_ns=after_ns)
    wanted = {key: after[key] - before.get(key, 0) for key in after}
    assert {k: v for k, v in found.items() if v} == {k: v for k, v in wanted.items() if v}


def test_a_late_fact_of_a_locked_day_is_told_with_where_it_was_booked():
    locks = [PeriodMark(DAYS[0], is_locked=True, decided_ns=LATER_NS)]
    entry = an_entry_at("late", START_NS + 5, 40)
    log = book([Notice(LATER_NS + 1, "late", entry, "the exchange told it late")], locks)
    (one,) = restatement(log, LATER_NS)
    assert (one.day, one.units, one.booked_on) == (DAYS[0], 40, (DAYS[1],))
    assert (one.causes, one.reasons) == (("trade",), ("the exchange told it late",))
    (day,) = by_day([one], {(DAYS[0], "eth"): 3})
    assert (day.value_usd_e24, day.is_adjusted_later, day.missing) == (120, True, ())


def test_an_open_day_is_restated_in_place():
    log = book([Notice(LATER_NS, "e", an_entry_at("e", START_NS, 40))])
    log += book([Notice(LATER_NS + 1, "e", None, "busted")], log=log)
    (one,) = restatement(log, LATER_NS)
    assert (one.units, one.booked_on, one.reasons) == (-40, (DAYS[0],), ("busted",))


def test_what_has_no_mark_makes_the_value_unknown_and_is_named():
    log = book([Notice(LATER_NS, "e", an_entry_at("e", START_NS, 40))])
    (day,) = by_day(restatement(log, 0), {})
    assert day.value_usd_e24 is None
    assert day.missing == ("a mark of eth",)


def test_what_came_and_went_again_is_not_a_change():
    entry = an_entry_at("e", START_NS, 40)
    log = book([Notice(LATER_NS, "e", entry), Notice(LATER_NS + 1, "e", None, "busted")])
    assert restatement(log, 0) == []
