"""A number leads to its entries, their fills or receipts, and the opportunity; nothing is lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused, InvariantBroken
from domain.ledger.balances import roll_forward
from domain.pnl.attribute import attribute
from domain.pnl.explain import (
    Evidence,
    Tree,
    as_text,
    explain,
    explain_opportunity,
    explain_position,
    usd_text,
)
from domain.pnl.performance import compare
from domain.pnl.types import PRICE_MOVE
from domain.settlement.outcome import Settlement
from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.clock import NOON_NS
from tests.kit.facts import PAPER_ETH
from tests.kit.histories import HISTORIES, few
from tests.kit.incidents import revise
from tests.kit.transits import credit, pay_in, with_deposits
from tests.kit.world_names import DAY, UNDERWAY, VENUES


def _evidence(world: World, done: Settlement | None = None) -> Evidence:
    legs = (done or world.settled()).legs
    return Evidence(legs, world.decisions, world.fills, world.mined, world.lines)


def _tree(world: World, row_id: str) -> Tree:
    return _forest(world)(row_id)


def _forest(world: World) -> Callable[[str], Tree]:
    """Settle and attribute once, for as many trees as are asked for."""
    given, done = world.attributed(settled := world.settled()), _evidence(world, settled)
    attribution = attribute(given)
    return lambda row_id: explain(row_id, attribution, given, done)


@few
@given(HISTORIES)
def test_every_row_leads_to_entries_that_are_all_there(world: World):
    tree_of = _forest(world)
    for row in world.attribution().rows:
        tree = tree_of(row.row_id)
        named = {line["entry_id"] for line in tree["lines"]} - {""}
        assert named <= {entry["entry_id"] for entry in tree["entries"]}
        assert sum(Fraction(line["amount"]) for line in tree["lines"]) == Fraction(
            tree["row"]["amount"]
        )
        assert tree["row"]["amount"] == usd_text(row.amount_usd_e24)
        json.dumps(tree)


def test_a_leg_at_the_exchange_leads_to_its_fill_and_its_decision():
    world = World()
    cex_dex(world, 10, 5, [(10, 300, 2)])
    tree = _tree(world, f"{DAY}/cex_dex/paper/slippage")
    (entry,) = tree["entries"]
    assert entry["fill"]["trade_id"] == world.fills[0].trade_id
    assert entry["opportunity"]["opportunity_id"] == "op0"
    assert entry["leg"]["base_units"] == "-10"


def test_a_leg_on_the_chain_and_its_gas_lead_to_the_receipt():
    world = World()
    dex_dex(world, 10, 20, 30, gas_wei=7)
    for cause in ("slippage", "gas"):
        tree = _tree(world, f"{DAY}/dex_dex/univ2-a/{cause}")
        (entry,) = tree["entries"]
        assert entry["receipt"]["tx_hash"] == world.mined[0].receipt.tx_hash
        assert entry["receipt"]["gas_used"] == "7"


def test_a_row_the_day_does_not_have_is_refused_with_those_it_has():
    world = World()
    dex_dex(world, 10, 20, 30, gas_wei=7)
    with pytest.raises(InputRefused, match="slippage"):
        _tree(world, "2025-11-20/nothing")


def test_a_price_move_leads_to_what_moved_the_holding():
    world = World()
    world.mark(3_000_000_000)
    cex_dex(world, 10, 5, [(10, 300, 2)])
    world.mark(3_100_000_000)
    tree = _tree(world, f"{DAY}/desk/paper/price_move")
    assert {entry["cause"] for entry in tree["entries"]} == {"trade", "exchange_fee"}
    assert [line["entry_id"] for line in tree["lines"]] == [""]


@few
@given(HISTORIES)
def test_a_price_move_can_be_worked_out_from_its_tree_alone(world: World):
    tree_of = _forest(world)
    for row in world.attribution().rows:
        if row.cause == PRICE_MOVE:
            tree = tree_of(row.row_id)
            assert _moved(world, tree) == Fraction(tree["row"]["amount"])


def _moved(world: World, tree: Tree) -> Fraction:
    """Follow what a venue holds from its opening through the tree's entries to the close."""
    row, assets = tree["row"], {one.asset: one for one in world.card.assets}
    held: Counter[str] = Counter()
    for one in row["opening"]:
        held[one["asset"]] += int(one["units"])
    marks = {name: Fraction(ends["opening"]) for name, ends in row["marks"].items()}
    closings = {name: ends["closing"] for name, ends in row["marks"].items()}
    venue, moved = row["row_id"].split("/")[2], Fraction(0)
    for entry in [*tree["entries"], {"marks": closings, "postings": []}]:
        for name in marks.keys() & entry["marks"].keys():
            coins = sum(
                Fraction(units, 10 ** assets[asset].decimals)
                for asset, units in held.items()
                if assets[asset].underlying == name
            )
            now = Fraction(entry["marks"][name])
            moved += coins * (now - marks[name])
            marks[name] = now
        for one in entry["postings"]:
            if VENUES.get(one["account"]) == venue and one["asset"] in assets:
                held[one["asset"]] += int(one["units"])
    return moved


