"""Attribution sums exactly, whatever happened, and cannot be talked out of it."""

from __future__ import annotations

from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from domain.identity import erc20_asset
from domain.ledger.build import entries_of
from domain.pnl.marks import MarkBook
from domain.pnl.types import Holding, Mark
from domain.settlement.settle import settle
from domain.settlement.types import DecidedLeg, ExchangeFill
from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.clock import NOON_NS
from tests.kit.facts import PAPER_ETH, PAPER_USDC, USDC, WALLET, WETH
from tests.kit.histories import HISTORIES, TRADED_HISTORIES, few
from tests.kit.marking import marked_otherwise, pool_marks
from tests.kit.world_names import (
    DAY,
    OPENING,
    OPENING_MARKS_E6,
    PAPER_ACCOUNT,
    STRANGER,
    WALLET_ACCOUNT,
)

E24 = 10**24
STRANGE_TOKEN = erc20_asset(31337, "0x" + "99" * 20)


@few
@given(HISTORIES)
def test_rows_sum_to_the_change_of_equity_whatever_happened(world: World):
    attribution = world.attribution()
    assert attribution.residual_usd_e24 == 0
    assert attribution.missing == ()


@few
@given(HISTORIES, st.integers())
def test_the_order_in_which_facts_arrive_changes_nothing(world: World, seed: int):
    shuffled = world.settled(Random(seed))
    entries = Random(seed).sample(done := world.entries(shuffled), len(done))
    assert world.attribution(shuffled, entries=entries) == world.attribution()


@few
@given(TRADED_HISTORIES, st.data())
def test_a_fill_the_books_miss_leaves_a_residual(world: World, data: st.DataObject):
    journal, exchange, chain = world.sources()
    lost = data.draw(st.sampled_from(exchange.fills))
    kept = tuple(fill for fill in exchange.fills if fill is not lost)
    lines = tuple(line for line in exchange.lines if line.ref_id != lost.trade_id)
    missed = settle(world.card, journal, exchange=_with(exchange, kept, lines), chain=chain)
    assert world.attribution(missed).residual_usd_e24 == _worth(world, lost)


def _worth(world: World, fill: ExchangeFill) -> int:
    """Value a fill at what the day closes at."""
    closing_e6 = {name: world.mark_before(world.now_ns + 1, name) for name in OPENING_MARKS_E6}
    sign = 1 if fill.side == "buy" else -1
    moved = [
        (fill.base_asset, sign * fill.base_units),
        (fill.quote_asset, -sign * fill.quote_units),
    ]
    moved.append((fill.fee_asset, -fill.fee_units))
    known = {asset.asset: asset for asset in world.card.assets}
    return sum(
        units * closing_e6.get(known[name].underlying, 10**6) * 10 ** (18 - known[name].decimals)
        for name, units in moved
    )


def _with(exchange, fills, lines):
    return msgspec.structs.replace(exchange, fills=fills, lines=lines)


@few
@given(HISTORIES, st.integers(0, 30))
def test_two_days_sum_to_the_whole_when_balances_are_carried(world: World, seconds: int):
    cut_ns = NOON_NS + 1 + seconds * SECOND_NS
    end_ns = max(world.now_ns + 1, cut_ns)
    done = world.settled()
    entries = entries_of(done)
    carried = _balances_at(world, cut_ns)
    holdings = [Holding(*key, units) for key, units in carried.items()]
    first = world.attribution(done, end_ns=cut_ns, external_closing=holdings)
    second = world.attribution(
        done,
        start_ns=cut_ns,
        end_ns=end_ns,
        entries=[entry for entry in entries if entry.at_ns >= cut_ns],
        opening=carried,
        external_opening=holdings,
        marks=world.mark_book(cut_ns),
    )
    whole = world.attribution(done, end_ns=end_ns)
    assert first.residual_usd_e24 == second.residual_usd_e24 == 0
    assert first.total_usd_e24 + second.total_usd_e24 == whole.total_usd_e24


def _balances_at(world: World, ns: int) -> dict[tuple[str, str], int]:
    from domain.ledger.balances import balances

    return balances(world.entries(), until_ns=ns)


