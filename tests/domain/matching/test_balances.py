"""Ledger against outside, to the unit, at one anchor; unknown is never zero; age is never reset."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.balances import balances
from domain.matching.balances import (
    BEFORE_ALL_NS,
    Standing,
    aged,
    anchor_breaks,
    match_balances,
    roll_statement,
    statement_breaks,
)
from domain.matching.types import BalanceClaim, make_break
from tests.kit.books import World
from tests.kit.facts import PAPER_ETH, PAPER_USDC
from tests.kit.histories import HISTORIES, few
from tests.kit.world_names import OPENING, PAPER_ACCOUNT

CLAIM = BalanceClaim(PAPER_ACCOUNT, PAPER_ETH, 10, "exchange", "cutoff:5", 5)
LEDGER = {(PAPER_ACCOUNT, PAPER_ETH): 10}


@few
@given(HISTORIES)
def test_books_that_followed_everything_agree_to_the_unit(world: World):
    assert match_balances(balances(world.entries()), world.claims()) == []
    assert statement_breaks(world.lines, _opening()) == []
    assert anchor_breaks(world.claims()) == []


@few
@given(HISTORIES, st.data())
def test_one_unit_off_anywhere_is_one_break_of_one_unit(world: World, data: st.DataObject):
    claims = world.claims()
    at = data.draw(st.integers(0, len(claims) - 1))
    claims[at] = msgspec.structs.replace(claims[at], units=(claims[at].units or 0) + 1)
    (broken,) = match_balances(balances(world.entries()), claims)
    assert (broken.cause, broken.amount_units) == ("UNEXPLAINED", 1)
    assert (broken.account, broken.asset) == (claims[at].account, claims[at].asset)


def _opening() -> dict[str, int]:
    return {asset: units for (account, asset), units in OPENING.items() if account == PAPER_ACCOUNT}


def test_a_balance_nobody_could_state_is_a_failed_source_and_no_amount():
    unknown = msgspec.structs.replace(CLAIM, units=None)
    for claims in ([unknown], []):
        (broken,) = match_balances(LEDGER, claims)
        assert (broken.cause, broken.amount_units) == ("SOURCE_FAILURE", None)


def test_an_account_that_is_empty_on_both_sides_needs_no_statement():
    assert match_balances({(PAPER_ACCOUNT, PAPER_ETH): 0}, []) == []


@pytest.mark.parametrize(("amount", "cause"), [(3, "FEE_AMOUNT"), (2, "UNEXPLAINED")])
def test_a_difference_takes_the_cause_of_breaks_that_sum_to_it_exactly(amount: int, cause: str):
    known = make_break(
        "journal-exchange", "FEE_AMOUNT", "o1", "", 1,
        asset=PAPER_ETH, amount_units=amount, account=PAPER_ACCOUNT,
    )  # fmt: skip
    off = msgspec.structs.replace(CLAIM, units=13)
    (broken,) = match_balances(LEDGER, [off], known=[known])
    assert broken.cause == cause
    assert broken.explained_by == ((known.break_id,) if cause == "FEE_AMOUNT" else ())


def test_balances_of_two_instants_do_not_compare():
    later = msgspec.structs.replace(CLAIM, asset=PAPER_USDC, anchor="cutoff:6", at_ns=6)
    (broken,) = anchor_breaks([later, CLAIM])
    assert (broken.cause, broken.first_seen_ns) == ("STALE_SNAPSHOT", 5)


def test_a_line_missing_from_a_statement_shows_in_its_running_balance():
    world = World()
    for units in (5, 7, 9):
        world.tick()
        world.statement("deposit", "", PAPER_ETH, units, 1)
    del world.lines[1]
    (broken,) = statement_breaks(world.lines, _opening())
    assert (broken.asset, broken.amount_units) == (PAPER_ETH, 6)


@given(st.lists(st.integers(1, 99), max_size=6), st.integers())
def test_lines_of_one_instant_roll_in_the_order_that_fits(amounts: list[int], seed: int):
    world = World()
    for units in amounts:
        world.statement("deposit", "", PAPER_ETH, units, 0)
    renamed = Random(seed).sample(range(len(amounts)), len(amounts))
    lines = [
        msgspec.structs.replace(line, line_id=f"x{name}")
        for line, name in zip(world.lines, renamed, strict=True)
    ]
    assert statement_breaks(lines, _opening()) == []


def test_a_rerun_keeps_the_age_of_a_break_and_an_overdue_one_is_grave():
    pending = make_break("journal-chain", "PENDING_FINALITY", "0x1", "", 100, expires_ns=200)
    (young,) = aged([pending], {}, now_ns=150)
    assert (young.first_seen_ns, young.severity) == (100, "info")
    (old,) = aged([pending], {pending.break_id: 40}, now_ns=201)
    assert (old.first_seen_ns, old.severity) == (40, "high")


@few
@given(HISTORIES, st.integers(), st.integers(1, 4))
def test_a_statement_gone_on_with_from_where_it_stood_is_the_whole_statement(
    world: World, seed: int, lines_apart: int
):
    random, lines = Random(seed), world.sources()[1].lines
    wrong = [msgspec.structs.replace(one, balance_after_units=1) for one in lines]
    told = [random.choice(both) for both in zip(lines, wrong, strict=True)]
    start = Standing(BEFORE_ALL_NS, {PAPER_ETH: 5})
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr("domain.matching.balances.STANDING_LINES", lines_apart)
        whole = roll_statement(told, start)
        for at in whole.standings:
            rest = roll_statement([one for one in told if one.at_ns > at.at_ns], at)
            earlier = [one for one in whole.breaks if one.first_seen_ns <= at.at_ns]
            assert [*earlier, *rest.breaks] == whole.breaks
    assert whole.breaks == statement_breaks(told, start.running)
    assert len(whole.standings) >= min(1, len({one.at_ns for one in told}) // lines_apart)
