"""Every cause can be struck, changes what it says and nothing else, and its money is exact."""

from collections import Counter

import pytest

from domain.errors import InputRefused
from rehearsal.desks.catalog import Shape
from rehearsal.desks.desk import BrokenDesk
from rehearsal.desks.faults.hand import names
from rehearsal.desks.faults.table import INJECTORS, WHOLE, may_share
from rehearsal.desks.generate import events

SEEDS = (1, 2, 3)
EVENTS = 160


def struck(seed, *strokes):
    """A broken desk and its events."""
    desk = BrokenDesk(Shape(seed, events=EVENTS), strokes)
    return desk, list(desk.events())


def differing(seed, broken):
    """The events that are not as they truly were."""
    return [
        (was, told)
        for was, told in zip(events(Shape(seed, events=EVENTS)), broken, strict=True)
        if was != told
    ]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("cause", INJECTORS)
def test_a_cause_is_struck_once_and_named(cause, seed):
    desk, told = struck(seed, (cause,))
    (fault,) = desk.faults
    assert fault.cause == cause
    present = {name for event in told for name in names(event)}
    assert fault.needs
    assert all(present & set(group) for group in fault.needs)


@pytest.mark.parametrize("cause", [cause for cause in INJECTORS if cause != "SHARED_SOURCE"])
def test_only_the_event_that_was_struck_differs(cause):
    desk, told = struck(1, (cause,))
    (fault,) = desk.faults
    different = differing(1, told)
    assert fault.event in {was.number for was, _ in different}
    assert len(different) == 1 or cause == "SOURCE_FAILURE"


def test_two_sides_with_one_source_differ_in_nothing_but_what_they_prove():
    desk, told = struck(1, ("SHARED_SOURCE",))
    assert not differing(1, told)
    assert desk.hand.shared


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("cause", INJECTORS)
def test_the_money_of_a_fault_is_what_the_sides_differ_by(cause, seed):
    desk, told = struck(seed, (cause,))
    (fault,) = desk.faults
    off = Counter()
    for event in told:
        for line in event.right:
            off[line.asset.name] += line.units
        for line in event.left:
            off[line.asset.name] -= line.units
    for asset, units in fault.money.items():
        also = sum(
            line.units
            for event in told
            for line in event.right
            if fault.also and event.number == fault.event and line.asset.name == asset
        )
        assert off[asset] == units + also


def test_faults_that_share_an_event_strike_the_same_one():
    desk, _ = struck(2, ("QTY", "FEE_ASSET"))
    one, other = desk.faults
    assert (one.event, one.cause) == (other.event, "QTY")
    assert other.cause == "FEE_ASSET"


def test_what_changes_which_lines_there_are_shares_with_nothing():
    for first in INJECTORS:
        for second in INJECTORS:
            is_whole = WHOLE in INJECTORS[first].touches | INJECTORS[second].touches
            assert may_share(first, second) == may_share(second, first)
            assert not (is_whole and may_share(first, second))


def test_the_same_breaking_twice_breaks_alike():
    assert struck(1, ("SIDE",), ("TIMING",))[1] == struck(1, ("SIDE",), ("TIMING",))[1]


def test_a_cause_that_is_not_in_the_taxonomy_is_refused():
    with pytest.raises(InputRefused, match="taxonomy"):
        BrokenDesk(Shape(1), [("GREMLINS",)])


def test_a_desk_without_an_event_for_a_fault_is_refused_by_its_name():
    with pytest.raises(InputRefused, match="TOKEN_MIGRATION"):
        list(BrokenDesk(Shape(1, events=2), [("TOKEN_MIGRATION",)]).events())


def test_a_source_that_fails_is_silent_for_a_while_and_all_it_swallowed_is_named():
    desk, told = struck(2, ("SOURCE_FAILURE",))
    (fault,) = desk.faults
    (account,) = desk.hand.failed
    during = [one for one in told if fault.event <= one.number <= desk.hand.silent_until]
    assert not any(line.account == account for one in during for line in one.right)
    silent = {f"left:{line.id}" for one in during for line in one.left if line.account == account}
    assert silent == {name for group in fault.needs for name in group}
    assert any(line.account == account for line in told[-1].right) or any(
        line.account == account for one in told for line in one.right
    )
