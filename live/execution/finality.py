"""Executions whose blocks are not final yet, until they are; and what a reorg does to them.

"Included" is not "final". A transaction is looked up again once its block number is final: the same
receipt makes it so, another one is a new fact, none at all means that a reorg took it away.
"""

from __future__ import annotations

from domain.errors import RpcUnavailable
from journal.records import ExecutionFinalised
from live.chain.ports import Chain
from live.execution import metrics
from live.execution.answers import transaction_fact, tx_event
from live.execution.chain_lane import ChainLane
from live.execution.machine import OUTCOMES, Command, Event, State, step
from live.execution.run import Run, SentTransaction
from live.execution.runner import Runner
from live.execution.scribe import Scribe

FINISHED = frozenset({State.SETTLED, State.PARTIAL, State.FAILED})

_NONE_FINAL = -1

ABSENT_LOOKS = 4
"""How many looks may find a transaction nowhere before its nonce is retired: a node puts what a
reorg dropped back into its pool within a block or two."""


class FinalityWatch:
    """Finished executions, watched until nothing about them can change.

    Args:
        chain: The node.
        lane: Asks about transactions.
        runner: Walks an execution that a reorg undid.
        scribe: The journal.
    """

    def __init__(self, chain: Chain, lane: ChainLane, runner: Runner, scribe: Scribe) -> None:
        self._chain = chain
        self._lane = lane
        self._runner = runner
        self._scribe = scribe
        self._watched: dict[str, Run] = {}
        self._absences: dict[str, int] = {}

    @property
    def is_empty(self) -> bool:
        """Whether everything that finished is final."""
        return not self._watched

    def watch(self, run: Run) -> None:
        """Take a finished execution; one whose outcome is unknown is recovery's business."""
        if run.state in FINISHED:
            self._watched[run.execution_id] = run

    async def look(self) -> None:
        """Finalise what the chain has made final; a silent chain changes nothing."""
        if self.is_empty:
            return
        try:
            final = await self._chain.block("finalized")
            if final is not None:
                for run in list(self._watched.values()):
                    await self._advance(run, final.number)
        except RpcUnavailable:
            return

    async def taken_back(self, tx_hash: str) -> None:
        """Ask at once about a transaction whose logs a node took back (`removed: true`)."""
        for run in list(self._watched.values()):
            if any(sent.intent.tx_hash == tx_hash for sent in run.transactions):
                await self._is_confirmed(run, _NONE_FINAL)

    async def _advance(self, run: Run, final_block: int) -> None:
        if run.last_block > final_block:
            return
        if not await self._is_confirmed(run, final_block):
            return
        for sent in run.transactions:
            if sent.is_mined:
                await self._scribe.note(
                    run.trail, transaction_fact(sent.intent, sent.answer, "final")
                )
        await self._finalise(run)

    async def _is_confirmed(self, run: Run, final_block: int) -> bool:
        for sent in run.transactions:
            if not sent.is_definite:
                await self._answered(run, sent)
                return False
            if not sent.is_mined:
                continue
            before = sent.answer
            now = await self._lane.ask(sent.intent)
            if now.receipt is None or before.receipt is None:
                is_final = run.last_block <= final_block
                await self._lost(run, sent, now.status, is_final=is_final)
                return False
            if now.receipt.block_hash != before.receipt.block_hash:
                await self._moved(run, sent)
                return False
        return run.last_block <= final_block

    async def _answered(self, run: Run, sent: SentTransaction) -> None:
        """Ask again, book what is definite, and follow where it no longer fits the outcome."""
        sent.answer = await self._lane.ask(sent.intent)
        if sent.is_definite:
            await self._scribe.note(
                run.trail, transaction_fact(sent.intent, sent.answer, "included")
            )
        if sent in run.attempts and run.leg.is_definite:
            await self._follow(run)

    async def _follow(self, run: Run) -> None:
        """Undo what a reorg took away, and take what it gave."""
        is_included = run.leg.answer.status == "INCLUDED"
        if run.state in {State.SETTLED, State.PARTIAL} and not is_included:
            await self._undo(run)
        elif run.state is State.FAILED and is_included:
            await self._runner.drive(run, tx_event(run.leg.answer, owes_order=run.owes_order))

    async def _moved(self, run: Run, sent: SentTransaction) -> None:
        """Book the block a reorg moved a transaction to, or which other attempt took its place.

        All attempts are asked before any of them is believed: one of them may be mined instead.
        """
        others = [a for a in run.attempts if a is not sent] if sent in run.attempts else []
        for other in others:
            other.answer = await self._lane.ask(other.intent)
        for each in (sent, *others):
            await self._answered(run, each)

    async def _lost(self, run: Run, sent: SentTransaction, status: str, *, is_final: bool) -> None:
        """Book a transaction that a reorg replaced; retire one that nobody holds any more.

        Nodes that take its logs back are many and quick: only where its block should be final does
        an absence count.
        """
        if status == "REPLACED":
            await self._moved(run, sent)
        if status != "ABSENT" or run.payments or not is_final:
            return
        self._absences[run.execution_id] = self._absences.get(run.execution_id, 0) + 1
        if self._absences[run.execution_id] >= ABSENT_LOOKS:
            await self._runner.retire(run)

    async def _undo(self, run: Run) -> None:
        has_order = any(order.answer.filled_base_units for order in run.orders)
        await self._runner.drive(run, Event.UNDONE_OWING if has_order else Event.UNDONE)

    async def _finalise(self, run: Run) -> None:
        outcome = OUTCOMES[run.state]
        run.state, command = step(run.state, Event.FINAL)
        if command is Command.FINALISE:
            await self._scribe.note(
                run.trail,
                ExecutionFinalised(
                    execution_id=run.execution_id,
                    strategy=run.opportunity.strategy,
                    outcome=outcome,
                    block_number=run.last_block,
                ),
            )
            metrics.FINALISED.labels(run.opportunity.strategy).inc()
        del self._watched[run.execution_id]
        self._absences.pop(run.execution_id, None)