def test_a_cost_is_its_own_posting_at_the_mark_beside_it():
    world = World()
    world.mark(3_000_000_000)
    dex_dex(world, 10, 20, 30, gas_wei=7 * 10**14)
    tree = _tree(world, f"{DAY}/dex_dex/univ2-a/gas")
    (entry,) = tree["entries"]
    paid = Fraction(entry["postings"][0]["units"]) / 10**18
    assert Fraction(tree["row"]["amount"]) == paid * Fraction(entry["marks"]["ETH"]) != 0


def test_a_row_that_the_facts_no_longer_give_is_refused_rather_than_shown():
    world = World()
    dex_dex(world, 10, 20, 30, gas_wei=7)
    then, row = world.attribution(), f"{DAY}/dex_dex/univ2-a/gas"
    dex_dex(world, 10, 20, 30, gas_wei=7)
    with pytest.raises(InvariantBroken, match="close this day again"):
        explain(row, then, world.attributed(), _evidence(world))


@given(st.integers())
def test_money_is_written_exactly_and_without_idle_zeros(amount: int):
    text = usd_text(amount)
    assert "." not in text or not text.endswith("0")
    whole, _, rest = text.lstrip("-").partition(".")
    sign = -1 if text.startswith("-") else 1
    assert sign * int(whole + rest.ljust(24, "0")) == amount


def test_nothing_is_zero_and_the_unknown_says_so():
    assert (usd_text(0), usd_text(None), usd_text(-(10**24))) == ("0", "unknown", "-1")


def test_every_integer_becomes_text_and_a_truth_stays_one():
    assert as_text({"a": [1, True, {"b": 2**200}]}) == {"a": ["1", True, {"b": str(2**200)}]}


@few
@given(HISTORIES)
def test_every_cell_leads_to_lines_that_sum_to_it(world: World):
    tree_of = _forest(world)
    for cell in world.attribution().cells:
        tree = tree_of(cell.cell_id)
        assert sum(Fraction(line["amount"]) for line in tree["lines"]) == Fraction(
            usd_text(cell.amount_usd_e24)
        )
        assert tree["row"]["amount"] == usd_text(cell.amount_usd_e24)


@few
@given(HISTORIES)
def test_every_position_leads_to_the_postings_between_its_opening_and_its_closing(world: World):
    span_ns = (NOON_NS + 1, world.now_ns + 1)
    entries, evidence = world.entries(), _evidence(world)
    for position in roll_forward(entries, *span_ns):
        tree = explain_position(position, entries, evidence, span_ns)
        moved = sum(int(line["units"]) for line in tree["lines"])
        assert moved == position.closing_units - position.opening_units
        assert {line["entry_id"] for line in tree["lines"]} == {
            entry["entry_id"] for entry in tree["entries"]
        }


def test_what_was_in_transit_leads_to_both_its_records():
    world = World()
    world.card = with_deposits(world.card)
    credit(world, pay_in(world, PAPER_ETH, 10**10))
    span_ns = (NOON_NS + 1, world.now_ns + 1)
    entries, evidence = world.entries(), _evidence(world)
    [held] = [one for one in roll_forward(entries, *span_ns) if one.account == UNDERWAY]
    left, came = explain_position(held, entries, evidence, span_ns)["entries"]
    sent = world.mined[0].receipt.tx_hash
    assert left["receipt"]["tx_hash"] == came["receipt"]["tx_hash"] == sent
    assert came["statement"]["line_id"] == world.lines[0].line_id


def test_a_position_that_its_postings_do_not_lead_to_is_refused():
    world = World()
    dex_dex(world, 10, 20, 30, gas_wei=7)
    span_ns = (NOON_NS + 1, world.now_ns + 1)
    held = roll_forward(world.entries(), *span_ns)[0]
    wrong = msgspec.structs.replace(held, closing_units=held.closing_units + 1)
    with pytest.raises(InvariantBroken, match="close this day again"):
        explain_position(wrong, world.entries(), _evidence(world), span_ns)


def test_an_opportunity_leads_to_everything_that_was_booked_for_it():
    world = World()
    dex_dex(world, 10, 20, 30, gas_wei=7)
    cex_dex(world, 10, 5, [(10, 300, 2)])
    executions = world.settled().executions
    (first, _) = compare(world.decisions, world.verdicts, executions)
    tree = explain_opportunity(first, world.entries(), _evidence(world))
    assert tree["opportunity"]["decided"]["opportunity_id"] == first.opportunity_id
    assert {entry["cause"] for entry in tree["entries"]} == {"trade", "gas"}
    assert all("receipt" in entry for entry in tree["entries"])


def test_a_bust_leads_to_the_fill_it_took_back():
    world = World()
    cex_dex(world, 10, 5, [(10, 300, 2)])
    revise(world, 0, None)
    (row,) = [row for row in world.attribution().rows if row.cause == "bust"]
    (entry,) = _tree(world, row.row_id)["entries"]
    assert entry["fill"]["trade_id"] == world.fills[0].trade_id
