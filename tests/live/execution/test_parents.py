"""A large order ends definitely whatever happens, and no child of it is ever sent twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.algorithms.parent import Algorithm, ParentOrder
from domain.clock import SECOND_NS
from journal.records import HaltOrdered
from live.execution.parents import Worker
from live.risk.limits import USDC_E24, Caps, Limits, Rulebook
from rehearsal.exchange.commands import Place
from rehearsal.exchange.simulated import Scene
from tests.kit.clock import NOON_NS
from tests.kit.parents import WHOLE, ParentStage, an_order

ICEBERG = {
    "algorithm": Algorithm.ICEBERG,
    "display_e8": WHOLE,
    "limit_e8": 3_100 * WHOLE,
    "slices": 1,
}
KINDS: dict[str, dict[str, Any]] = {
    "twap": {},
    "vwap": {"algorithm": Algorithm.VWAP, "curve": (3, 1, 2)},
    "iceberg": ICEBERG,
    "route": {"algorithm": Algorithm.ROUTE},
}


def played(stage: ParentStage, order: ParentOrder) -> Worker:
    return asyncio.run(stage.play(order))


def quiet(bid: int, ask: int) -> list[Scene]:
    """A market that shows one price on each side, and stays known for a minute."""
    sides = ((bid, WHOLE),), ((ask, WHOLE),)
    return [Scene(NOON_NS + second * SECOND_NS, *sides) for second in (0, 70)]


def outcomes(stage: ParentStage) -> list[str]:
    return [fact.outcome for fact in stage.recorder.of("execution.finished")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("side", ["buy", "sell"])
def test_an_order_is_filled_and_every_fact_precedes_its_deed(kind: str, side: str):
    stage = ParentStage(("paper", "other"))
    limit = {"limit_e8": 2_900 * WHOLE} if kind == "iceberg" and side == "sell" else {}
    order = an_order(**(KINDS[kind] | {"side": side} | limit))
    worker = played(stage, order)
    assert (worker.outcome, stage.filled_e8()) == ("SETTLED", order.size_e8)
    kinds = stage.recorder.journal
    assert kinds[:4] == ["parent.ordered", "risk.decided", "execution.planned", "risk.decided"]
    assert kinds[-3:] == ["execution.finished", "risk.result", "execution.finalised"]
    intents = [fact.client_order_id for fact in stage.recorder.of("order.intended")]
    assert sorted(intents) == sorted(stage.sent)
    assert len(stage.recorder.of("risk.decided")) == len(intents) + 1
    for name in stage.sent:
        assert_intended_first(stage, name)


def assert_intended_first(stage: ParentStage, name: str) -> None:
    """Every order that left was in the journal before anything else happened at a venue."""
    happened = stage.happenings
    sends = [n for n, what in enumerate(happened) if what.startswith("order ")]
    intends = [n for n, what in enumerate(happened) if what == "fact order.intended"]
    number = stage.sent.index(name)
    assert len([n for n in intends if n < sends[number]]) > number


def test_twap_sends_equal_parts_at_equal_times():
    stage = ParentStage()
    played(stage, an_order())
    intents = [e for e in stage.recorder.entries if e.fact.KIND == "order.intended"]
    assert [entry.observed_ns for entry in intents] == [
        NOON_NS + 20 * SECOND_NS * number for number in range(3)
    ]
    assert {fact.base_units for fact in stage.recorder.of("order.intended")} == {10**10}


def test_vwap_follows_its_curve():
    stage = ParentStage()
    played(stage, an_order(**KINDS["vwap"]))
    sizes = [fact.base_units for fact in stage.recorder.of("order.intended")]
    assert sizes == [15 * 10**9, 5 * 10**9, 10 * 10**9]


def test_an_iceberg_never_shows_more_than_its_tip():
    flat = [
        Scene(NOON_NS + n * SECOND_NS, ((299_000, WHOLE),), ((301_000, WHOLE),)) for n in (0, 9)
    ]
    stage = ParentStage(scenes={"paper": flat})
    market = stage.markets["paper"]
    shown: list[int] = []

    async def story() -> None:
        order = an_order(**(ICEBERG | {"limit_e8": 3_000 * WHOLE}))
        playing = asyncio.create_task(stage.play(order))
        for _ in range(200):
            await asyncio.sleep(0)
            resting = [o for o in market._engine.resting.values() if o.account == "spot"]
            shown.extend(o.open_lots for o in resting)
            if resting:
                market._apply(Place("crowd", "sell", "market", WHOLE // 2))
        await playing

    asyncio.run(story())
    assert max(shown) == WHOLE
    assert len(stage.sent) == 3
    assert outcomes(stage) == ["SETTLED"]


def test_what_the_limit_forbids_stays_unfilled_and_the_order_is_partial_or_failed():
    stage = ParentStage(scenes={"paper": quiet(299_000, 301_000)})
    worker = played(stage, an_order(limit_e8=3_000 * WHOLE))
    assert (worker.outcome, stage.sent) == ("FAILED", [])
    assert worker.reason == "every slice was sent"


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_is_lost_is_asked_for(kind: str):
    stage = ParentStage()
    stage.markets["paper"].mute = 2
    order = an_order(**KINDS[kind])
    assert played(stage, order).outcome == "SETTLED"
    assert stage.filled_e8() == order.size_e8
    assert "UNKNOWN" in {fact.status for fact in stage.recorder.of("order.observed")}


BRIEF = {"end_ns": NOON_NS + 6 * SECOND_NS}


def assert_definite(stage: ParentStage, worker: Worker) -> None:
    """The order has one end, what is booked is what was traded, and it is never too much."""
    filled = stage.filled_e8()
    outcome = "SETTLED" if filled == worker.order.size_e8 else "PARTIAL" if filled else "FAILED"
    assert (worker.outcome, outcomes(stage)) == (outcome, [outcome])
    assert filled <= worker.order.size_e8
    told = stage.recorder.of("order.observed")
    assert filled * 100 == sum(f.filled_base_units for f in told if f.status != "UNKNOWN")
    assert len(stage.sent) == len(set(stage.sent))


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_after_any_happening_leaves_an_order_the_next_one_ends(kind: str):
    order = an_order(**KINDS[kind], **BRIEF)
    undisturbed = ParentStage(("paper", "other"))
    played(undisturbed, order)
    for limit in range(1, len(undisturbed.happenings)):
        stage = ParentStage(("paper", "other"))
        stage.happenings.limit, stage.happenings.killer = limit, Killed()
        with pytest.raises(Killed):
            played(stage, order)
        assert_definite(stage, played(stage, order))


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.lists(st.integers(1, 12), max_size=4), st.integers(0, 3))
def test_any_row_of_kills_and_lost_answers_ends_definitely(kind: str, kills: list[int], mute: int):
    order, stage = an_order(**KINDS[kind], **BRIEF), ParentStage()
    stage.markets["paper"].mute = mute
    for more in kills:
        stage.happenings.limit = len(stage.happenings) + more
        stage.happenings.killer = Killed()
        try:
            played(stage, order)
        except Killed:
            continue
        break
    stage.happenings.killer = None
    assert_definite(stage, played(stage, order))


def test_a_halt_stops_an_order_and_withdraws_what_rests():
    orders = [HaltOrdered(scope="strategy:iceberg", cause_id="c", reason="enough")]
    wide = [
        Scene(NOON_NS + n * SECOND_NS, ((200_000, WHOLE),), ((400_000, WHOLE),)) for n in (0, 9)
    ]
    stage = ParentStage(scenes={"paper": wide})
    stage.unread = lambda: orders if stage.sent else ()
    worker = played(stage, an_order(**(ICEBERG | {"limit_e8": 3_000 * WHOLE})))
    assert worker.reason == "strategy:iceberg is halted: enough"
    assert [fact.status for fact in stage.recorder.of("order.observed")] == ["CANCELLED"]
    assert outcomes(stage) == ["FAILED"]


def test_an_order_that_risk_declines_is_never_planned():
    stage = ParentStage()
    stage.session = stage.session.ordered(HaltOrdered(scope="desk", cause_id="c", reason="stop"))
    worker = played(stage, an_order())
    assert worker.reason == "desk is halted: stop"
    assert stage.recorder.journal == ["parent.ordered", "risk.decided"]
    assert stage.sent == []


@pytest.mark.parametrize(
    "rulebook",
    [
        Rulebook(version=1, desk=Limits(max_notional_usd_e24=100 * USDC_E24)),
        Rulebook(version=1, scopes={"strategy:twap": Caps(max_notional_usd_e24=USDC_E24)}),
        Rulebook(version=1, desk=Limits(max_trade_loss_usd_e24=USDC_E24)),
    ],
)
def test_a_child_that_risk_declines_is_never_sent(rulebook: Rulebook):
    stage = ParentStage()
    stage.rulebook = rulebook
    worker = played(stage, an_order())
    assert (worker.outcome, stage.sent) == ("FAILED", [])
    verdicts = stage.recorder.of("risk.decided")
    assert [verdict.is_approved for verdict in verdicts] == [True, False, False, False]
    assert {verdict.limits_version for verdict in verdicts} == {1}


def test_more_than_the_desk_can_pay_is_declined_as_a_whole():
    stage = ParentStage()
    worker = played(stage, an_order(size_e8=10_000 * WHOLE))
    (verdict,) = stage.recorder.of("risk.decided")
    assert (verdict.limit_name, worker.children) == ("free_inventory_units", [])


def test_a_route_takes_the_cheaper_venue_first():
    cheap = [
        Scene(scene.at_ns, scene.bids, ((300_000, 2 * WHOLE),)) for scene in quiet(299_000, 301_000)
    ]
    dear = [
        Scene(scene.at_ns, scene.bids, ((300_100, 9 * WHOLE),)) for scene in quiet(299_000, 301_000)
    ]
    stage = ParentStage(("dear", "cheap"), {"dear": dear, "cheap": cheap})
    played(stage, an_order(**KINDS["route"]))
    by_venue = {f.venue: f.base_units for f in stage.recorder.of("order.intended")}
    assert by_venue == {"cheap": 2 * 10**10, "dear": 10**10}
