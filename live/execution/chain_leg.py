"""The leg on chain: intended, sent, offered again for more, asked for, and given up for good.

One economic intent may be several transactions under one nonce, of which one at most is mined: a
trade that a block passed over is offered for more while that pays, and else its nonce is used up by
a payment to ourselves. Every attempt is a fact before it leaves and gets an answer of its own.

Each method does one command of the machine and gives the event. What follows from an event is the
machine's business; the other leg is `runner.py`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from domain.clock import Clock
from domain.desk import DeskCard
from domain.errors import RpcUnavailable, SignerUnavailable
from live.aio.waiting import pause
from live.execution import metrics
from live.execution.answers import ChainAnswer, transaction_fact, tx_event
from live.execution.calls import call_of
from live.execution.chain_lane import ChainLane
from live.execution.machine import Event
from live.execution.offering import Prepared, Unfit
from live.execution.retiring import Retiring
from live.execution.run import Run, SentTransaction
from live.execution.scribe import Scribe
from live.execution.tuning import Tuning

EXPIRED = "expired before it was sent; nothing left the house"


class ChainLeg:
    """Carries out what the machine commands about the chain.

    Args:
        chain: The lane transactions leave by.
        scribe: The journal.
        card: The desk.
        clock: For expiry.
        tuning: Waiting.
        must_end: Set when the process may wait for answers no longer.
        halted: Says why an execution must not send its leg any more; nothing if it may.
    """

    def __init__(
        self,
        chain: ChainLane,
        scribe: Scribe,
        card: DeskCard,
        clock: Clock,
        tuning: Tuning,
        must_end: asyncio.Event,
        halted: Callable[[Run], str],
    ) -> None:
        self._chain = chain
        self._scribe = scribe
        self._card = card
        self._clock = clock
        self._tuning = tuning
        self._must_end = must_end
        self._halted = halted
        self.retiring = Retiring(chain, scribe, tuning, must_end)

    # --- commands ---------------------------------------------------------------------------------

    async def intend(self, run: Run) -> Event:
        """Price, sign and write what is to be sent."""
        try:
            with metrics.timed("sign"):
                prepared = await self._prepared(run)
        except (RpcUnavailable, SignerUnavailable) as error:
            run.reason = f"the chain was away before anything was sent: {error.sentence}"
            if isinstance(error, SignerUnavailable):
                run.reason = f"nothing was signed: {error.sentence}"
                await self.retiring.fill(run)
            return Event.ABANDONED
        if isinstance(prepared, Unfit):
            run.reason = prepared.reason
            return Event.ABANDONED
        await self._intended(run, prepared)
        return Event.INTENT_DURABLE

    async def send(self, run: Run) -> Event:
        """Send it once, unless it is too late by now."""
        sent = run.leg
        sent.sent_s = _now_s()
        prepared = sent.prepared
        refusal = self._too_late(run)
        if prepared is None or refusal:
            if prepared is not None:
                self._chain.forget(prepared)
            answer = ChainAnswer("REJECTED", reason=refusal or EXPIRED)
        else:
            with metrics.timed("receipt"):
                answer = await self._chain.send(prepared)
        event = await self._hear_attempts(run, answer)
        if answer.status == "REJECTED":
            await self.retiring.fill(run)
        return event

    async def replace(self, run: Run) -> Event:
        """Offer more for the same trade while that pays; else use its nonce up."""
        refusal = self._too_late(run)
        prepared = Unfit(refusal) if refusal else await self._dearer(run)
        if isinstance(prepared, Unfit):
            run.reason = prepared.reason
            return await self.retire(run)
        waiting = [sent.intent for sent in run.attempts]
        await self._intended(run, prepared)
        run.leg.sent_s = _now_s()
        answer = await self._chain.send_again(prepared, waiting)
        return await self._hear_attempts(run, answer)

    async def ask(self, run: Run) -> Event:
        """Ask what became of the attempts, after a pause."""
        if run.leg.answer.status in {"REJECTED", "DROPPED", "REPLACED"}:
            return self._event(run)
        if await pause(self._must_end, self._tuning.ask_s):
            return Event.STOPPED
        await self._ask_attempts(run)
        if run.leg.is_definite:
            run.reason = run.leg.answer.reason
            await self.retiring.note_payments(run)
            return self._event(run)
        return Event.TX_ABSENT if self._is_lost(run) else Event.TX_SILENT

    async def retire(self, run: Run) -> Event:
        """Use up the nonce of a lost transaction, so that it can never be mined late."""
        await self.retiring.pay(run, run.leg.intent.nonce)
        return Event.TX_SILENT

    # --- parts of them ----------------------------------------------------------------------------

    async def _prepared(self, run: Run) -> Prepared | Unfit:
        deadline_block = await self._chain.deadline_block()
        call = call_of(run.opportunity, self._card, deadline_block)
        return await self._chain.prepare(run.execution_id, call)

    async def _intended(self, run: Run, prepared: Prepared) -> None:
        await self._scribe.note(run.trail, prepared.intent)
        run.transactions.append(SentTransaction(prepared.intent, prepared=prepared))

    async def _dearer(self, run: Run) -> Prepared | Unfit:
        last = run.attempts[-1]
        if last.prepared is None or last.prepared.call is None:
            return Unfit("what it was to do is not known any more")
        try:
            return await self._chain.dearer(last.intent, last.prepared.call)
        except (RpcUnavailable, SignerUnavailable) as error:
            return Unfit(error.sentence)

    def _too_late(self, run: Run) -> str:
        """Say why what was approved must not leave any more; a hedge is never asked about."""
        if self._clock.now_ns() >= run.opportunity.expires_ns:
            return EXPIRED
        halt = self._halted(run)
        return f"{halt}; nothing left the house" if halt else ""

    async def _hear_attempts(self, run: Run, answer: ChainAnswer) -> Event:
        """Take an answer about the last attempt, or about whichever of them was mined."""
        if answer.status == "STUCK":
            return Event.TX_STUCK
        heard = run.attempts[-1]
        if answer.receipt is not None:
            mined_hash = answer.receipt.tx_hash
            heard = next((s for s in run.attempts if s.intent.tx_hash == mined_hash), heard)
        heard.answer = answer
        await self._note(run, heard)
        if heard.is_mined:
            await self._ask_attempts(run)
        run.reason = run.leg.answer.reason
        return self._event(run)

    async def _ask_attempts(self, run: Run) -> None:
        """Ask about each attempt that has no definite answer; while one has none, none counts."""
        for sent in run.attempts:
            if not sent.is_definite:
                sent.answer = await self._chain.ask(sent.intent)
        if run.leg.is_definite:
            for sent in run.attempts:
                if sent.is_definite:
                    await self._note(run, sent)

    def _is_lost(self, run: Run) -> bool:
        under = [sent for sent in run.transactions if sent.intent.nonce == run.leg.intent.nonce]
        is_first = len(under) == len(run.attempts)
        is_absent = is_first and all(
            sent.answer.status in {"ABSENT", "REJECTED"} for sent in run.attempts
        )
        patience_s = self._tuning.absent_after_s if is_absent else self._tuning.retire_after_s
        return _now_s() - under[-1].sent_s >= patience_s

    async def _note(self, run: Run, sent: SentTransaction) -> None:
        if sent.noted != sent.answer:
            sent.noted = sent.answer
            fact = transaction_fact(sent.intent, sent.answer, "included")
            await self._scribe.note(run.trail, fact)

    def _event(self, run: Run) -> Event:
        return tx_event(run.leg.answer, owes_order=run.owes_order)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
