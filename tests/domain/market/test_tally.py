"""What is counted, and when all of it counts as proved."""

import pytest

from domain.market.book import Book
from domain.market.feed import Event, Kind
from domain.market.reason import Reason
from domain.market.tally import Tally
from domain.market.tops import Agreement


def tallied(*events: Event) -> Tally:
    tally = Tally()
    for event in events:
        tally.add(event)
    return tally


def test_nothing_is_contradicted_at_the_start():
    assert Tally().is_proved


def test_a_change_counts_its_message_its_levels_and_its_proof():
    tally = tallied(Event(Kind.CHANGED, levels=3, is_linked=True, is_checked=True, hints=1))
    assert (tally.messages, tally.updates, tally.hints) == (1, 3, 1)
    assert (tally.sequence_links, tally.checks, tally.mismatches) == (1, 1, 0)
    assert tally.is_proved


@pytest.mark.parametrize("reason", Reason)
def test_every_break_is_counted_by_its_reason_and_proves_nothing(reason):
    tally = tallied(Event(Kind.BROKEN, reason=reason))
    assert tally.reasons == {reason: 1}
    assert not tally.is_proved
    assert tally.mismatches == (reason is Reason.CHECKSUM)
    chain = {Reason.GAP, Reason.OUT_OF_ORDER, Reason.NO_SNAPSHOT, Reason.OLD_SNAPSHOT}
    assert tally.gaps == (reason in chain)


def test_what_says_nothing_new_is_counted_and_contradicts_nothing():
    tally = tallied(
        Event(Kind.IGNORED, reason=Reason.DUPLICATE),
        Event(Kind.IGNORED, reason=Reason.IN_SNAPSHOT),
        Event(Kind.KEPT, reason=Reason.NO_SNAPSHOT),
        Event(Kind.SKIPPED, reason=Reason.GAP),
    )
    assert tally.reasons == {Reason.DUPLICATE: 1, Reason.IN_SNAPSHOT: 1}
    assert (tally.in_snapshot, tally.skipped) == (1, 1)
    assert tally.is_proved


def test_a_known_book_nobody_can_trade_in_is_counted():
    assert tallied(Event(Kind.SYNCED, book=Book())).faults == {Reason.EMPTY: 1}


def test_only_a_top_at_the_same_id_can_contradict():
    tally = Tally()
    tally.add_agreement(Agreement(exact=True, last=False))
    assert (tally.bbo_checks, tally.bbo_last_checks, tally.bbo_last_mismatches) == (1, 1, 1)
    assert tally.is_proved
    tally.add_agreement(Agreement(exact=False))
    assert not tally.is_proved
