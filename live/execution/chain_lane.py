"""The rim to the chain: price, rehearse, sign, send once, look, and use up a nonce.

Nonces are given out in order and without waiting; from then on nobody waits for anybody: intents
become durable, calls are rehearsed and transactions leave in whatever order they are ready, and the
node keeps the later ones until the earlier ones are there. A transaction is signed before its
intent is written, so that the hash is known, and sent after. Where nothing left under a nonce, or
the node proved that it refused, the nonce is given back; with others behind it that is a hole, and
whoever made it fills it (`retiring.py`).

Nothing here writes facts or decides what an answer means for the execution. What became of a
transaction is looked for and asked in `asking.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from domain.desk import DeskCard
from domain.errors import OutcomeUnknown, Reverted, RpcUnavailable
from journal.records import TransactionIntended
from live.chain.decoding import BlockHead
from live.chain.fees import (
    Fees,
    TooDear,
    bumped,
    choose_fees,
    choose_replacement,
    forecast_base_fee_wei,
)
from live.chain.heads import Heads
from live.chain.nonce import NonceLane
from live.chain.ports import Chain
from live.chain.send_answers import Rejected, RejectReason, SendAnswer
from live.chain.signer import Signer
from live.execution.answers import ChainAnswer
from live.execution.asking import Asking
from live.execution.calls import Call
from live.execution.offering import Offering, Prepared, Unfit, fees_of, salted
from live.execution.tuning import Tuning

_RESYNCED_BY = frozenset({RejectReason.NONCE_TOO_LOW, RejectReason.NONCE_TOO_HIGH})
"""Refusals that prove the lane's idea of the next nonce wrong: somebody else signs with the key."""
_AWAY = "the node was away; nothing left the house"


