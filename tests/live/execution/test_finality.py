"""Included is not final: an execution is over only when no reorg can reach its block."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from journal.records import OpportunityFound
from live.execution.finality import ABSENT_LOOKS, FinalityWatch
from live.execution.machine import State
from live.execution.run import Run
from tests.kit.theatre import Theatre
from tests.kit.trading import a_two_leg, an_atomic

OTHER_HASH = "0x" + "b2" * 32
Act = Callable[[Theatre, FinalityWatch, Run], Awaitable[None]]


def watched(opportunity: OpportunityFound, act: Act, *chain: str) -> tuple[Run, Theatre]:
    async def story() -> tuple[Run, Theatre]:
        theatre = Theatre(chain)
        watch = FinalityWatch(theatre.chain, theatre.lane, theatre.runner, theatre.scribe)
        run = await theatre.play(opportunity)
        watch.watch(run)
        await act(theatre, watch, run)
        return run, theatre

    return asyncio.run(story())


def leg_hash(run: Run) -> str:
    return run.transactions[0].intent.tx_hash


def test_nothing_is_final_before_its_block_is():
    async def act(theatre: Theatre, watch: FinalityWatch, run: Run) -> None:
        theatre.chain.final_block = 42
        await watch.look()
        assert not watch.is_empty
        theatre.chain.final_block = 43
        await watch.look()
        await watch.look()
        assert watch.is_empty

    run, theatre = watched(an_atomic(), act)
    assert run.state is State.FINALISED
    (finalised,) = theatre.recorder.of("execution.finalised")
    assert (finalised.outcome, finalised.block_number) == ("SETTLED", 43)
    finalities = [fact.finality for fact in theatre.recorder.of("transaction.observed")]
    assert finalities == ["included", "final"]


def test_a_failure_that_left_no_transaction_is_final_at_once():
    async def act(theatre: Theatre, watch: FinalityWatch, run: Run) -> None:
        await watch.look()
        assert watch.is_empty

    run, theatre = watched(an_atomic(), act, "refuse")
    assert run.state is State.FINALISED
    assert theatre.recorder.of("execution.finalised")[0].block_number == 0


def test_a_silent_chain_changes_nothing():
    async def act(theatre: Theatre, watch: FinalityWatch, run: Run) -> None:
        theatre.chain.final_block = 99
        theatre.chain.is_away = True
        await watch.look()
        assert not watch.is_empty

    assert watched(an_atomic(), act)[0].state is State.SETTLED


def test_a_transaction_that_a_reorg_moved_is_final_in_its_new_block():
    async def act(theatre: Theatre, watch: FinalityWatch, run: Run) -> None:
        moved = theatre.chain.receipts[leg_hash(run)]
        theatre.chain.receipts[leg_hash(run)] = msgspec.structs.replace(
            moved, block_hash=OTHER_HASH, block_number=45
        )
        for theatre.chain.final_block in (43, 44, 45):
            await watch.look()
        assert watch.is_empty

    run, theatre = watched(an_atomic(), act)
    blocks = [(f.block_number, f.finality) for f in theatre.recorder.of("transaction.observed")]
    assert blocks == [(43, "included"), (45, "included"), (45, "final")]
    assert run.state is State.FINALISED


def test_a_trade_that_reverts_in_its_new_block_has_failed():
    async def act(theatre: Theatre, watch: FinalityWatch, run: Run) -> None:
        moved = theatre.chain.receipts[leg_hash(run)]
        theatre.chain.receipts[leg_hash(run)] = msgspec.structs.replace(
            moved, block_hash=OTHER_HASH, status=0, logs=()
        )
        theatre.chain.final_block = 43
        await watch.look()
        await watch.look()
        assert watch.is_empty

    _, theatre = watched(an_atomic(), act)
    assert [f.outcome for f in theatre.recorder.of("execution.finished")] == ["SETTLED", "FAILED"]
    assert theatre.recorder.of("execution.finalised")[0].outcome == "FAILED"


def test_an_order_whose_transaction_a_reorg_dropped_for_good_is_a_position():
    async def act(theatre: Theatre, watch: FinalityWatch, run: Run) -> None:
        del theatre.chain.receipts[leg_hash(run)]
        theatre.chain.used.clear()
        theatre.chain.final_block = 43
        for _ in range(ABSENT_LOOKS + 3):
            await watch.look()
        assert watch.is_empty

    run, theatre = watched(a_two_leg("buy"), act)
    assert len(theatre.chain.sent) == 2, "its nonce was retired"
    assert run.state is State.FINALISED
    assert theatre.recorder.of("execution.finalised")[0].outcome == "PARTIAL"
    statuses = [fact.status for fact in theatre.recorder.of("transaction.observed")]
    assert statuses[:2] == ["INCLUDED", "REPLACED"]
    assert theatre.recorder.of("alert.raised")


def test_a_burst_of_logs_taken_back_retires_no_nonce():
    async def act(theatre: Theatre, watch: FinalityWatch, run: Run) -> None:
        receipt = theatre.chain.receipts.pop(leg_hash(run))
        used = dict(theatre.chain.used)
        theatre.chain.used.clear()
        for _ in range(3 * ABSENT_LOOKS):
            await watch.taken_back(leg_hash(run))
        theatre.chain.receipts[leg_hash(run)] = receipt
        theatre.chain.used.update(used)
        theatre.chain.final_block = 43
        await watch.look()
        assert watch.is_empty

    run, theatre = watched(an_atomic(), act)
    assert len(theatre.chain.sent) == 1, "nothing but the trade"
    assert theatre.recorder.of("execution.finalised")[0].outcome == "SETTLED"
    assert run.state is State.FINALISED
