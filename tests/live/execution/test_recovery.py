"""A process that starts again asks, books and sends nothing new, wherever the last one died."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from journal.records import OpportunityFound
from live.execution.answers import OrderAnswer
from live.execution.finality import FinalityWatch
from live.execution.order_lane import OrderLane
from live.execution.recovery import recover
from tests.kit.facts import a_card
from tests.kit.rebirth import Killed, open_books, past_of, started_again
from tests.kit.theatre import HASTY, Theatre
from tests.kit.trading import a_two_leg, an_atomic


async def killed_after(theatre: Theatre, opportunity: OpportunityFound, happening: int) -> None:
    """Play until so many things have happened, then kill the process in mid-air."""
    await open_books(theatre, opportunity)
    theatre.kill_after(len(theatre.happenings) + happening, Killed())
    with pytest.raises(Killed):
        await theatre.play(opportunity)


def recovered(
    opportunity: OpportunityFound, happening: int, chain: Sequence[str] = ()
) -> tuple[str, Theatre]:
    async def story() -> tuple[str, Theatre]:
        theatre = Theatre(chain)
        await killed_after(theatre, opportunity, happening)
        (run,) = await started_again(theatre)
        return run.state.value, theatre

    return asyncio.run(story())


TWO_LEG_STORY = [
    # happenings until the kill, and what the next process finds out
    (1, "failed"),  # the intent is durable, nothing was sent: the nonce is retired
    (2, "partial"),  # sent and mined, not yet written: the second leg is owed, and left
    (3, "partial"),  # written too
    (4, "partial"),  # the order is intended, never sent: the exchange has none
    (5, "settled"),  # the order was filled, not yet written
    (6, "settled"),  # written too
]


@pytest.mark.parametrize(("happening", "outcome"), TWO_LEG_STORY)
def test_a_two_leg_trade_killed_anywhere_ends_definitely(happening: int, outcome: str):
    state, theatre = recovered(a_two_leg("buy"), happening)
    assert state == outcome
    assert theatre.recorder.of("execution.finished")[-1].outcome == outcome.upper()


@pytest.mark.parametrize(("happening", "outcome"), TWO_LEG_STORY)
def test_after_a_restart_no_trade_is_sent(happening: int, outcome: str):
    _, theatre = recovered(a_two_leg("buy"), happening)
    legs = [tx for tx in theatre.chain.sent if tx.data]
    assert len(legs) <= 1
    assert len(theatre.venue.sent) <= 1
    assert len(legs) == (1 if happening > 1 else 0)
    assert len(theatre.venue.sent) == (1 if happening > 4 else 0)


@pytest.mark.parametrize(
    ("happening", "chain", "outcome"),
    [
        (1, [], "failed"),
        (2, [], "settled"),
        (2, ["revert"], "failed"),
        (3, [], "settled"),
        (3, ["revert"], "failed"),
        (2, ["hang_mined"], "settled"),
        (3, ["lost"], "failed"),
    ],
)
def test_an_atomic_trade_killed_anywhere_ends_definitely(
    happening: int, chain: list[str], outcome: str
):
    assert recovered(an_atomic(), happening, chain)[0] == outcome


def test_a_process_killed_while_recovering_is_recovered_by_the_next():
    async def story() -> str:
        theatre = Theatre()
        await killed_after(theatre, a_two_leg("buy"), 1)
        theatre.kill_after(len(theatre.happenings) + 1, Killed())
        with pytest.raises(Killed):
            await started_again(theatre)
        (run,) = await started_again(theatre)
        return run.state.value

    assert asyncio.run(story()) == "failed"


def test_what_was_finished_is_watched_until_final_and_not_walked_again():
    async def story() -> list[str]:
        theatre = Theatre()
        await open_books(theatre, an_atomic())
        await theatre.play(an_atomic())
        again = theatre.reborn()
        watch = FinalityWatch(again.chain, again.lane, again.runner, again.scribe)
        past = past_of(theatre)
        assert await recover(past, again.lane, again.runner, watch, again.amendments) == []
        theatre.chain.final_block = 43
        await watch.look()
        assert watch.is_empty
        assert past_of(theatre).unfinalised == ()
        return theatre.recorder.journal[-2:]

    assert asyncio.run(story()) == ["transaction.observed", "execution.finalised"]


def test_a_fill_that_is_busted_after_a_restart_is_heard_of():
    async def story() -> list[str]:
        theatre = Theatre()
        await theatre.lane.open()
        await open_books(theatre, a_two_leg("buy"))
        run = await theatre.play(a_two_leg("buy"))
        again = theatre.reborn()
        watch = FinalityWatch(again.chain, again.lane, again.runner, again.scribe)
        await recover(past_of(theatre), again.lane, again.runner, watch, again.amendments)
        busted = OrderAnswer("CANCELLED", "O-1", 0, 0, 0, "Trade busted")
        theatre.venue.orders[run.orders[0].intent.client_order_id] = busted
        await again.amendments.look()
        return [fact.outcome for fact in theatre.recorder.of("execution.finished")]

    assert asyncio.run(story()) == ["SETTLED", "PARTIAL"]


def test_what_an_earlier_process_heard_the_exchange_name_is_known_to_be_there():
    async def story() -> tuple[list[str], str]:
        theatre = Theatre()
        await theatre.lane.open()
        await open_books(theatre, a_two_leg("buy"))
        run = await theatre.play(a_two_leg("buy"))
        named = past_of(theatre).named_orders
        theatre.venue.orders.clear()
        lane = OrderLane(theatre.venue, a_card(), theatre.clock, HASTY, named)
        answers = [await lane.ask(run.orders[0].intent) for _ in range(3)]
        assert named == [run.orders[0].intent.client_order_id]
        return [answer.status for answer in answers], run.orders[0].answer.status

    assert asyncio.run(story()) == (["UNKNOWN"] * 3, "FILLED")
