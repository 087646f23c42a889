"""What is pending is seen and not ours; posting or voiding leaves exactly what was decided."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.balances import balances
from domain.ledger.pending import holdings, pending_entry, released_entry
from domain.ledger.types import Entry, imbalance
from tests.kit.books import World
from tests.kit.histories import HISTORIES, few
from tests.kit.notices import START_NS, an_entry_at


@few
@given(HISTORIES, st.data())
def test_posted_or_voided_the_book_holds_what_was_posted_and_nothing_pending(world: World, data):
    entries = world.entries()
    posted = data.draw(st.sets(st.sampled_from(entries)) if entries else st.just(set()))
    book: list[Entry] = []
    for entry in entries:
        why = "posted" if entry in posted else "reorged"
        book += [pending_entry(entry), released_entry(entry, entry.at_ns + 1, why)]
        book += [entry] if entry in posted else []
    assert [one for one in book if imbalance(one)] == []
    held = {key: units for key, units in balances(book).items() if units}
    assert held == {key: units for key, units in balances(posted).items() if units}
    assert all(one.provisional_units == one.settled_units for one in holdings(book))


def test_while_pending_a_payment_is_not_free_and_a_receipt_is_not_ours():
    have, pay, get = (
        an_entry_at(n, START_NS, units) for n, units in (("h", 9), ("p", -4), ("g", 7))
    )
    (one,) = holdings([have, pending_entry(pay), pending_entry(get)])
    assert (one.settled_units, one.free_units, one.provisional_units) == (9, 5, 12)
    assert (one.incoming_units, one.outgoing_units) == (7, 4)


def test_releasing_says_why():
    entry = an_entry_at("e", START_NS, 9)
    assert released_entry(entry, 5, "reorged").evidence == "reorged: t1"
    assert released_entry(entry, 5, "reorged").at_ns == 5
