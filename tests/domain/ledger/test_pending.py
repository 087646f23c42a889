"""What is pending is seen and not ours; posting or voiding leaves exactly what was decided."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.balances import balances
from domain.ledger.bitemporal import (
    POSTED,
    REVERSAL,
    VOIDED,
    Booking,
    book,
    entries_booked,
    entry_of,
    facts_standing,
    notices_of,
)
from domain.ledger.pending import pending_entry
from domain.ledger.types import PENDING_CAUSE, Entry, canonical_bytes, imbalance, is_own
from tests.kit.books import World
from tests.kit.histories import HISTORIES, few
from tests.kit.notices import START_NS, an_entry_at


def learned(log: list[Booking], view: list[Entry], known_ns: int) -> list[Booking]:
    return [*log, *book(notices_of(facts_standing(log), view, known_ns), (), log)]


@st.composite
def ends(draw: st.DrawFn) -> tuple[list[Entry], list[set[str]], set[str]]:
    """Draw a history, what of it is seen at each look, and what of it ends final."""
    entries = draw(HISTORIES).entries()
    some = (
        st.sets(st.sampled_from([one.entry_id for one in entries])) if entries else st.just(set())
    )
    return entries, draw(st.lists(some, min_size=1, max_size=4)), draw(some)


@few
@given(ends())
def test_whatever_was_seen_on_the_way_the_book_ends_with_what_is_final(drawn):
    entries, looks, final = drawn
    log: list[Booking] = []
    for known_ns, seen in enumerate(looks, 1):
        view = [pending_entry(one) for one in entries if one.entry_id in seen]
        log = learned(log, view, known_ns)
        assert not any(units for units in balances(entries_booked(log)).values())
    posted = [one for one in entries if one.entry_id in final]
    log = learned(log, posted, len(looks) + 1)
    assert canonical_bytes(entries_booked(log)) == canonical_bytes(posted)
    assert [one for one in log if imbalance(entry_of(one))] == []
    why = {
        one.fact.subject: one.reason
        for one in log
        if one.kind == REVERSAL and one.known_ns > len(looks)
    }
    assert why == {name: POSTED if name in final else VOIDED for name in looks[-1]}


@few
@given(HISTORIES)
def test_a_pending_entry_moves_nothing_of_ours_and_says_what_it_will_be(world: World):
    for entry in world.entries():
        waiting = pending_entry(entry)
        assert imbalance(waiting) == {}
        assert not [one for one in waiting.postings if is_own(one.account)]
        assert (waiting.cause, waiting.subject) == (PENDING_CAUSE, entry.entry_id)


def test_a_payment_that_a_reorg_changed_is_never_edited():
    before, after = an_entry_at("e", START_NS, -4), an_entry_at("e", START_NS, -5)
    log = learned([], [pending_entry(before)], 1)
    longer = learned(log, [pending_entry(after)], 2)
    assert longer[: len(log)] == log
    assert [one.kind for one in longer] == ["fact", REVERSAL, "fact"]
