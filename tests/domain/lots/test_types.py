"""The words of lots say what they promise."""

import pytest

from domain.lots.types import Disposal, Fact, Kind, Lot, Report

BUY = Fact(1, Kind.BUY, "BTC", 2, 10, id="b")
SALE = Fact(2, Kind.SELL, "BTC", 2, 15, id="s")


def test_a_disposal_gains_what_it_brought_less_what_it_cost():
    report = Report([(BUY, SALE, 2, 15, 10)], [], [], [])
    [one] = report.disposals()
    assert one == Disposal(BUY, SALE, 2, 15, 10)
    assert one.gain_units == 5


def test_facts_do_not_change():
    with pytest.raises(AttributeError):
        BUY.quantity_units = 3


def test_lots_are_ordered_by_rank_then_age_then_part():
    lots = [Lot(rank, number, part, 1, 1, BUY) for rank, number, part in LADDER]
    assert [(lot.rank, lot.number, lot.part) for lot in sorted(lots)] == sorted(LADDER)


LADDER = [(1, 0, 0), (0, 2, 0), (0, 1, 2), (0, 1, 1)]
