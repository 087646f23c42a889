"""What the trader's executions came to is what confidence learns, and what others are told."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from domain.home import DeskHome
from journal.entry import Entry
from journal.records import OpportunityFound
from journal.writer import JournalWriter
from live.detection.promise import promise_of
from live.execution.coordinator import Coordinator
from live.execution.finality import FinalityWatch
from live.execution.history import fold
from live.execution.risk_desk import RiskDesk
from live.protocol import v2
from live.risk.limits import USDC_E24, Limits, Rulebook
from ops.confidence.fit import fitted
from ops.confidence.history import past_outcomes
from tests.kit.clock import noon_clock
from tests.kit.eventually import eventually
from tests.kit.facts import ETH, a_card, fact
from tests.kit.homes import a_home
from tests.kit.theatre import Theatre
from tests.kit.trading import an_atomic
from tests.kit.wire import a_chain_head

ROUNDS = 60
THIN, THICK = 2 * USDC_E24, 60 * USDC_E24


def found(number: int) -> OpportunityFound:
    """Give thin edges and thick ones in turn."""
    net = THICK if number % 2 else THIN
    return an_atomic(opportunity_id=f"opp-{number}", expected_net_usd_e24=net)


async def traded() -> Theatre:
    """Let the trader take every edge; the chain refuses the thin ones, as a faster bot would."""
    theatre = Theatre(["mine" if number % 2 else "revert" for number in range(ROUNDS)])
    await theatre.lane.open()
    desk = Limits(max_consecutive_failures=10**6, breaker_loss_usd_e24=10**9 * USDC_E24)
    risk = RiskDesk(a_card(), theatre.clock, theatre.scribe, theatre.herald, fold([]))
    risk.rulebook = Rulebook(version=1, desk=desk)
    risk.surroundings.hear_head(a_chain_head(42), theatre.clock.now_ns())
    watch = FinalityWatch(theatre.chain, theatre.lane, theatre.runner, theatre.scribe)

    async def balances() -> dict[str, int]:
        return {ETH: 10**20}

    coordinator = Coordinator(
        risk, theatre.clock, theatre.scribe, theatre.runner, watch, balances, fold([]),
        herald=theatre.herald,
    )  # fmt: skip
    await coordinator.refresh()
    for number in range(ROUNDS):
        verdict = await coordinator.consider(found(number))
        assert verdict is not None
        assert verdict.is_approved, verdict.reason
        await eventually(lambda: coordinator.open_executions == 0)
    theatre.herald.tell_performance()
    return theatre


def settled(home: DeskHome, theatre: Theatre) -> None:
    """Write the trader's facts down, and publish what the books would make of each end."""
    facts: list[Any] = [fact("desk.opened"), *(found(number) for number in range(ROUNDS))]
    facts += [entry.fact for entry in theatre.recorder.entries]
    with JournalWriter(home, noon_clock()) as writer:
        writer.append([Entry(one, 5_000 + at) for at, one in enumerate(facts)])
    rows = [
        {
            "opportunity_id": end.opportunity_id,
            "realised_net_usd_e24": str(THICK if end.outcome == "SETTLED" else -THIN),
            "status": end.outcome,
        }
        for end in theatre.recorder.of("execution.finished")
    ]
    folder = home.marts / "fct_executions" / "day=2026-01-01"
    folder.mkdir(parents=True)
    parquet.write_table(pa.Table.from_pylist(rows), folder / "part.parquet")


def test_edges_that_kept_failing_are_believed_less_and_the_relay_is_told_the_score(tmp_path: Path):
    theatre = asyncio.run(traded())
    told = [message for message in theatre.heard() if isinstance(message, v2.StrategyPerformance)]
    assert [(one.routing.strategy, one.taken, one.settled, one.failed) for one in told] == [
        ("dex_dex", ROUNDS, ROUNDS // 2, ROUNDS // 2)
    ]
    results = [message for message in theatre.heard() if isinstance(message, v2.ExecutionResult)]
    assert len(results) == ROUNDS
    home = a_home(tmp_path)
    settled(home, theatre)
    outcomes = past_outcomes(home)
    assert len(outcomes) == ROUNDS
    model = fitted(outcomes, least_usd_e24=0)
    thin, thick = (model.probability(promise_of(a_card(), found(n))) for n in (0, 1))
    assert thin < 0.5 < thick
