"""A fault strikes where and as often as it was ordered to, and an exchange that is gone says so."""

import asyncio

import msgspec
import pytest

from domain.errors import InputRefused, VenueUnavailable
from rehearsal.faults import Fault, FaultBoard, FaultKind, order_fault, read_fault


def test_a_fault_strikes_its_path_as_often_as_ordered():
    board = FaultBoard()
    board.order(Fault(kind=FaultKind.ERROR_500, path="AddOrder", times=2))
    struck = [board.strike(path) for path in ("/Balance", "/AddOrder", "/AddOrder", "/AddOrder")]
    assert [fault is not None for fault in struck] == [False, True, True, False]


def test_a_fault_lets_as_many_requests_of_its_path_pass_as_ordered():
    board = FaultBoard()
    board.order(Fault(kind=FaultKind.ERROR_500, path="Ledgers", passing=2))
    asked = ("/Ledgers", "/Balance", "/Ledgers", "/Ledgers", "/Ledgers")
    assert [board.strike(path) is not None for path in asked] == [False, False, False, True, False]


def test_the_oldest_fault_strikes_first():
    board = FaultBoard()
    board.order(Fault(kind=FaultKind.GARBAGE))
    board.order(Fault(kind=FaultKind.ERROR_500))
    kinds = [fault.kind for _ in range(2) if (fault := board.strike("/any"))]
    assert kinds == [FaultKind.GARBAGE, FaultKind.ERROR_500]


def test_none_forgets_every_fault():
    board = FaultBoard()
    board.order(Fault(kind=FaultKind.GARBAGE, times=9))
    board.order(Fault(kind=FaultKind.NONE))
    assert board.strike("/any") is None


@pytest.mark.parametrize("kind", list(FaultKind))
def test_a_fault_travels_as_json(kind):
    fault = Fault(kind=kind, times=3, path="AddOrder", latency_ms=5)
    assert read_fault(msgspec.json.encode(fault)) == fault


@pytest.mark.parametrize("body", [b"", b"{}", b'{"kind":"earthquake"}', b'{"kind":1}'])
def test_what_is_no_fault_is_refused(body):
    with pytest.raises(InputRefused):
        read_fault(body)


def test_an_exchange_that_is_gone_takes_no_fault():
    with pytest.raises(VenueUnavailable):
        asyncio.run(order_fault("http://127.0.0.1:9", Fault(kind=FaultKind.GARBAGE)))
