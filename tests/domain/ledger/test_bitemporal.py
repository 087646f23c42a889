"""Two times, one book: any order of learning, any older knowledge, and no locked day edited."""

from __future__ import annotations

from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clock import DAY_NS, day_bounds_ns, utc_day
from domain.ledger.balances import balances
from domain.ledger.bitemporal import (
    FACT,
    FOREVER_NS,
    Notice,
    book,
    entries_booked,
    entry_of,
    facts_standing,
    notices_of,
    units_as_of,
)
from domain.ledger.periods import PeriodMark, locked_days, open_from_ns
from domain.ledger.types import canonical_bytes, entry_order, imbalance
from tests.kit.books import World
from tests.kit.histories import HISTORIES, few
from tests.kit.notices import DAYS, LATER_NS, LOCKS, NOTICES, START_NS, an_entry_at


def _bytes(log) -> bytes:
    return b"\n".join(msgspec.json.encode(one) for one in log)


def _nonzero(units: dict) -> dict:
    return {key: amount for key, amount in units.items() if amount}


@given(NOTICES, LOCKS, st.randoms(use_true_random=False))
def test_any_interleaving_of_the_same_notices_gives_the_same_bytes(notices, locks, random: Random):
    shuffled = random.sample(notices, len(notices))
    assert _bytes(book(shuffled, locks)) == _bytes(book(notices, locks))


@given(NOTICES, LOCKS, st.integers(0, 25))
def test_learning_in_stretches_is_learning_at_once(notices, locks, cut: int):
    early = [one for one in notices if one.known_ns < LATER_NS + cut]
    late = [one for one in notices if one.known_ns >= LATER_NS + cut]
    first = book(early, locks)
    assert first + book(late, locks, first) == book(notices, locks)


@given(NOTICES, LOCKS, st.integers(-1, 25))
def test_replay_at_an_older_knowledge_time_gives_the_bytes_of_that_day(notices, locks, cut: int):
    known_ns = LATER_NS + cut
    then = book([one for one in notices if one.known_ns <= known_ns], locks)
    now = book(notices, locks)
    assert canonical_bytes(entries_booked(now, known_ns)) == canonical_bytes(entries_booked(then))


@given(NOTICES, LOCKS)
def test_what_stands_is_the_last_that_was_said_of_each_entry(notices, locks):
    last = {one.entry_id: one.entry for one in notices}
    standing = sorted((entry for entry in last.values() if entry), key=entry_order)
    assert facts_standing(book(notices, locks)) == standing


@given(NOTICES, LOCKS, st.integers(0, 5), st.integers(-1, 25))
def test_balances_as_of_both_times_are_those_of_the_book_as_known(notices, locks, days: int, cut):
    log, known_ns, valid_ns = book(notices, locks), LATER_NS + cut, START_NS + days * DAY_NS
    booked = entries_booked(log, known_ns)
    assert _nonzero(units_as_of(log, valid_ns, known_ns)) == _nonzero(balances(booked, valid_ns))


@given(NOTICES, LOCKS)
def test_in_the_end_the_book_holds_what_stands_wherever_it_is_booked(notices, locks):
    log = book(notices, locks)
    assert _nonzero(units_as_of(log)) == _nonzero(balances(facts_standing(log)))


@given(NOTICES, LOCKS)
def test_a_locked_day_reads_the_same_for_ever(notices, locks):
    log = book(notices, locks)
    for mark in locks:
        start_ns, end_ns = day_bounds_ns(mark.day)

        def of_the_day(known_ns: int, start_ns=start_ns, end_ns=end_ns) -> bytes:
            entries = entries_booked(log, known_ns)
            return canonical_bytes(one for one in entries if start_ns <= one.at_ns < end_ns)

        locked_at = mark.decided_ns - 1
        assert of_the_day(FOREVER_NS) == of_the_day(locked_at)


@given(NOTICES, LOCKS)
def test_a_late_fact_of_a_locked_day_is_an_adjustment_where_the_open_period_begins(notices, locks):
    for one in book(notices, locks):
        open_ns = open_from_ns(locks, one.known_ns)
        assert one.booked_ns >= open_ns
        assert one.booked_ns in {one.fact.at_ns, *(day_bounds_ns(m.day)[1] for m in locks)}
        if one.kind == FACT:
            assert one.is_adjustment == (
                utc_day(one.fact.at_ns) in locked_days(locks, one.known_ns)
            )


@given(NOTICES, LOCKS)
def test_every_booking_balances_has_its_own_name_and_says_why(notices, locks):
    log = book(notices, locks)
    entries = [entry_of(one) for one in log]
    assert [entry for entry in entries if imbalance(entry)] == []
    assert len({one.booking_id for one in log}) == len(log)
    assert all(one.reason for one in log if one.kind != FACT)
    assert all(
        posting.entry_id == entry.entry_id for entry in entries for posting in entry.postings
    )


@settings(parent=few)
@given(HISTORIES, st.integers())
def test_a_real_history_learned_in_any_order_is_the_book_it_would_have_been(world: World, seed):
    entries = world.entries()
    notices = notices_of([], entries, LATER_NS)
    learned = [
        msgspec.structs.replace(one, known_ns=one.known_ns + at)
        for at, one in enumerate(Random(seed).sample(notices, len(notices)))
    ]
    assert canonical_bytes(entries_booked(book(learned))) == canonical_bytes(entries)


def test_a_view_made_again_says_only_what_is_different():
    old = [an_entry_at("a", START_NS, 1), an_entry_at("b", START_NS, 2)]
    new = [an_entry_at("b", START_NS, 3), an_entry_at("c", START_NS, 4)]
    said = {one.entry_id: (one.entry, one.reason) for one in notices_of(old, new, 9, "late")}
    assert said == {
        "a": (None, "no source says it any more"),
        "b": (new[0], "the sources say otherwise now"),
        "c": (new[1], "late"),
    }
    assert notices_of(new, new, 9) == []


def test_a_day_reopened_is_edited_again_and_its_adjustment_taken_back_where_it_was_booked():
    name, day = "e", DAYS[0]
    locks = [PeriodMark(day, True, LATER_NS), PeriodMark(day, False, LATER_NS + 2)]
    late, amended = an_entry_at(name, START_NS, 5), an_entry_at(name, START_NS, 7)
    log = book(
        [Notice(LATER_NS + 1, name, late, "late"), Notice(LATER_NS + 3, name, amended, "amended")],
        locks,
    )
    assert [entry.at_ns for entry in entries_booked(log)] == [START_NS]
    assert units_as_of(log) == {("wallet:1", "eth"): 7}
    assert units_as_of(log, known_ns=LATER_NS + 1, valid_ns=START_NS + DAY_NS) == {}