def test_the_terms_of_a_planned_leg_are_what_the_formula_says():
    world = World()
    world.mark(3_000_000_000)
    plan = DecidedLeg(
        "paper", "sell", PAPER_ETH, PAPER_USDC, 10**10, 3_002 * 10**8,
        3_004_000_000, 3_003_000_000, 0,
    )  # fmt: skip
    execution_id = world.plan("cex_dex", (plan,))
    world.mark(3_010_000_000)
    world.order(execution_id, "sell", [(10**10, 3_002 * 10**8, 3 * 10**8)])
    rows = {row.row_id: row.amount_usd_e24 for row in world.attribution().rows}
    prefix = f"{DAY}/cex_dex/paper"
    assert rows[f"{prefix}/quoted_edge"] == 4 * E24
    assert rows[f"{prefix}/size_impact"] == -1 * E24
    assert rows[f"{prefix}/slippage"] == -1 * E24
    assert rows[f"{prefix}/latency_drift"] == -10 * E24
    assert rows[f"{prefix}/exchange_fee"] == -3 * E24
    assert rows[f"{prefix}/lp_fee"] == 0


def test_the_fee_of_a_pool_is_taken_from_its_input():
    world = World()
    dex_dex(world, 10**18, 3_010 * 10**6, 3_020 * 10**6, gas_wei=1)
    rows = {row.row_id: row.amount_usd_e24 for row in world.attribution().rows}
    quote_e6, top_e6 = 3_002_345_678, 3_001_234_567
    assert rows[f"{DAY}/dex_dex/univ2-a/lp_fee"] == -quote_e6 * 10**18 * 3000 // 10**6
    assert rows[f"{DAY}/dex_dex/univ2-b/lp_fee"] == -top_e6 * 10**18 * 3000 // 10**6


def test_a_hedge_is_legging_and_a_reverted_transaction_costs_failed_gas():
    world = World()
    cex_dex(world, 10**9, 10**8, [(10**8, 10**10, 5)], wanted_units=10**9, hedge=[(10**8, 9, 1)])
    dex_dex(world, 10**18, 1, 2, gas_wei=10**15, status=0)
    causes = {(row.venue, row.cause) for row in world.attribution().rows}
    assert ("paper", "legging") in causes
    assert {("univ2-a", "failed_gas"), ("univ2-b", "failed_gas")} <= causes
    assert ("univ3", "gas") in causes


def test_a_deposit_is_capital_and_no_profit_but_its_fee_is_a_cost():
    world = World()
    world.tick()
    world.statement("deposit", "", PAPER_USDC, 10**8, 10**6)
    attribution = world.attribution()
    assert attribution.external_flow_usd_e24 == E24
    assert attribution.total_usd_e24 == -E24 // 100


def test_without_any_mark_a_row_is_incomplete_rather_than_smaller():
    world = World()
    dex_dex(world, 10**18, 3_010 * 10**6, 3_020 * 10**6, gas_wei=1)
    attribution = world.attribution(marks=MarkBook.of([]))
    assert attribution.residual_usd_e24 is None
    incomplete = {row.cause for row in attribution.rows if row.amount_usd_e24 is None}
    assert incomplete == {"price_move", "gas", "latency_drift"}
    assert "a mark of ETH" in attribution.missing


def test_a_balance_the_outside_does_not_state_is_unknown_and_not_zero():
    world = World()
    world.mark(1)
    closing = [Holding(*key, units) for key, units in world.held.items() if key[1] != USDC]
    attribution = world.attribution(external_closing=closing)
    assert attribution.closing_equity_usd_e24 is None
    assert attribution.residual_usd_e24 is None
    assert any(USDC in line and WALLET_ACCOUNT in line for line in attribution.missing)


def test_a_token_nobody_knows_is_named_and_valued_on_neither_side():
    world = World()
    world.mark(3_000_000_000)
    world.send("", [(STRANGE_TOKEN, STRANGER, WALLET, 7)], sender=STRANGER, is_meant=False)
    attribution = world.attribution()
    assert attribution.residual_usd_e24 == 0
    assert any(STRANGE_TOKEN in line for line in attribution.missing)


def test_a_leg_whose_decision_is_lost_is_unexplained_by_name():
    world = World()
    dex_dex(world, 10**18, 3_010 * 10**6, 3_020 * 10**6, gas_wei=1)
    attribution = world.attribution(decisions=())
    assert attribution.residual_usd_e24 == 0
    rows = [row for row in attribution.rows if row.cause == "unexplained"]
    assert {row.venue for row in rows} == {"univ2-a", "univ2-b"}
    assert all(row.missing for row in rows)


