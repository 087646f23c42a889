"""The rim to the chain: price, rehearse, sign, send once, look, ask, and retire a nonce.

A transaction is signed before its intent is written, so that the hash is known, and sent after.
Nothing here writes facts or decides what an answer means for the execution.
"""

from __future__ import annotations

import asyncio
import hashlib

import msgspec

from domain.desk import DeskCard
from domain.errors import OutcomeUnknown, Reverted, RpcUnavailable
from domain.identity import fact_id
from journal.records import TransactionIntended
from live.chain.decoding import BlockHead
from live.chain.fees import Fees, TooDear, bumped, choose_fees, forecast_base_fee_wei
from live.chain.nonce import NonceLane
from live.chain.send_answers import Rejected, RejectReason
from live.chain.signer import Eip1559Tx, Signed, Signer
from live.execution.answers import ChainAnswer, mined
from live.execution.calls import Call
from live.execution.ports import Chain
from live.execution.tuning import Tuning

RETIRE_GAS_LIMIT = 21_000
"""What a payment of nothing to ourselves costs."""

_RESYNCED_BY = frozenset({RejectReason.NONCE_TOO_LOW, RejectReason.NONCE_TOO_HIGH})
"""Refusals that prove the lane's idea of the next nonce wrong: somebody else signs with the key."""


class Prepared(msgspec.Struct, frozen=True):
    """A signed transaction with the fact that has to be durable before it leaves."""

    intent: TransactionIntended
    signed: Signed


