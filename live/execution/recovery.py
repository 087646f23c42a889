"""After a restart: ask chain and exchange what became of every intent, book it, send nothing new.

The one thing that may leave the house here is a payment of nothing to ourselves, which makes it
definite that a transaction nobody knows can never be mined, or fills a hole: a nonce the earlier
process had given out and sent nothing under, while others wait behind it. Only when every execution
has a definite outcome, or the process is told to end, does the trader listen for signals.
"""

from __future__ import annotations

import asyncio

from live.execution.chain_lane import ChainLane
from live.execution.finality import FinalityWatch
from live.execution.history import Past
from live.execution.machine import Event, State
from live.execution.order_watch import OrderWatch
from live.execution.run import Run
from live.execution.runner import Runner


async def recover(
    past: Past, lane: ChainLane, runner: Runner, watch: FinalityWatch, amendments: OrderWatch
) -> list[Run]:
    """Bring every execution of an earlier process to a definite outcome.

    Args:
        past: What the journal says.
        lane: Asks the chain.
        runner: Walks the unfinished ones.
        watch: Takes them until their blocks are final.
        amendments: Takes those that were finished: the exchange may still change its mind.

    Returns:
        The executions that were unfinished, as they stand now.
    """
    for run in past.unfinalised:
        await _reread(run, lane)
        watch.watch(run)
        amendments.watch(run)
    for run in past.unfinished:
        await _reread(run, lane)
    await asyncio.gather(
        runner.fill_gaps([*past.unfinalised, *past.unfinished]),
        *(_resume(run, runner, watch) for run in past.unfinished),
    )
    return list(past.unfinished)


async def _resume(run: Run, runner: Runner, watch: FinalityWatch) -> None:
    await runner.drive(run, Event.RESTARTED)
    watch.watch(run)


async def _reread(run: Run, lane: ChainLane) -> None:
    """Fetch the receipts of what was mined; a reorg may have taken one away."""
    for sent in run.transactions:
        sent.sent_s = asyncio.get_running_loop().time()
        if sent.answer.status in {"INCLUDED", "REVERTED"}:
            sent.answer = await lane.ask(sent.intent)
    if run.state is State.OPENED and not run.leg.is_mined:
        run.state = State.TX_INTENDED
