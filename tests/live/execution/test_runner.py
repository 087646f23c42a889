"""Playbooks of whole executions: what was durable, what left, what was heard, how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.records import OpportunityFound
from live.chain.decoding import BlockHead
from live.chain.send_answers import SendAnswer
from live.execution.calls import call_of
from live.execution.chain_leg import EXPIRED
from live.execution.machine import State
from live.execution.run import Run
from tests.kit.facts import a_card
from tests.kit.scripted import ScriptedSigner
from tests.kit.theatre import Theatre
from tests.kit.trading import a_two_leg, an_atomic


def played(
    opportunity: OpportunityFound, chain: Sequence[str] = (), orders: Sequence[str] = ()
) -> tuple[Run, Theatre]:
    async def story() -> tuple[Run, Theatre]:
        theatre = Theatre(chain, orders)
        await theatre.lane.open()
        return await theatre.play(opportunity), theatre

    return asyncio.run(story())


ATOMIC = ["fact transaction.intended", "send mine", "fact transaction.observed"]
FINISHED = "fact execution.finished"


def test_an_atomic_trade_is_intended_sent_seen_and_settled():
    run, theatre = played(an_atomic())
    assert theatre.happenings == [*ATOMIC, FINISHED]
    assert run.state is State.SETTLED
    (intended,) = theatre.recorder.of("transaction.intended")
    (observed,) = theatre.recorder.of("transaction.observed")
    assert observed.tx_hash == intended.tx_hash
    assert (observed.status, observed.finality) == ("INCLUDED", "included")
    assert intended.nonce == 0
    assert intended.venues == ("univ2-a", "univ2-b")


def test_a_second_leg_is_intended_only_after_the_first_is_in_a_block():
    run, theatre = played(a_two_leg("buy"))
    assert theatre.happenings == [
        *ATOMIC, "fact order.intended", "order 100", "fact order.observed", FINISHED,
    ]  # fmt: skip
    assert run.state is State.SETTLED
    assert theatre.venue.sent[0].base_units == 10**10


@pytest.mark.parametrize(
    ("chain", "status"),
    [("revert", "REVERTED"), ("refuse", "REJECTED"), ("away", "REJECTED")],
)
@pytest.mark.parametrize("opportunity", [an_atomic(), a_two_leg("sell")])
def test_a_first_leg_that_did_not_trade_ends_it(
    opportunity: OpportunityFound, chain: str, status: str
):
    run, theatre = played(opportunity, [chain])
    assert run.state is State.FAILED
    assert [fact.status for fact in theatre.recorder.of("transaction.observed")] == [status]
    assert theatre.venue.sent == []
    assert len(theatre.chain.sent) == 1


def test_what_would_revert_now_is_never_sent_and_its_nonce_is_given_back():
    async def story() -> Theatre:
        theatre = Theatre()
        theatre.chain.would_revert = "profit"
        await theatre.play(an_atomic())
        theatre.chain.would_revert = ""
        await theatre.play(an_atomic(opportunity_id="next"))
        return theatre

    theatre = asyncio.run(story())
    assert theatre.happenings[:3] == [
        "fact transaction.intended", "fact transaction.observed", FINISHED,
    ]  # fmt: skip
    finished = theatre.recorder.of("execution.finished")[0]
    assert (finished.outcome, finished.reason) == ("FAILED", "would revert now: profit")
    assert [tx.nonce for tx in theatre.chain.sent] == [0]


def test_gas_that_costs_more_than_the_trade_earns_is_not_paid():
    async def story() -> Theatre:
        theatre = Theatre()
        await theatre.lane.open()
        theatre.lane.heads.hear(BlockHead(42, "", "", 0, 10**13))
        await theatre.play(an_atomic())
        theatre.lane.heads.hear(BlockHead(43, "", "", 0, 10**9))
        await theatre.play(an_atomic(opportunity_id="next"))
        return theatre

    theatre = asyncio.run(story())
    dear, fair = theatre.recorder.of("execution.finished")
    assert (dear.outcome, fair.outcome) == ("FAILED", "SETTLED")
    assert "gas costs" in dear.reason
    assert [tx.nonce for tx in theatre.chain.sent] == [0]


def test_the_offer_for_gas_never_exceeds_what_the_trade_earns():
    _, theatre = played(an_atomic())
    (sent,) = theatre.chain.sent
    call = call_of(an_atomic(), a_card(), 44)
    salt_wei = 2**24
    assert sent.max_fee_per_gas_wei <= call.budget_wei // call.expected_gas + salt_wei


def test_a_nonce_that_somebody_else_used_costs_one_trade_and_is_learned():
    async def story() -> Theatre:
        theatre = Theatre(["nonce_low"])
        await theatre.lane.open()
        await theatre.play(an_atomic())
        theatre.chain.used[0] = "0x" + "99" * 32
        await theatre.play(an_atomic(opportunity_id="next"))
        return theatre

    theatre = asyncio.run(story())
    outcomes = [fact.outcome for fact in theatre.recorder.of("execution.finished")]
    assert outcomes == ["FAILED", "SETTLED"]
    assert [tx.nonce for tx in theatre.chain.sent] == [0, 1]


def test_a_halt_between_the_verdict_and_the_send_keeps_the_trade_at_home():
    async def story() -> Theatre:
        theatre = Theatre()
        theatre.halt_reason = "desk is halted: a drill"
        await theatre.play(an_atomic())
        return theatre

    theatre = asyncio.run(story())
    assert theatre.chain.sent == []
    (finished,) = theatre.recorder.of("execution.finished")
    assert finished.outcome == "FAILED"
    assert "a drill" in finished.reason


def test_a_halt_after_the_first_leg_lets_the_second_and_the_hedge_pass():
    async def story() -> tuple[Run, Theatre]:
        theatre = Theatre(orders=["40", "100"])
        sent = theatre.chain.send_raw

        async def then_halted(raw: bytes) -> SendAnswer:
            theatre.halt_reason = "desk is halted: a drill"
            return await sent(raw)

        theatre.chain.send_raw = then_halted  # type: ignore[method-assign]
        return await theatre.play(a_two_leg("buy")), theatre

    run, theatre = asyncio.run(story())
    assert run.state is State.SETTLED
    assert [order.purpose for order in theatre.venue.sent] == ["leg", "hedge"]


def test_a_node_that_is_away_before_anything_is_sent_fails_it_locally():
    async def story() -> Theatre:
        theatre = Theatre()
        theatre.chain.is_away = True
        await theatre.play(an_atomic())
        return theatre

    assert asyncio.run(story()).happenings == [FINISHED]


def test_what_expires_while_its_intent_is_written_is_not_sent():
    async def story() -> Theatre:
        theatre = Theatre()
        theatre.clock.wind(3 * 10**9)
        await theatre.play(an_atomic())
        await theatre.play(an_atomic(opportunity_id="later", expires_ns=10**19))
        return theatre

    theatre = asyncio.run(story())
    assert theatre.recorder.of("transaction.observed")[0].reason == EXPIRED
    assert [tx.nonce for tx in theatre.chain.sent] == [0], "the nonce was given back"


def test_a_transaction_sent_without_an_answer_is_asked_for_and_never_sent_again():
    run, theatre = played(a_two_leg("buy"), ["hang_mined"])
    assert run.state is State.SETTLED
    statuses = [fact.status for fact in theatre.recorder.of("transaction.observed")]
    assert statuses == ["UNKNOWN", "INCLUDED"]
    assert len(theatre.chain.sent) == 1


@pytest.mark.parametrize("fate", ["lost", "stuck"])
def test_a_transaction_nobody_mines_is_made_impossible_by_its_own_nonce(fate: str):
    run, theatre = played(a_two_leg("buy"), [fate])
    assert run.state is State.FAILED
    leg, unwind = theatre.chain.sent
    assert (leg.nonce, unwind.nonce, unwind.to, unwind.data) == (0, 0, leg_sender(), b"")
    assert unwind.max_priority_fee_per_gas_wei * 8 >= leg.max_priority_fee_per_gas_wei * 9
    purposes = [fact.purpose for fact in theatre.recorder.of("transaction.intended")]
    assert purposes == ["leg", "unwind"]
    statuses = [fact.status for fact in theatre.recorder.of("transaction.observed")]
    assert statuses == ["UNKNOWN", "REPLACED", "INCLUDED"]
    assert theatre.venue.sent == []


def leg_sender() -> str:
    return ScriptedSigner.address


def test_the_nonce_after_a_retired_one_is_the_next():
    async def story() -> list[int]:
        theatre = Theatre(["lost"])
        await theatre.play(an_atomic())
        await theatre.play(an_atomic(opportunity_id="next"))
        return [tx.nonce for tx in theatre.chain.sent]

    assert asyncio.run(story()) == [0, 0, 1]


def test_what_the_first_order_left_is_hedged_once_further_out():
    run, theatre = played(a_two_leg("buy"), orders=["40", "100"])
    assert run.state is State.SETTLED
    leg, hedge = theatre.venue.sent
    assert (leg.purpose, hedge.purpose) == ("leg", "hedge")
    assert hedge.base_units == leg.base_units * 60 // 100


@pytest.mark.parametrize("orders", [["0", "0"], ["40", "10"], ["refuse", "refuse"], ["lost", "40"]])
def test_what_the_hedge_left_is_a_position_and_somebody_is_told(orders: list[str]):
    run, theatre = played(a_two_leg("sell"), orders=orders)
    assert run.state is State.PARTIAL
    assert len(theatre.venue.sent) == 2
    (alert,) = theatre.recorder.of("alert.raised")
    assert (alert.alert, alert.subject) == ("position_left", run.execution_id)
    assert theatre.happenings[-2:] == [FINISHED, "fact alert.raised"]


def test_an_order_accepted_without_an_answer_is_found_and_not_sent_again():
    run, theatre = played(a_two_leg("buy"), orders=["hang:100"])
    assert run.state is State.SETTLED
    assert len(theatre.venue.sent) == 1
    statuses = [fact.status for fact in theatre.recorder.of("order.observed")]
    assert statuses == ["UNKNOWN", "FILLED"]


def test_a_process_that_must_end_leaves_an_unknown_outcome_unknown():
    async def story() -> tuple[Run, Theatre]:
        theatre = Theatre(["lost"])
        theatre.must_end.set()
        return await theatre.play(an_atomic()), theatre

    run, theatre = asyncio.run(story())
    assert run.state is State.UNKNOWN
    (finished,) = theatre.recorder.of("execution.finished")
    assert finished.outcome == "UNKNOWN"
    assert len(theatre.chain.sent) == 1


def test_a_recorder_that_is_away_holds_everything_back():
    async def story() -> Theatre:
        theatre = Theatre()
        theatre.recorder.away_times = 2
        await theatre.play(an_atomic())
        return theatre

    assert asyncio.run(story()).happenings == [*ATOMIC, FINISHED]


SCRIPTS = st.tuples(
    st.sampled_from(["mine", "revert", "refuse", "hang_mined"]),
    st.sampled_from(["100", "0", "40", "hang:100", "hang:40", "refuse"]),
    st.sampled_from(["100", "0", "hang:100"]),
)


def outcome_of(script: tuple[str, str, str], delays: list[int]) -> tuple[str, list[str]]:
    async def story() -> tuple[str, list[str]]:
        theatre = Theatre([script[0]], script[1:], turns=iter(delays))
        run = await theatre.play(a_two_leg("buy"))
        return run.state.value, theatre.happenings

    return asyncio.run(story())


@settings(max_examples=40, deadline=None)
@given(SCRIPTS, st.lists(st.integers(0, 3), max_size=40))
def test_the_same_answers_end_in_the_same_outcome_however_late(
    script: tuple[str, str, str], delays: list[int]
):
    prompt, _ = outcome_of(script, [])
    late, happenings = outcome_of(script, delays)
    assert late == prompt
    assert_intents_precede_sends(happenings)


@settings(max_examples=25, deadline=None)
@given(st.lists(SCRIPTS, min_size=2, max_size=3), st.lists(st.integers(0, 3), max_size=120))
def test_executions_side_by_side_share_the_lane_without_gaps_or_doubles(
    scripts: list[tuple[str, str, str]], delays: list[int]
):
    async def story() -> Theatre:
        chain = [script[0] for script in scripts]
        theatre = Theatre(chain, turns=iter(delays))
        opportunities = [
            msgspec.structs.replace(an_atomic(), opportunity_id=f"opp-{number}")
            for number in range(len(scripts))
        ]
        await asyncio.gather(*(theatre.play(one) for one in opportunities))
        return theatre

    theatre = asyncio.run(story())
    mined = sorted(theatre.chain.used)
    assert mined == list(range(len(mined))), "a hole in the nonces would stop the lane"
    outcomes = sorted(fact.outcome for fact in theatre.recorder.of("execution.finished"))
    traded = sum(script[0] in {"mine", "hang_mined"} for script in scripts)
    assert outcomes == ["FAILED"] * (len(scripts) - traded) + ["SETTLED"] * traded
    assert_intents_precede_sends(theatre.happenings)


def assert_intents_precede_sends(happenings: list[str]) -> None:
    """At no point has more left the house than was durably intended."""
    for intent, send in (("fact transaction.intended", "send "), ("fact order.intended", "order ")):
        durable = left = 0
        for happening in happenings:
            durable += happening == intent
            left += happening.startswith(send)
            assert left <= durable
