"""After a restart: ask chain and exchange what became of every intent, book it, send nothing new.

The one thing that may leave the house here is a payment of nothing to ourselves, which makes it
definite that a transaction nobody knows can never be mined. Only when every execution has a
definite outcome, or the process is told to end, does the trader listen for signals.
"""

from __future__ import annotations

import asyncio

from live.execution.answers import DEFINITE_TX, ChainAnswer
from live.execution.chain_lane import ChainLane
from live.execution.finality import FinalityWatch
from live.execution.history import Past
from live.execution.machine import Event, State
from live.execution.run import Run
from live.execution.runner import Runner


async def recover(past: Past, lane: ChainLane, runner: Runner, watch: FinalityWatch) -> list[Run]:
    """Bring every execution of an earlier process to a definite outcome.

    Args:
        past: What the journal says.
        lane: Asks the chain.
        runner: Walks the unfinished ones.
        watch: Takes them until their blocks are final.

    Returns:
        The executions that were unfinished, as they stand now.
    """
    for run in past.unfinalised:
        await _reread(run, lane)
        watch.watch(run)
    await asyncio.gather(*(_resume(run, lane, runner, watch) for run in past.unfinished))
    return list(past.unfinished)


async def _resume(run: Run, lane: ChainLane, runner: Runner, watch: FinalityWatch) -> None:
    await _reread(run, lane)
    await runner.drive(run, Event.RESTARTED)
    watch.watch(run)


async def _reread(run: Run, lane: ChainLane) -> None:
    """Fetch the receipts of what was mined; a reorg may have taken one away."""
    for sent in run.transactions:
        sent.sent_s = asyncio.get_running_loop().time()
        if sent.answer.status in {"INCLUDED", "REVERTED"}:
            sent.answer = await lane.ask(sent.intent)
    is_lost = any(sent.answer.status not in DEFINITE_TX for sent in run.transactions)
    if run.state is State.OPENED and is_lost:
        run.state = State.TX_INTENDED
        run.transactions[0].answer = ChainAnswer("UNKNOWN")
