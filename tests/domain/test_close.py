"""The close counts everything once, says unknown where it is, and is exact to the last digit."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given

from domain.audit.head import audit_head
from domain.close import (
    CloseInput,
    break_object,
    close_of,
    opportunities,
    outcomes,
    provisional_object,
    ranked,
    states,
    step_object,
)
from domain.layers.breaks import FRAMES
from domain.matching.types import ORDERS, Break, make_break
from domain.provisional import Provisional
from domain.settlement.outcome import UnexplainedMovement
from domain.settlement.types import ExecutionAnswer
from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.facts import WALLET, WETH, a_card
from tests.kit.histories import HISTORIES, few
from tests.kit.world_names import DAY, STRANGER


def _close(world: World) -> dict:
    return close_of(_given(world))


def _given(world: World, uncertain: Sequence[Provisional] = ()) -> CloseInput:
    done = world.settled()
    return CloseInput(
        day=DAY,
        journal=world.sources()[0],
        executions=done.executions,
        breaks=[_stray(one) for one in done.unexplained],
        attribution=world.attribution(done),
        head=audit_head(world.entries(done)),
        assets=world.card.assets,
        anchor="block:7:0xab",
        provisional=uncertain,
        steps=[("settle", "0.25")],
    )


def _stray(one: UnexplainedMovement) -> Break:
    return make_break(
        "movements", "UNEXPLAINED", one.movement_id, one.reason, one.at_ns, asset=one.asset,
        amount_units=one.units, account=one.account,
    )  # fmt: skip


@few
@given(HISTORIES)
def test_the_close_of_any_day_is_json_with_a_residual_of_zero(world: World):
    close = json.loads(json.dumps(_close(world)))
    assert close["pnl"]["residual"] == "0"
    assert list(close) == [
        "date", "opportunities", "executions", "settlement", "provisional", "breaks", "pnl",
        "audit_head", "steps",
    ]  # fmt: skip


@few
@given(HISTORIES)
def test_everything_found_was_taken_declined_or_is_undecided(world: World):
    counted = opportunities(world.sources()[0])
    declined = sum(counted["declined"].values())
    assert counted["found"] == counted["taken"] + declined + counted["undecided"]
    assert counted["taken"] == len(world.executions)


def test_what_risk_declined_is_counted_by_its_reason():
    world = World()
    world.plan("dex_dex", (), is_taken=False)
    world.plan("dex_dex", (), is_taken=True)
    counted = opportunities(world.sources()[0])
    assert counted == {"found": 2, "taken": 1, "declined": {"too small": 1}, "undecided": 0}


def test_of_two_conclusions_the_last_counts_and_none_is_open():
    world = World()
    first, _ = world.plan("dex_dex", ()), world.plan("dex_dex", ())
    world.outcomes = [
        ExecutionAnswer(first, "SETTLED", "", True, 9),
        ExecutionAnswer(first, "UNKNOWN", "", False, 5),
    ]
    assert outcomes(world.sources()[0]) == {"OPEN": 1, "SETTLED": 1}


def test_a_settlement_that_is_not_final_says_how_far_it_is():
    world = World()
    dex_dex(world, 10, 20, 30, gas_wei=1)
    (final,) = world.settled().executions
    safe = msgspec.structs.replace(final, finality="safe", is_provisional=True)
    assert states([final, safe, safe]) == {"SETTLED": 1, "SETTLED (safe)": 2}


def test_a_stray_transfer_is_in_the_close_as_a_break_with_its_exact_amount():
    world = World()
    world.send("", [(WETH, STRANGER, WALLET, 5)], sender=STRANGER, is_meant=False)
    (broken,) = _close(world)["breaks"]
    assert (broken["cause"], broken["asset"]) == ("UNEXPLAINED", WETH)
    assert broken["amount"] == "0.000000000000000005"
    assert not broken["is_base_units"]


@pytest.mark.parametrize(("recon", "asset"), [("movements", "spam"), (ORDERS, "")])
def test_an_amount_of_no_asset_we_know_stays_in_base_units(recon, asset):
    odd = make_break(recon, "UNEXPLAINED", "s", "", 1, asset=asset, amount_units=7)
    shown = break_object(odd, a_card().assets)
    assert (shown["amount"], shown["is_base_units"]) == ("7", True)


def test_a_count_of_frames_is_in_no_unit_of_an_asset():
    lost = make_break(FRAMES, "MISSING_INTERNAL", "s", "", 1, amount_units=7)
    assert not break_object(lost, a_card().assets)["is_base_units"]


def test_an_unknown_amount_is_null_and_never_zero():
    failed = make_break("r", "SOURCE_FAILURE", "chain", "gone", 1)
    assert break_object(failed, a_card().assets)["amount"] is None


def test_the_gravest_break_comes_first():
    small = make_break("r", "PENDING_FINALITY", "a", "", 1)
    grave = make_break("r", "UNEXPLAINED", "b", "", 1)
    assert ranked([small, grave]) == [grave, small]


def test_pnl_rows_carry_exact_decimals():
    world = World()
    cex_dex(world, 10**10, 3_000 * 10**6, [(10**10, 3_010 * 10**8, 1)], gas_wei=1)
    rows = {row["row_id"]: row["amount"] for row in _close(world)["pnl"]["rows"]}
    assert rows[f"{DAY}/cex_dex/paper/exchange_fee"] == "-0.00000001"
    assert rows[f"{DAY}/cex_dex/univ3/gas"] == "-0.000000000000003"


def test_a_step_that_failed_took_nobody_knows_how_long():
    assert step_object("settle", "0.250") == {"name": "settle", "seconds": 0.25}
    assert step_object("settle", "unknown") == {"name": "settle", "seconds": None}


def test_what_could_still_change_is_told_by_asset_with_its_money_or_as_unknown():
    world = World()
    dex_dex(world, 10**18, 2_990 * 10**6, 3_011 * 10**6, gas_wei=1)
    known = Provisional(WETH, 5 * 10**17, 0, 0, 10**17, 1_800 * 10**24)
    strange = Provisional("odd", 3, 0, None, None, None)
    told = provisional_object(_given(world, [known]))
    assert (told["anchor"], told["executions"], told["of_executions"]) == ("block:7:0xab", 0, 1)
    assert told["value"] == "1800"
    (row,) = told["assets"]
    assert (row["received"], row["outgoing"]) == (f"0.5{'0' * 17}", f"0.1{'0' * 17}")
    unknown = provisional_object(_given(world, [known, strange]))
    assert unknown["value"] is None
    assert (unknown["assets"][1]["received"], unknown["assets"][1]["incoming"]) == ("3", None)
    assert unknown["assets"][1]["is_base_units"]
