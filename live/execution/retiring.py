"""Using up a nonce: payments of nothing to ourselves, each durable before it leaves.

One makes it definite that a transaction nobody mines never will be; one fills a hole that stops
what was sent behind it. Both belong to the execution that made them necessary, so their gas is its
cost. Not here: whether a nonce has to be used up (`runner.py`, `recovery.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from domain.errors import RpcUnavailable, SignerUnavailable
from live.aio.waiting import pause
from live.execution.answers import ChainAnswer, transaction_fact
from live.execution.chain_lane import ChainLane
from live.execution.run import Run, SentTransaction
from live.execution.scribe import Scribe
from live.execution.tuning import Tuning


class Retiring:
    """Pays for nonces.

    Args:
        chain: The lane they leave by.
        scribe: The journal.
        tuning: Waiting.
        must_end: Set when the process may wait for answers no longer.
    """

    def __init__(
        self, chain: ChainLane, scribe: Scribe, tuning: Tuning, must_end: asyncio.Event
    ) -> None:
        self._chain = chain
        self._scribe = scribe
        self._tuning = tuning
        self._must_end = must_end

    async def pay(self, run: Run, nonce: int) -> SentTransaction | None:
        """Send one payment that goes before whatever may wait under a nonce.

        Returns:
            The payment with what was heard of it; None when nothing could be prepared.
        """
        under = [sent for sent in run.transactions if sent.intent.nonce == nonce]
        waiting = [sent.intent for sent in under if _may_wait(sent)]
        try:
            prepared = await self._chain.payment(run.execution_id, nonce, waiting)
        except (RpcUnavailable, SignerUnavailable):
            return None
        await self._scribe.note(run.trail, prepared.intent)
        known = {sent.intent.tx_hash: sent for sent in under}
        paid = known.get(prepared.intent.tx_hash)
        if paid is None:
            paid = SentTransaction(prepared.intent)
            run.transactions.append(paid)
        paid.sent_s = _now_s()
        paid.answer = await self._chain.send_again(prepared)
        return paid

    async def fill(self, run: Run) -> None:
        """Fill every hole there is in the lane, whoever made it."""
        while (hole := self._chain.take_hole()) is not None:
            await self.use_up(run, hole)

    async def fill_gaps(self, runs: Sequence[Run]) -> None:
        """Use up the nonces that an earlier process left unused before others.

        It waits for the chain to say which they are, and gives up only when the process must end.
        """
        while not self._must_end.is_set():
            try:
                gaps = gaps_before(await self._chain.count(), runs)
            except RpcUnavailable:
                await pause(self._must_end, self._tuning.ask_s)
            else:
                await asyncio.gather(*(self.use_up(run, nonce) for nonce, run in gaps))
                return

    async def use_up(self, run: Run, nonce: int) -> None:
        """Pay under a nonce until the chain has used it, or the process must end."""
        while not await self._is_behind(nonce):
            paid = await self.pay(run, nonce)
            if await self._is_used(nonce, paid):
                break
            if self._must_end.is_set():
                return
        await self.note_payments(run)

    async def note_payments(self, run: Run) -> None:
        """Ask what became of the payments, and write what is definite."""
        for sent in run.payments:
            sent.answer = await self._chain.ask(sent.intent)
            if sent.is_definite:
                await self._scribe.note(
                    run.trail, transaction_fact(sent.intent, sent.answer, "included")
                )

    async def _is_used(self, nonce: int, paid: SentTransaction | None) -> bool:
        """Ask until the nonce is used, or another payment is due, or the process must end."""
        if paid is not None and paid.is_mined:
            return True
        since_s = _now_s()
        while not await pause(self._must_end, self._tuning.ask_s):
            if await self._is_behind(nonce):
                return True
            answer = await self._chain.ask(paid.intent) if paid else ChainAnswer("ABSENT")
            is_absent = answer.status == "ABSENT"
            patience_s = self._tuning.absent_after_s if is_absent else self._tuning.retire_after_s
            if _now_s() - since_s >= patience_s:
                return False
        return False

    async def _is_behind(self, nonce: int) -> bool:
        """Ask whether the chain has used a nonce; a node that is away has not said so."""
        try:
            return await self._chain.count() > nonce
        except RpcUnavailable:
            return False


def gaps_before(next_nonce: int, runs: Sequence[Run]) -> list[tuple[int, Run]]:
    """Find the nonces that stop a leg of ours and that no leg of ours will use.

    A leg without a definite answer uses its nonce up in the end, mined or retired.

    Args:
        next_nonce: The lowest that the chain has not used.
        runs: Everything that may be under way.

    Returns:
        Each gap with the execution that answers for it: the one that had the nonce, else the first
        that waits behind it.
    """
    waiting = {
        sent.intent.nonce: run for run in runs for sent in run.attempts if not sent.is_definite
    }
    had = {sent.intent.nonce: run for run in runs for sent in run.transactions}
    ahead = range(next_nonce, max(waiting, default=next_nonce))
    return [
        (nonce, had.get(nonce) or waiting[min(later for later in waiting if later > nonce)])
        for nonce in ahead
        if nonce not in waiting
    ]


def _may_wait(sent: SentTransaction) -> bool:
    """Say whether a node may hold it: a proved refusal does not, unless it names what does."""
    return sent.answer.status != "REJECTED" or "underpriced" in sent.answer.reason


def _now_s() -> float:
    return asyncio.get_running_loop().time()