class Unfit(msgspec.Struct, frozen=True):
    """Why a call is not worth, or not capable of, being sent; nothing happened."""

    reason: str


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
        self._signer = signer
        self._card = card
        self._tuning = tuning
        self._nonces = NonceLane.starting_at(0)
        self._is_synced = False
        self._head: tuple[BlockHead, float] | None = None
        self._rehearsals: dict[str, asyncio.Task[str]] = {}
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Learn the next free nonce; call it when nothing of ours is unresolved.

        Raises:
            RpcUnavailable: The node does not answer.
        """
        self._nonces = NonceLane.starting_at(
            await self._chain.nonce(self._signer.address, "pending")
        )
        self._is_synced = True

    def hear_head(self, number: int, base_fee_wei: int) -> None:
        """Take a head that somebody heard of, so that it need not be asked for while it is new."""
        head = BlockHead(number, "", "", 0, base_fee_wei)
        self._head = (head, asyncio.get_running_loop().time())

    async def deadline_block(self) -> int:
        """Give the last block in which what is sent now may trade."""
        return (await self._newest()).number + self._tuning.deadline_blocks

    async def _newest(self) -> BlockHead:
        """Give a head that was just heard of, else ask."""
        if self._head is not None:
            head, heard_s = self._head
            if asyncio.get_running_loop().time() - heard_s < self._tuning.head_fresh_s:
                return head
        return await self._chain.head()

    async def prepare(self, execution_id: str, call: Call) -> Prepared | Unfit:
        """Price a call and sign it with the lane's next nonce, while it is rehearsed at the head.

        What is prepared holds the lane until it is sent or forgotten: a nonce can only be given
        back while it is the last one, or everything behind it would hang. The rehearsal runs while
        the intent is written; :meth:`send` waits for it.

        Args:
            execution_id: For the intent.
            call: What to do.

        Raises:
            RpcUnavailable: The node does not answer; nothing was reserved.
        """
        await self._turn.acquire()
        try:
            priced = await self._priced(execution_id, call)
        except BaseException:
            self._turn.release()
            raise
        if isinstance(priced, TooDear):
            self._turn.release()
            return Unfit(
                f"gas costs {priced.need_wei} wei, and {priced.budget_wei} is all it earns"
            )
        prepared = await self._sign(execution_id, priced, "leg", call.venues)
        rehearsal = asyncio.create_task(self._rehearse(call), name="rehearsal")
        self._rehearsals[prepared.intent.tx_hash] = rehearsal
        return prepared

    def forget(self, prepared: Prepared) -> None:
        """Give back the nonce of what was never sent, and the lane."""
        rehearsal = self._rehearsals.pop(prepared.intent.tx_hash, None)
        if rehearsal is not None:
            rehearsal.cancel()
        if self._nonces.holds(prepared.intent.nonce):
            self._nonces = self._nonces.refused(prepared.intent.nonce)
        self._turn.release()

    async def send(self, prepared: Prepared) -> ChainAnswer:
        """Send once what its rehearsal lets pass, free the lane and look for the receipt.

        Returns:
            REJECTED when nothing left or the node proved that it refused; UNKNOWN when it may be
            anywhere.
        """
        rehearsal = self._rehearsals.pop(prepared.intent.tx_hash, None)
        objection = await rehearsal if rehearsal is not None else ""
        if objection:
            self.forget(prepared)
            return ChainAnswer("REJECTED", reason=objection)
        if self._nonces.holds(prepared.intent.nonce):
            self._nonces = self._nonces.sent(prepared.intent.nonce, prepared.intent.tx_hash)
        refusal = await self._send(prepared)
        if refusal is None:
            self._turn.release()
            return await self._look(prepared.intent)
        if refusal.status == "REJECTED":
            self.forget(prepared)
        else:
            self._turn.release()
        return refusal

    async def send_retirement(self, prepared: Prepared) -> ChainAnswer:
        """Send a retirement once; its nonce is already somebody's, so the lane does not matter."""
        return await self._send(prepared) or await self._look(prepared.intent)

    async def _send(self, prepared: Prepared) -> ChainAnswer | None:
        """Hand the bytes to the node; None when it has them."""
        try:
            answer = await self._chain.send_raw(prepared.signed.raw)
        except RpcUnavailable:
            return ChainAnswer("REJECTED", reason="the node was away; nothing left the house")
        except OutcomeUnknown:
            return ChainAnswer("UNKNOWN")
        if isinstance(answer, Rejected):
            self._is_synced = self._is_synced and answer.reason not in _RESYNCED_BY
            return ChainAnswer("REJECTED", reason=f"{answer.reason.value}: {answer.message}")
        return None

    async def ask(self, intent: TransactionIntended) -> ChainAnswer:
        """Ask what became of a transaction that was, or may have been, sent.

        The nonce is read before the receipt: read after it, a transaction mined in between would
        look replaced.
        """
        try:
            next_nonce = await self._chain.nonce(intent.signer, "latest")
            receipt = await self._chain.receipt(intent.tx_hash)
            if receipt is not None:
                self._nonces = self._nonces.mined(next_nonce)
                return mined(receipt)
            if next_nonce > intent.nonce:
                self._nonces = self._nonces.mined(next_nonce)
                self._is_synced = False
                return ChainAnswer("REPLACED", reason="another transaction used its nonce")
            pending = await self._chain.transaction(intent.tx_hash)
        except RpcUnavailable:
            return ChainAnswer("UNKNOWN")
        return ChainAnswer("UNKNOWN" if pending is not None else "ABSENT")

    async def retirement(self, intent: TransactionIntended) -> Prepared:
        """Sign a payment of nothing to ourselves with the nonce of a lost transaction.

        Whichever of the two is mined, the other never can be: that makes the outcome definite.

        Raises:
            RpcUnavailable: The node does not answer.
        """
        tip = max(intent.max_priority_fee_per_gas_wei, self._tuning.tip_wei)
        waiting = Fees(intent.max_fee_per_gas_wei, tip)
        fees = bumped(waiting, forecast_base_fee_wei(await self._chain.head()))
        transaction = Eip1559Tx(
            chain_id=intent.chain_id,
            nonce=intent.nonce,
            to=intent.signer,
            gas_limit=RETIRE_GAS_LIMIT,
            max_fee_per_gas_wei=fees.max_fee_per_gas_wei,
            max_priority_fee_per_gas_wei=fees.max_priority_fee_per_gas_wei,
        )
        return await self._sign(intent.execution_id, transaction, "unwind", ())

    async def _sign(
        self, execution_id: str, transaction: Eip1559Tx, purpose: str, venues: tuple[str, ...]
    ) -> Prepared:
        signed = await self._signer.signed(transaction)
        intent = TransactionIntended(
            tx_hash=signed.tx_hash,
            execution_id=execution_id,
            chain_id=transaction.chain_id,
            signer=self._signer.address,
            nonce=transaction.nonce,
            to=transaction.to or "",
            value_wei=transaction.value_wei,
            gas_limit=transaction.gas_limit,
            max_fee_per_gas_wei=transaction.max_fee_per_gas_wei,
            max_priority_fee_per_gas_wei=transaction.max_priority_fee_per_gas_wei,
            data_sha256=hashlib.sha256(transaction.data).hexdigest(),
            purpose=purpose,
            venues=venues,
        )
        return Prepared(intent, signed)

    async def _rehearse(self, call: Call) -> str:
        """Give the reason not to send a call, or nothing: it would revert, or nobody can say."""
        try:
            await self._chain.call(call.to, call.data, sender=self._signer.address)
        except Reverted as refusal:
            return f"would revert now: {refusal.context.get('reason', refusal.sentence)}"
        except RpcUnavailable:
            return "the node was away; nothing left the house"
        return ""

    async def _priced(self, execution_id: str, call: Call) -> Eip1559Tx | TooDear:
        if not self._is_synced:
            count = await self._chain.nonce(self._signer.address, "latest")
            self._nonces, self._is_synced = self._nonces.mined(count), True
        fees = choose_fees(
            base_fee_wei=forecast_base_fee_wei(await self._newest()),
            tip_wei=self._tuning.tip_wei,
            gas_limit=call.expected_gas,
            budget_wei=call.budget_wei,
        )
        if isinstance(fees, TooDear):
            return fees
        self._nonces, nonce = self._nonces.reserve()
        return Eip1559Tx(
            chain_id=self._card.chain.chain_id,
            nonce=nonce,
            to=call.to,
            data=call.data,
            gas_limit=call.gas_limit,
            max_fee_per_gas_wei=fees.max_fee_per_gas_wei + _salt_wei(execution_id),
            max_priority_fee_per_gas_wei=fees.max_priority_fee_per_gas_wei,
        )

    async def _look(self, intent: TransactionIntended) -> ChainAnswer:
        deadline_s = asyncio.get_running_loop().time() + self._tuning.receipt_s
        while asyncio.get_running_loop().time() < deadline_s:
            try:
                receipt = await self._chain.receipt(intent.tx_hash)
            except RpcUnavailable:
                receipt = None
            if receipt is not None:
                self._nonces = self._nonces.mined(intent.nonce + 1)
                return mined(receipt)
            await asyncio.sleep(self._tuning.poll_s)
        return ChainAnswer("UNKNOWN")


def _salt_wei(execution_id: str) -> int:
    """Give a few wei that make the hash of a transaction its execution's own.

    Without it a refused call, sent again for the next opportunity under the same nonce in the same
    block, would be the same transaction, and one hash would stand for two intents. It raises the
    cap by at most 0.017 gwei and what is paid by nothing.
    """
    return int(fact_id("salt", execution_id)[:6], 16)
