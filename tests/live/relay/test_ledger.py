"""Counts that must add up."""

from __future__ import annotations

from live.relay.ledger import Drop, Ledger, summed


def a_ledger() -> Ledger:
    ledger = Ledger()
    ledger.offered, ledger.delivered, ledger.filtered = 20, 9, 4
    ledger.expired, ledger.waiting = 1, 3
    ledger.dropped[Drop.OVERFLOWED] = 2
    ledger.dropped[Drop.SUPERSEDED] = 1
    return ledger


def test_what_went_nowhere_shows():
    ledger = a_ledger()
    assert ledger.unaccounted == 0
    ledger.offered += 1
    assert ledger.unaccounted == 1


def test_what_waited_for_a_reader_who_left_is_written_off():
    ledger = a_ledger()
    ledger.abandon()
    assert (ledger.waiting, ledger.dropped[Drop.ABANDONED], ledger.unaccounted) == (0, 3, 0)


def test_ledgers_add_up_by_channel():
    total = summed([{"pools": a_ledger()}, {"pools": a_ledger(), "risk": a_ledger()}])
    assert total["pools"].offered == 40
    assert total["pools"].dropped[Drop.OVERFLOWED] == 4
    assert total["risk"].unaccounted == total["pools"].unaccounted == 0
