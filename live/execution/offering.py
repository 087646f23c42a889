"""What a call becomes before it leaves: priced, signed, and written as the intent that goes first.

Here a call and an offer become a signed transaction and its fact. Not here: which nonce is free,
sending, asking (`chain_lane.py`).
"""

from __future__ import annotations

import hashlib

import msgspec

from domain.desk import DeskCard
from domain.identity import fact_id
from journal.records import TransactionIntended
from live.chain.fees import Fees
from live.chain.signer import Eip1559Tx, Signed, Signer
from live.execution.calls import Call

PAYMENT_GAS_LIMIT = 21_000
"""What a payment of nothing to ourselves costs."""


class Prepared(msgspec.Struct, frozen=True):
    """A signed transaction with the fact that has to be durable before it leaves.

    Args:
        call: What it does; None for a payment of nothing to ourselves.
    """

    intent: TransactionIntended
    signed: Signed
    call: Call | None = None


class Unfit(msgspec.Struct, frozen=True):
    """Why a call is not worth, or not capable of, being sent; nothing happened."""

    reason: str


class Offering:
    """Writes and signs what one signer offers on one chain.

    Args:
        signer: Holds the key; nothing else sees it.
        card: The chain's id.
    """

    def __init__(self, signer: Signer, card: DeskCard) -> None:
        self._signer = signer
        self._chain_id = card.chain.chain_id

    @property
    def address(self) -> str:
        """Whose transactions they are, lower case."""
        return self._signer.address

    async def trade(self, execution_id: str, call: Call, nonce: int, fees: Fees) -> Prepared:
        """Sign a call.

        Raises:
            SignerUnavailable: Whoever holds the key does not answer.
        """
        transaction = Eip1559Tx(
            chain_id=self._chain_id,
            nonce=nonce,
            to=call.to,
            data=call.data,
            gas_limit=call.gas_limit,
            max_fee_per_gas_wei=fees.max_fee_per_gas_wei,
            max_priority_fee_per_gas_wei=fees.max_priority_fee_per_gas_wei,
        )
        return await self._prepared(execution_id, transaction, call)

    async def payment(self, execution_id: str, nonce: int, fees: Fees) -> Prepared:
        """Sign a payment of nothing to ourselves, which uses a nonce up; errors as :meth:`trade`.

        Whichever of it and what waits under that nonce is mined, the other never can be.
        """
        transaction = Eip1559Tx(
            chain_id=self._chain_id,
            nonce=nonce,
            to=self._signer.address,
            gas_limit=PAYMENT_GAS_LIMIT,
            max_fee_per_gas_wei=fees.max_fee_per_gas_wei,
            max_priority_fee_per_gas_wei=fees.max_priority_fee_per_gas_wei,
        )
        return await self._prepared(execution_id, transaction, None)

    async def _prepared(
        self, execution_id: str, transaction: Eip1559Tx, call: Call | None
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
            purpose="leg" if call else "unwind",
            venues=call.venues if call else (),
        )
        return Prepared(intent, signed, call)


def salted(fees: Fees, execution_id: str) -> Fees:
    """Raise the cap by a few wei that make the hash of a transaction its execution's own.

    Without it a refused call, sent again for the next opportunity under the same nonce in the same
    block, would be the same transaction, and one hash would stand for two intents. It raises the
    cap by at most 0.017 gwei and what is paid by nothing.
    """
    salt_wei = int(fact_id("salt", execution_id)[:6], 16)
    return Fees(fees.max_fee_per_gas_wei + salt_wei, fees.max_priority_fee_per_gas_wei)


def fees_of(intent: TransactionIntended) -> Fees:
    """Give what a transaction offers."""
    return Fees(intent.max_fee_per_gas_wei, intent.max_priority_fee_per_gas_wei)
