"""A number leads to its entries, their fills or receipts, and the opportunity; nothing is lost."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused, InvariantBroken
from domain.pnl.explain import Evidence, Tree, as_text, explain, usd_text
from tests.kit.books import DAY, World, cex_dex, dex_dex
from tests.kit.histories import HISTORIES, few


def _evidence(world: World) -> Evidence:
    return Evidence(world.settled().legs, world.decisions, world.fills, world.mined)


def _tree(world: World, row_id: str) -> Tree:
    return explain(row_id, world.attribution(), world.attributed(), _evidence(world))


@few
@given(HISTORIES)
def test_every_row_leads_to_entries_that_are_all_there(world: World):
    attribution = world.attribution()
    for row in attribution.rows:
        tree = _tree(world, row.row_id)
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
