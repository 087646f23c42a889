"""The rim to the chain: price, rehearse, sign, send once, look, ask, and retire a nonce.

A transaction is signed before its intent is written, so that the hash is known, and sent after.
Nothing here writes facts or decides what an answer means for the execution.
"""

from __future__ import annotations

import asyncio
import hashlib

import msgspec

from domain.desk import DeskCard
from domain.errors import InvariantBroken, OutcomeUnknown, Reverted, RpcUnavailable
from domain.identity import fact_id
from journal.records import TransactionIntended
from live.chain.fees import TooDear, choose_fees
from live.chain.nonce import NonceLane
from live.chain.send_answers import Rejected
from live.chain.signer import Eip1559Tx, Signed, Signer
from live.execution.answers import ChainAnswer, mined
from live.execution.calls import Call
from live.execution.ports import Chain
from live.execution.tuning import Tuning

RETIRE_GAS_LIMIT = 21_000
"""What a payment of nothing to ourselves costs."""

_BUMP_NUM, _BUMP_DEN = 9, 8
"""12.5 %: a node replaces a pending transaction only for more; geth asks for 10 % on both fees."""


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
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Learn the next free nonce; call it when nothing of ours is unresolved.

        Raises:
            RpcUnavailable: The node does not answer.
        """
        self._nonces = NonceLane.starting_at(
            await self._chain.nonce(self._signer.address, "pending")
        )

    async def deadline_block(self) -> int:
        """Give the last block in which what is sent now may trade."""
        return (await self._chain.head()).number + self._tuning.deadline_blocks

    async def prepare(self, execution_id: str, call: Call) -> Prepared | Unfit:
        """Rehearse a call at the head, price it and sign it with the lane's next nonce.

        What is prepared holds the lane until it is sent or forgotten: a nonce can only be given
        back while it is the last one, or everything behind it would hang.

        Args:
            execution_id: For the intent.
            call: What to do.

        Raises:
            RpcUnavailable: The node does not answer; nothing was reserved.
        """
        refusal = await self._rehearse(call)
        if refusal:
            return Unfit(f"would revert now: {refusal}")
        await self._turn.acquire()
        try:
            return self._sign(
                execution_id, await self._priced(execution_id, call), "leg", call.venues
            )
        except RpcUnavailable:
            self._turn.release()
            raise

    def forget(self, prepared: Prepared) -> None:
        """Give back the nonce of what was never sent, and the lane."""
        self._nonces = self._nonces.refused(prepared.intent.nonce)
        self._turn.release()

    async def send(self, prepared: Prepared) -> ChainAnswer:
        """Send once, free the lane and look for the receipt; UNKNOWN when it may be anywhere."""
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
        base_fee = (await self._chain.head()).base_fee_wei
        tip = _bumped(max(intent.max_priority_fee_per_gas_wei, self._tuning.tip_wei))
        cap = max(_bumped(intent.max_fee_per_gas_wei), 2 * base_fee + tip)
        transaction = Eip1559Tx(
            chain_id=intent.chain_id,
            nonce=intent.nonce,
            to=intent.signer,
            gas_limit=RETIRE_GAS_LIMIT,
            max_fee_per_gas_wei=cap,
            max_priority_fee_per_gas_wei=tip,
        )
        return self._sign(intent.execution_id, transaction, "unwind", ())

    def _sign(
        self, execution_id: str, transaction: Eip1559Tx, purpose: str, venues: tuple[str, ...]
    ) -> Prepared:
        signed = self._signer.sign(transaction)
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
        """Give the reason a call would revert with at the head, or nothing."""
        try:
            await self._chain.call(call.to, call.data, sender=self._signer.address)
        except Reverted as refusal:
            return str(refusal.context.get("reason", refusal.sentence))
        return ""

    async def _priced(self, execution_id: str, call: Call) -> Eip1559Tx:
        count = await self._chain.nonce(self._signer.address, "latest")
        fees = choose_fees(
            base_fee_wei=(await self._chain.head()).base_fee_wei,
            tip_wei=self._tuning.tip_wei,
            gas_limit=call.gas_limit,
        )
        if isinstance(fees, TooDear):
            raise InvariantBroken("without a budget nothing is too dear", need_wei=fees.need_wei)
        self._nonces, nonce = self._nonces.mined(count).reserve()
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


def _bumped(wei: int) -> int:
    return -(-wei * _BUMP_NUM // _BUMP_DEN)