def test_a_mark_between_two_flows_counts_only_for_what_was_held_then():
    world = World()
    world.mark(3_000_000_000)
    world.mark(3_100_000_000)
    moved = {row.row_id: row.amount_usd_e24 for row in world.attribution().rows}
    assert moved[f"{DAY}/desk/wallet/price_move"] == 150 * 100 * E24
    assert moved[f"{DAY}/desk/paper/price_move"] == 50 * 100 * E24


def test_ten_thousand_entries_are_attributed_without_a_residual():
    world = World()
    for number in range(1_150):
        world.mark(3_000_000_000 + number)
        dex_dex(world, 10**15, 10**6, 10**6 + number, gas_wei=10**12)
        cex_dex(world, 10**7, 10**6, [(10**7, 10**8, 10)])
    done = world.settled()
    entries = world.entries(done)
    assert len(entries) > 10_000
    assert world.attribution(done, entries=entries).residual_usd_e24 == 0


def test_marks_of_another_policy_are_not_mixed_in():
    world = World()
    world.mark(3_000_000_000)
    marks = [*world.marks, Mark(world.now_ns, "ETH", 1, "pool_mid")]
    book = MarkBook.of(marks, start_ns=NOON_NS)
    attribution = world.attribution(marks=book)
    assert attribution.closing_marks["ETH"] == 3_000_000_000
    assert {row.policy for row in attribution.rows} == {"cex_mid"}
    assert (PAPER_ACCOUNT, PAPER_ETH) in world.held
    assert (WALLET_ACCOUNT, WETH) in world.held


@few
@given(HISTORIES, st.integers(1, 10**11), st.integers(1, 10**11))
def test_a_change_of_policy_is_a_revaluation_of_what_was_held(world: World, left: int, new: int):
    marks = marked_otherwise(world, left, new)
    found = world.attribution(marks=marks)
    assert (found.residual_usd_e24, found.policy) == (0, "pool")
    revalued = sum(row.amount_usd_e24 or 0 for row in found.rows if row.cause == "revaluation")
    held = sum(
        units * 10 ** (18 - asset.decimals)
        for asset in world.card.assets
        for (_, name), units in OPENING.items()
        if name == asset.asset and asset.underlying == "ETH"
    )
    assert revalued == held * (new - left)
    same = MarkBook.of(pool_marks(world, new), start_ns=NOON_NS, policy="pool")
    without = world.attribution(marks=same)
    assert found.total_usd_e24 == (without.total_usd_e24 or 0) + revalued


def test_a_policy_without_a_mark_leaves_the_number_incomplete_and_names_it():
    world = World()
    marks = MarkBook.of([], carried={"ETH": 1}, policy="pool", carried_policy="cex_mid")
    found = world.attribution(marks=marks)
    assert found.total_usd_e24 is None
    assert "a mark of ETH" in found.missing


@few
@given(HISTORIES, st.sampled_from(("ETH", "BNB")))
def test_a_missing_mark_makes_numbers_incomplete_by_name_and_no_other_number_different(
    world: World, lost: str
):
    marks = [mark for mark in world.marks if mark.underlying != lost]
    carried = {name: e6 for name, e6 in OPENING_MARKS_E6.items() if name != lost}
    found = world.attribution(marks=MarkBook.of(marks, start_ns=NOON_NS, carried=carried))
    whole = {row.row_id: row.amount_usd_e24 for row in world.attribution().rows}
    named = f"a mark of {lost}"
    for row in found.rows:
        if row.amount_usd_e24 is None:
            assert row.missing == (named,)
        else:
            assert (row.amount_usd_e24, row.missing) == (whole.get(row.row_id, 0), ())
    unknown = [row for row in found.rows if row.amount_usd_e24 is None]
    assert (found.total_usd_e24 is None) == bool(unknown)
    assert bool(unknown) <= (named in found.missing)
    assert whole.keys() - {row.row_id for row in found.rows} == set()
    if lost == "ETH":
        assert (found.closing_equity_usd_e24, found.residual_usd_e24) == (None, None)
