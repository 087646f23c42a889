"""What others hear of the trader: results with their fills, halts once, performance."""

from __future__ import annotations

import asyncio

import msgspec

from journal.records import AlertRaised, ExecutionFinished
from live.execution.answers import mined
from live.execution.herald import Herald
from live.execution.legs import execution_id, token_address
from live.execution.run import Run, SentTransaction
from live.protocol import v2
from live.risk.verdict import Verdict
from tests.kit.clock import noon_clock
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WALLET, a_card
from tests.kit.theatre import Theatre
from tests.kit.trading import POOL_ADDRESS, a_receipt, a_transfer, a_two_leg, an_atomic

HALTED = Verdict.deny("halted_scope", limit="running", observed="desk", reason="desk is halted")
STALE = Verdict.deny("max_block_distance", limit=1, observed=5, reason="the chain moved on")

FINISHED = ExecutionFinished(
    execution_id=execution_id("opp-1"),
    opportunity_id="opp-1",
    strategy="dex_dex",
    outcome="UNKNOWN",
    reason="",
)


def played(opportunity, chain=(), orders=()) -> tuple[Run, v2.ExecutionResult]:
    theatre = Theatre(chain, orders)
    run = asyncio.run(theatre.play(opportunity))
    [result] = theatre.heard()
    assert isinstance(result, v2.ExecutionResult)
    return run, result


def a_herald() -> tuple[Herald, list[bytes]]:
    told: list[bytes] = []
    return Herald(a_card(), noon_clock(), told.append), told


def decoded(told: list[bytes]) -> list[v2.Message]:
    return [frame.message for frame in v2.Decoder().feed(b"".join(told))]


def test_a_settled_trade_is_told_with_both_fills_and_its_result():
    run, result = played(a_two_leg())
    assert (result.outcome, result.execution_id) == ("SETTLED", run.execution_id)
    chain, order = result.fills
    assert (chain.venue, chain.status, order.venue, order.status) == (
        "univ2-a", "INCLUDED", "paper", "FILLED",
    )  # fmt: skip
    assert (order.asset_in, order.asset_out) == (PAPER_ETH, PAPER_USDC)
    assert chain.asset_in == USDC
    assert chain.amount_in > 0
    assert result.gas_asset == ETH
    assert result.gas_amount == 224_000 * 2 * 10**9
    assert result.realised_usd_e24 is not None
    assert result.routing.strategy == "cex_dex"
    assert result.routing.correlation == v2.correlation_of("opp-2")
    assert result.routing.expires_ns == 0


def test_an_atomic_trade_is_one_fill_of_the_chain_that_earns_its_quote():
    run, _ = played(an_atomic())
    earned = a_transfer(token_address(USDC), POOL_ADDRESS, WALLET, 30_000_000)
    run.transactions[0].answer = mined(a_receipt(earned))
    herald, told = a_herald()
    herald.finished(run, FINISHED)
    [result] = decoded(told)
    [fill] = result.fills
    assert fill.venue == "eip155:31337"
    assert (fill.asset_in, fill.amount_in) == ("", 0)
    assert (fill.asset_out, fill.amount_out) == (USDC, 30_000_000)


def test_a_trade_that_was_refused_moved_nothing_and_says_so():
    _, result = played(an_atomic(), chain=["refuse"])
    [fill] = result.fills
    assert (result.outcome, fill.status) == ("FAILED", "REJECTED")
    assert (fill.amount_in, fill.amount_out, result.gas_amount) == (0, 0, 0)
    assert result.realised_usd_e24 == 0


def test_what_nobody_has_answered_is_absent_and_never_nought():
    herald, told = a_herald()
    opportunity = an_atomic()
    theatre = Theatre()
    run = asyncio.run(theatre.play(opportunity))
    unanswered = Run(run.execution_id, run.agent, opportunity, run.trail)
    unanswered.transactions.append(SentTransaction(run.transactions[0].intent))
    herald.finished(unanswered, FINISHED)
    herald.tell_performance()
    result, performance = decoded(told)
    assert isinstance(result, v2.ExecutionResult)
    assert isinstance(performance, v2.StrategyPerformance)
    assert (result.gas_amount, result.realised_usd_e24, result.block_number) == (None, None, None)
    assert (result.fills[0].amount_in, result.fills[0].amount_out) == (None, None)
    assert (performance.unknown, performance.realised_usd_e24) == (1, None)


def test_a_limit_that_halts_a_strategy_is_told_once_until_it_changes():
    herald, told = a_herald()
    for verdict in (STALE, HALTED, HALTED, STALE, HALTED, Verdict.approve()):
        herald.decided(an_atomic(), verdict)
    alerts = decoded(told)
    assert [(a.limit_name, a.is_halting, a.subject) for a in alerts] == [
        ("halted_scope", True, "strategy:dex_dex")
    ] * 2
    herald.tell_performance()
    performance = decoded(told)[-1]
    assert (performance.heard, performance.declined, performance.taken) == (6, 5, 1)


def test_an_alert_can_be_chosen_by_what_it_is_about():
    herald, told = a_herald()
    for subject in ("strategy:dex_dex", "venue:paper", "desk", "abc"):
        herald.alerted(
            AlertRaised(
                alert="scope_halted", severity="warning", subject=subject, detail="", raised_ns=1
            )
        )
    routings = [alert.routing for alert in decoded(told)]
    assert [(r.strategy, r.venues) for r in routings] == [
        ("dex_dex", ()), ("", ("paper",)), ("", ()), ("", ()),
    ]  # fmt: skip


def test_what_the_wire_cannot_carry_is_left_out_and_nothing_stops():
    herald, told = a_herald()
    endless = msgspec.structs.replace(an_atomic(), strategy="x" * 300)
    herald.decided(endless, HALTED)
    herald.decided(an_atomic(), HALTED)
    [frame] = v2.Decoder().feed(b"".join(told))
    assert frame.sequence == 0
    assert frame.source == v2.SOURCE_TRADER
