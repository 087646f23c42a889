"""Orders, results and silence change what risk answers, survive in facts, and are announced."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from domain.clock import SECOND_NS
from journal.records import HaltOrdered, LimitsOrdered, OpportunityFound
from live.execution.history import fold
from live.execution.legs import execution_id
from live.execution.machine import State
from live.execution.risk_desk import RiskDesk
from live.execution.run import Run, SentTransaction
from live.execution.scribe import Trail
from live.protocol import v2
from live.risk.breakers import BreakerState
from live.risk.limits import Limits, Rulebook
from live.risk.rulebook import written
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WETH, a_card
from tests.kit.theatre import Theatre
from tests.kit.trading import a_two_leg, an_atomic
from tests.kit.wire import a_chain_head

RICH = {ETH: 10**20, WETH: 10**20, USDC: 10**12, PAPER_ETH: 10**12, PAPER_USDC: 10**14}


def a_desk(theatre: Theatre) -> RiskDesk:
    past = fold((entry.fact.record_id(), entry.fact) for entry in theatre.recorder.entries)
    desk = RiskDesk(a_card(), theatre.clock, theatre.scribe, theatre.herald, past)
    desk.balances_read(RICH)
    desk.surroundings.hear_head(a_chain_head(42), theatre.clock.now_ns())
    return desk


def staged(story: Callable[[RiskDesk, Theatre], Awaitable[None]]) -> Theatre:
    async def play() -> Theatre:
        theatre = Theatre()
        await story(a_desk(theatre), theatre)
        return theatre

    return asyncio.run(play())


def a_run(opportunity: OpportunityFound, state: State = State.FAILED) -> Run:
    oid = opportunity.opportunity_id
    return Run(execution_id(oid), "atomic", opportunity, Trail(oid), state)


def another(number: int) -> OpportunityFound:
    return msgspec.structs.replace(an_atomic(), opportunity_id=f"opp-{number}")


def alerts(theatre: Theatre) -> list[str]:
    return [fact.alert for fact in theatre.recorder.of("alert.raised")]


def halt(cause: str, *, is_lifted: bool = False, state: str = "HALTED") -> HaltOrdered:
    return HaltOrdered(
        scope="desk", cause_id=cause, reason="a test", is_lifted=is_lifted, state=state
    )


def limits(version: int, **changes: int) -> LimitsOrdered:
    rulebook = Rulebook(version=version, desk=Limits(**changes))
    return LimitsOrdered(version=version, rulebook=written(rulebook), reason="a test", ordered_ns=1)


def test_an_emergency_stop_holds_until_it_is_lifted_and_is_told_each_time():
    async def story(desk: RiskDesk, theatre: Theatre) -> None:
        assert desk.judge(an_atomic()).is_approved
        await desk.obey(halt("a"))
        assert desk.judge(an_atomic()).limit_name == "halted_scope"
        assert desk.halt_reason(a_run(an_atomic())) == "desk is halted: a test"
        await desk.obey(halt("b", is_lifted=True))
        assert desk.judge(an_atomic()).is_approved
        assert desk.halt_reason(a_run(an_atomic())) == ""

    theatre = staged(story)
    assert alerts(theatre) == ["scope_halted", "scope_lifted"]
    told = [m for m in theatre.heard() if isinstance(m, v2.RiskAlert)]
    assert [message.is_halting for message in told] == [True, False]


def test_a_rulebook_is_taken_without_a_restart_and_an_old_one_is_refused():
    async def story(desk: RiskDesk, theatre: Theatre) -> None:
        await desk.adopt(limits(2, max_notional_usd_e24=1))
        verdict = desk.judge(an_atomic())
        assert (verdict.limit_name, verdict.limit_value) == ("max_notional_usd_e24", "1")
        await desk.adopt(limits(1))
        assert desk.rulebook.version == 2

    assert alerts(staged(story)) == ["limits_changed", "limits_refused"]


def test_results_are_counted_once_over_restarts_and_open_breakers_that_survive_them():
    async def story(desk: RiskDesk, theatre: Theatre) -> None:
        runs = [a_run(another(number)) for number in range(6)]
        await desk.count(runs)
        await desk.count(runs)
        assert len(theatre.recorder.of("risk.result")) == 6
        again = a_desk(theatre)
        await again.count(runs)
        assert len(theatre.recorder.of("risk.result")) == 6
        assert again.judge(an_atomic()).limit_name == "circuit_breaker"
        assert again.session.breakers == desk.session.breakers

    opened = staged(story).recorder.of("alert.raised")
    assert {fact.alert for fact in opened} == {"breaker_open"}
    assert all("6 executions in a row failed" in fact.detail for fact in opened)


def test_what_has_no_definite_outcome_is_not_counted_yet():
    async def story(desk: RiskDesk, theatre: Theatre) -> None:
        await desk.count([a_run(an_atomic(), State.UNKNOWN)])

    assert staged(story).recorder.journal == []


def test_a_result_with_an_answer_missing_says_that_it_is_not_known():
    async def story(desk: RiskDesk, theatre: Theatre) -> None:
        run = a_run(an_atomic(), State.SETTLED)
        played = await theatre.play(an_atomic())
        run.transactions.append(SentTransaction(played.transactions[0].intent))
        await desk.count([run])

    (result,) = staged(story).recorder.of("risk.result")
    assert (result.is_known, result.result_usd_e24) == (False, 0)


def test_a_breaker_cools_down_lets_one_trial_through_and_closes_when_it_settles():
    async def story(desk: RiskDesk, theatre: Theatre) -> None:
        await desk.obey(halt("a", state="TRIPPED"))
        assert desk.judge(an_atomic()).limit_name == "circuit_breaker"
        theatre.clock.wind(desk.rulebook.desk.breaker_cooldown_ns)
        desk.surroundings.hear_head(a_chain_head(42), theatre.clock.now_ns())
        await desk.look()
        trial = msgspec.structs.replace(another(1), expires_ns=theatre.clock.now_ns() + SECOND_NS)
        assert desk.judge(trial).is_approved
        run = a_run(trial, State.SETTLED)
        desk.occupy(run)
        assert desk.judge(a_two_leg(expires_ns=trial.expires_ns)).limit_name == "circuit_breaker"
        desk.vacate(run)
        await desk.count([run])
        assert desk.session.breaker("desk").state is BreakerState.CLOSED

    told = ["scope_tripped", "breaker_open", "breaker_half_open", "breaker_closed"]
    assert alerts(staged(story)) == told


def test_silence_opens_the_desks_breaker_once():
    async def story(desk: RiskDesk, theatre: Theatre) -> None:
        await desk.look()
        theatre.clock.wind(desk.rulebook.desk.max_data_age_ns + 1)
        await desk.look()
        await desk.look()

    assert alerts(staged(story)) == ["breaker_open"]


def test_value_at_risk_is_reckoned_from_the_marks_that_were_heard():
    async def story(desk: RiskDesk, theatre: Theatre) -> None:
        await desk.adopt(limits(1, max_var_usd_e24=1))
        assert desk.judge(an_atomic()).limit_name not in {"max_var_usd_e24", "max_var_unknown_ns"}
        for second in range(120):
            theatre.clock.wind(SECOND_NS)
            desk.surroundings.hear_head(a_chain_head(42), theatre.clock.now_ns())
            mark_e6 = 3_000_000_000 + second % 2 * 10**6
            fresh = theatre.clock.now_ns() + SECOND_NS
            desk.judge(an_atomic(mark_e6=mark_e6, expires_ns=fresh))
        await desk.look()
        verdict = desk.judge(an_atomic(expires_ns=theatre.clock.now_ns() + SECOND_NS))
        assert verdict.limit_name == "max_var_usd_e24"
        assert int(verdict.observed_value) > 1

    staged(story)


def test_capital_and_lanes_are_held_by_strategy_until_they_are_let_go():
    async def story(desk: RiskDesk, theatre: Theatre) -> None:
        run = a_run(a_two_leg("sell"))
        desk.occupy(run)
        assert desk.judge(a_two_leg("sell")).limit_name == "max_executions_per_venue"
        held = desk.inventory.free_units(WETH)
        desk.vacate(run)
        free = desk.inventory.free_units(WETH)
        assert held is not None
        assert free is not None
        assert free - held == a_two_leg("sell").legs[0].base_units

    staged(story)