class ChainLane:
    """One signer's way to one chain.

    Args:
        chain: The node.
        signer: Holds the key; nothing else sees it.
        card: Chain id and addresses.
        tuning: Waiting and tipping.
    """

    def __init__(self, chain: Chain, signer: Signer, card: DeskCard, tuning: Tuning) -> None:
        self._chain = chain
        self._offering = Offering(signer, card)
        self._tuning = tuning
        self._nonces = NonceLane.starting_at(0)
        self._is_synced = False
        self._rehearsals: dict[str, asyncio.Task[str]] = {}
        self.heads = Heads()
        self._asking = Asking(chain, self.heads, tuning, self._used_below)

    async def open(self) -> None:
        """Learn the next free nonce; call it when nothing of ours is unresolved.

        Raises:
            RpcUnavailable: The node does not answer.
        """
        count = await self._chain.nonce(self._offering.address, "pending")
        self._nonces, self._is_synced = NonceLane.starting_at(count), True

    async def count(self) -> int:
        """Ask the chain for the lowest nonce it has not used, and learn it.

        Raises:
            RpcUnavailable: The node does not answer.
        """
        count = await self._chain.nonce(self._offering.address, "latest")
        self._used_below(count)
        return count

    async def deadline_block(self) -> int:
        """Give the last block in which what is sent now may trade."""
        return (await self._newest()).number + self._tuning.deadline_blocks

    # --- preparing --------------------------------------------------------------------------------

    async def prepare(self, execution_id: str, call: Call) -> Prepared | Unfit:
        """Price a call and sign it with the lane's next nonce, while it is rehearsed at the head.

        What is prepared has to be sent or forgotten. The rehearsal runs while the intent is
        written; :meth:`send` waits for it.

        Args:
            execution_id: For the intent.
            call: What to do.

        Raises:
            RpcUnavailable: The node does not answer; nothing was reserved.
            SignerUnavailable: Nothing was signed; the nonce was given back and may be a hole.
        """
        if not self._is_synced:
            await self.count()
            self._is_synced = True
        fees = choose_fees(
            base_fee_wei=forecast_base_fee_wei(await self._newest()),
            tip_wei=self._tuning.tip_wei,
            gas_limit=call.expected_gas,
            budget_wei=call.budget_wei,
        )
        if isinstance(fees, TooDear):
            return _too_dear(fees)
        self._nonces, nonce = self._nonces.reserve()
        try:
            offer = salted(fees, execution_id)
            prepared = await self._offering.trade(execution_id, call, nonce, offer)
        except BaseException:
            self._give_back(nonce)
            raise
        rehearsal = asyncio.create_task(self._rehearse(call), name="rehearsal")
        self._rehearsals[prepared.intent.tx_hash] = rehearsal
        return prepared

    async def dearer(self, waiting: TransactionIntended, call: Call) -> Prepared | Unfit:
        """Sign the same call under the same nonce for more, if it still pays and would still trade.

        Raises:
            RpcUnavailable: The node does not answer.
            SignerUnavailable: Nothing was signed.
        """
        head = await self._newest()
        if head.number >= call.deadline_block:
            return Unfit(f"block {call.deadline_block} was the last in which it could trade")
        fees = choose_replacement(
            fees_of(waiting),
            base_fee_wei=forecast_base_fee_wei(head),
            gas_limit=call.expected_gas,
            budget_wei=call.budget_wei,
        )
        if isinstance(fees, TooDear):
            return _too_dear(fees)
        if objection := await self._rehearse(call):
            return Unfit(objection)
        return await self._offering.trade(waiting.execution_id, call, waiting.nonce, fees)

    async def payment(
        self, execution_id: str, nonce: int, waiting: Sequence[TransactionIntended]
    ) -> Prepared:
        """Sign a payment of nothing to ourselves that goes before whatever waits under its nonce.

        Raises:
            RpcUnavailable: The node does not answer.
            SignerUnavailable: Nothing was signed.
        """
        offers = [Fees(0, self._tuning.tip_wei), *map(fees_of, waiting)]
        dearest = Fees(
            max(offer.max_fee_per_gas_wei for offer in offers),
            max(offer.max_priority_fee_per_gas_wei for offer in offers),
        )
        fees = bumped(dearest, forecast_base_fee_wei(await self._chain.head()))
        return await self._offering.payment(execution_id, nonce, fees)

    def forget(self, prepared: Prepared) -> None:
        """Give back the nonce of what was never sent, or was proved refused."""
        rehearsal = self._rehearsals.pop(prepared.intent.tx_hash, None)
        if rehearsal is not None:
            rehearsal.cancel()
        self._give_back(prepared.intent.nonce)

    def take_hole(self) -> int | None:
        """Put the lowest hole under way, for whoever is going to fill it; None without a hole."""
        if not self._nonces.holes:
            return None
        hole = self._nonces.holes[0]
        self._nonces = self._nonces.refill(hole)
        return hole

    # --- sending ----------------------------------------------------------------------------------

    async def send(self, prepared: Prepared) -> ChainAnswer:
        """Send once what its rehearsal lets pass, and look for the receipt.

        Returns:
            REJECTED when nothing left or the node proved that it refused; STUCK when a block passed
            it over; UNKNOWN when it may be anywhere.
        """
        rehearsal = self._rehearsals.pop(prepared.intent.tx_hash, None)
        objection = await rehearsal if rehearsal is not None else ""
        refusal = ChainAnswer("REJECTED", reason=objection) if objection else None
        refusal = refusal or await self._send(prepared)
        if refusal is None:
            return await self._asking.look([prepared.intent])
        if refusal.status == "REJECTED":
            self.forget(prepared)
        return refusal

    async def send_again(
        self, prepared: Prepared, waiting: Sequence[TransactionIntended] = ()
    ) -> ChainAnswer:
        """Send once what replaces others under a nonce, and look for the receipt of any of them.

        Args:
            prepared: A dearer trade, or a payment of nothing to ourselves.
            waiting: What it replaces, as far as its being mined would be as good.
        """
        refusal = await self._send(prepared)
        return refusal or await self._asking.look([*waiting, prepared.intent])

    async def ask(self, intent: TransactionIntended) -> ChainAnswer:
        """Ask what became of a transaction that was, or may have been, sent."""
        answer = await self._asking.ask(intent)
        self._is_synced = self._is_synced and answer.status != "REPLACED"
        return answer

    async def _send(self, prepared: Prepared) -> ChainAnswer | None:
        """Hand the bytes to the node; None when it has them."""
        try:
            answer = await self._handed_in(prepared)
        except RpcUnavailable:
            return ChainAnswer("REJECTED", reason=_AWAY)
        except OutcomeUnknown:
            return ChainAnswer("UNKNOWN")
        if isinstance(answer, Rejected):
            self._is_synced = self._is_synced and answer.reason not in _RESYNCED_BY
            return ChainAnswer("REJECTED", reason=f"{answer.reason.value}: {answer.message}")
        return None

    async def _handed_in(self, prepared: Prepared) -> SendAnswer:
        """Hand in again what a node refused because the ones before it were not there yet.

        Such a refusal proves that it was not taken, so that handing it in again is no resend.
        """
        nonce, deadline_s = prepared.intent.nonce, _now_s() + self._tuning.receipt_s
        while True:
            answer = await self._chain.send_raw(prepared.signed.raw)
            is_early = isinstance(answer, Rejected) and (
                answer.reason is RejectReason.NONCE_TOO_HIGH
                and min(self._nonces.in_flight, default=nonce) < nonce
            )
            if not is_early or _now_s() >= deadline_s:
                return answer
            await self.heads.next(self._tuning.poll_s)

    async def _rehearse(self, call: Call) -> str:
        """Give the reason not to send a call, or nothing: it would revert, or nobody can say."""
        try:
            await self._chain.call(call.to, call.data, sender=self._offering.address)
        except Reverted as refusal:
            return f"would revert now: {refusal.context.get('reason', refusal.sentence)}"
        except RpcUnavailable:
            return _AWAY
        return ""

    async def _newest(self) -> BlockHead:
        """Give a head that was just heard of, else ask."""
        return self.heads.newest(self._tuning.head_fresh_s) or await self._chain.head()

    def _used_below(self, transaction_count: int) -> None:
        self._nonces = self._nonces.mined(transaction_count)

    def _give_back(self, nonce: int) -> None:
        if self._nonces.holds(nonce):
            self._nonces = self._nonces.give_back(nonce)


def _too_dear(fees: TooDear) -> Unfit:
    return Unfit(f"gas costs {fees.need_wei} wei, and {fees.budget_wei} is all it earns")


def _now_s() -> float:
    return asyncio.get_running_loop().time()
