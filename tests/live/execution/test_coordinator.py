"""One answer for each opportunity, written before anything follows from it; capital held once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import StorageFailed
from journal.entry import Entry
from journal.records import HaltOrdered, OpportunityFound
from live.execution.coordinator import Coordinator
from live.execution.finality import FinalityWatch
from live.execution.history import fold
from live.execution.risk_desk import RiskDesk
from live.risk.inventory import Inventory
from live.risk.limits import USDC_E24, Caps, Limits, Rulebook
from tests.kit.eventually import eventually
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WETH, a_card
from tests.kit.theatre import Theatre
from tests.kit.trading import a_two_leg, an_atomic
from tests.kit.wire import a_chain_head

RICH = {ETH: 10**20, WETH: 10**20, USDC: 10**12, PAPER_ETH: 10**12, PAPER_USDC: 10**14}


def a_coordinator(theatre: Theatre, **balances: int) -> Coordinator:
    async def read() -> dict[str, int]:
        return {**RICH, **balances}

    watch = FinalityWatch(theatre.chain, theatre.lane, theatre.runner, theatre.scribe)
    risk = RiskDesk(a_card(), theatre.clock, theatre.scribe, theatre.herald, fold([]))
    coordinator = Coordinator(
        risk,
        theatre.clock,
        theatre.scribe,
        theatre.runner,
        watch,
        read,
        fold([]),
        herald=theatre.herald,
    )
    risk.surroundings.hear_head(a_chain_head(42), theatre.clock.now_ns())
    return coordinator


def staged(
    act: Callable[[Coordinator, Theatre], Awaitable[None]], chain: Sequence[str] = ()
) -> Theatre:
    async def story() -> Theatre:
        theatre = Theatre(chain)
        coordinator = a_coordinator(theatre)
        await coordinator.refresh()
        await act(coordinator, theatre)
        await coordinator.finish(5)
        return theatre

    return asyncio.run(story())


def another(number: int, **changes: Any) -> OpportunityFound:
    return msgspec.structs.replace(an_atomic(), opportunity_id=f"opp-{number}", **changes)


def test_a_yes_is_written_with_its_plan_and_then_walked():
    async def act(coordinator: Coordinator, theatre: Theatre) -> None:
        verdict = await coordinator.consider(an_atomic())
        assert verdict is not None
        assert verdict.is_approved

    theatre = staged(act)
    assert theatre.recorder.journal == [
        "risk.decided", "execution.planned", "transaction.intended", "transaction.observed",
        "execution.finished", "risk.result",
    ]  # fmt: skip
    opportunity = an_atomic()
    assert {e.correlation_id for e in theatre.recorder.entries} == {opportunity.opportunity_id}
    causes = [e.causation_id for e in theatre.recorder.entries]
    ids = [opportunity.record_id(), *(e.fact.record_id() for e in theatre.recorder.entries)]
    assert causes == ids[:-1]


def test_a_no_is_written_and_nothing_follows():
    async def act(coordinator: Coordinator, theatre: Theatre) -> None:
        coordinator.risk.surroundings.hear_head(a_chain_head(50), theatre.clock.now_ns())
        await coordinator.consider(an_atomic())

    theatre = staged(act)
    assert theatre.recorder.journal == ["risk.decided"]
    assert theatre.recorder.of("risk.decided")[0].limit_name == "max_block_distance"


def test_an_opportunity_repeated_by_the_relay_is_answered_once():
    async def act(coordinator: Coordinator, theatre: Theatre) -> None:
        await coordinator.consider(an_atomic())
        assert await coordinator.consider(an_atomic()) is None

    assert len(staged(act).chain.sent) == 1


def test_a_venue_in_use_is_refused_until_the_execution_is_over():
    async def act(coordinator: Coordinator, theatre: Theatre) -> None:
        first = await coordinator.consider(another(1))
        second = await coordinator.consider(another(2))
        await eventually(lambda: coordinator.open_executions == 0)
        third = await coordinator.consider(another(3))
        verdicts = [v.limit_name for v in (first, second, third) if v is not None]
        assert verdicts == ["", "max_executions_per_venue", ""]

    assert len(staged(act).chain.sent) == 2


def test_failures_in_a_row_trip_the_breaker_and_somebody_is_told():
    async def act(coordinator: Coordinator, theatre: Theatre) -> None:
        for number in range(6):
            await coordinator.consider(another(number))
            await eventually(lambda: coordinator.open_executions == 0)
        verdict = await coordinator.consider(another(7))
        assert verdict is not None
        assert verdict.limit_name == "circuit_breaker"

    theatre = staged(act, ["revert"] * 6)
    alerts = theatre.recorder.of("alert.raised")
    assert {fact.alert for fact in alerts} == {"breaker_open"}
    assert {fact.subject for fact in alerts} == {
        "strategy:dex_dex", "venue:univ2-a", "venue:univ2-b",
    }  # fmt: skip


def test_a_halt_of_the_books_stops_its_scope_and_is_announced():
    async def act(coordinator: Coordinator, theatre: Theatre) -> None:
        order = HaltOrdered(scope="strategy:dex_dex", cause_id="b", reason="a balance is off")
        await coordinator.risk.obey(order)
        refused = await coordinator.consider(another(1))
        allowed = await coordinator.consider(a_two_leg("buy"))
        assert refused is not None
        assert allowed is not None
        assert (refused.limit_name, allowed.is_approved) == ("halted_scope", True)

    theatre = staged(act)
    assert theatre.recorder.of("alert.raised")[0].alert == "scope_halted"


def test_capital_that_could_not_be_read_is_not_spent():
    async def story() -> str:
        theatre = Theatre()
        coordinator = a_coordinator(theatre)
        verdict = await coordinator.consider(an_atomic())
        assert verdict is not None
        return verdict.limit_value

    assert asyncio.run(story()) == "never read"


def test_a_journal_that_cannot_be_written_ends_the_process():
    async def story() -> None:
        theatre = Theatre()
        coordinator = a_coordinator(theatre)
        await coordinator.refresh()
        kept = theatre.recorder.record

        async def full_after_the_plan(*entries: Entry) -> list[int]:
            if entries[-1].fact.KIND == "transaction.intended":
                raise StorageFailed("the disk is full; make room")
            return await kept(*entries)

        theatre.recorder.record = full_after_the_plan  # type: ignore[method-assign]
        await coordinator.consider(an_atomic())
        with pytest.raises(StorageFailed):
            await asyncio.wait_for(coordinator.watch_for_failure(), 5)
        assert theatre.chain.sent == []

    asyncio.run(story())


WIDE = Limits(
    max_open_executions=500,
    max_executions_per_venue=500,
    max_session_loss_usd_e24=10**9 * USDC_E24,
    max_day_loss_usd_e24=10**9 * USDC_E24,
    max_drawdown_usd_e24=10**9 * USDC_E24,
    max_consecutive_failures=10**6,
    breaker_loss_usd_e24=10**9 * USDC_E24,
)
SHARE_UNITS = 60 * 3_009_030_000
"""What cex_dex may hold of the wallet's quote at once: sixty trades of the sample's size."""
chains = st.sampled_from(["mine", "revert", "refuse", "nonce_low", "hang_mined", "away"])
fills = st.sampled_from(["100", "0", "40", "hang:100", "refuse"])


@settings(max_examples=8, deadline=None)
@given(st.lists(chains, max_size=150), st.lists(fills, max_size=150), st.integers(20, 130))
def test_a_hundred_and_twenty_at_once_never_hold_more_than_there_is_and_give_all_of_it_back(
    chain: list[str], orders: list[str], affordable: int
):
    """Whatever becomes of each, capital is held by asset and strategy from the yes to the end."""
    balances = {USDC: affordable * 3_009_030_000}
    caps = {"strategy:cex_dex": Caps(max_reserved_units={USDC: SHARE_UNITS})}

    async def story() -> None:
        theatre = Theatre(chain, orders)
        await theatre.lane.open()
        coordinator = a_coordinator(theatre, **balances)
        risk = coordinator.risk
        risk.rulebook = Rulebook(version=1, desk=WIDE, scopes=caps)
        await coordinator.refresh()
        said = []
        for number in range(120):
            strategy = a_two_leg("buy") if number % 4 else an_atomic()
            name = f"opp-{number}"
            verdict = await coordinator.consider(
                msgspec.structs.replace(strategy, opportunity_id=name)
            )
            assert verdict is not None
            said.append(verdict.limit_name)
            assert_held_within(risk.inventory, {**RICH, **balances})
        assert set(said) <= {"", "free_inventory_units", "strategy:cex_dex max_reserved_units"}
        await coordinator.finish(20)
        assert coordinator.open_executions == 0
        assert dict(risk.inventory.reserved) == {}
        assert set(risk.inventory.held.values()) <= {0}
        ends = theatre.recorder.of("execution.finished")
        assert len({fact.execution_id for fact in ends}) == said.count("")

    asyncio.run(story())


def assert_held_within(inventory: Inventory, balances: dict[str, int]) -> None:
    """No asset is promised twice, and no strategy holds more than its share."""
    for asset, units in balances.items():
        held = sum(needs.get(asset, 0) for needs in inventory.reserved.values())
        assert held == inventory.held.get(asset, 0)
        assert held <= units
    assert inventory.held.get(USDC, 0) <= SHARE_UNITS
