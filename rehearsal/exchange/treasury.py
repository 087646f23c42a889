"""The exchange's wallet on the rehearsal chain: it credits what comes, and sends what is withdrawn.

One address takes deposits of the native coin and pays withdrawals. A deposit is credited once
its block lies under enough others, whole units of the exchange and no more; a withdrawal is signed,
then booked with the hash it will have, then sent, so that what was booked can be sent again. Tokens
are not taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.errors import OutcomeUnknown
from domain.money import WEI_DECIMALS
from live.chain.rpc import ChainClient
from live.chain.signer import Eip1559Tx, LocalSigner
from rehearsal.chain.keys import treasury_key
from rehearsal.exchange import terms
from rehearsal.exchange.commands import Deposit, Refusal, Withdraw
from rehearsal.exchange.venue import SPOT, Venue

CONFIRMATIONS = 3
"""Blocks over a deposit before it is credited."""
WEI_A_UNIT = 10 ** (WEI_DECIMALS - terms.DECIMALS[terms.BASE])
_GAS_LIMIT = 21_000
_TIP_WEI = 10**9


class Treasury:
    """The wallet of one exchange.

    Args:
        venue: Credits and charges its accounts.
        chain_id: What its transactions are signed for.
        from_block: The first block that is looked at.
    """

    def __init__(self, venue: Venue, chain_id: int, from_block: int = 0) -> None:
        self._venue, self._chain_id, self._next = venue, chain_id, from_block
        self._signer = LocalSigner.from_key(treasury_key())

    @property
    def address(self) -> str:
        """Where deposits go."""
        return self._signer.address.lower()

    async def credit(self, client: ChainClient) -> int:
        """Credit the deposits that lie deep enough and are not credited yet; count them.

        Raises:
            RpcUnavailable: The node does not answer.
        """
        head = await client.head()
        count = 0
        for number in range(self._next, head.number - CONFIRMATIONS + 1):
            block = await client.request("eth_getBlockByNumber", [hex(number), True])
            for sent in self._paid_in(block["transactions"]):
                receipt = await client.receipt(sent["hash"])
                count += receipt is not None and receipt.status == 1 and self._credit(sent)
            self._next = number + 1
        return count

    def _paid_in(self, transactions: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        return (one for one in transactions if (one["to"] or "").lower() == self.address)

    def _credit(self, sent: dict[str, Any]) -> bool:
        units = int(sent["value"], 16) // WEI_A_UNIT
        done = {one.tx_hash for one in self._venue.history.entries_of(SPOT)}
        if not units or sent["hash"] in done:
            return False
        self._venue.execute(Deposit(SPOT, terms.BASE, units, sent["hash"], self.address))
        return True

    async def pay(
        self, client: ChainClient, units: int, fee_units: int, address: str
    ) -> str | Refusal:
        """Book a withdrawal and send it.

        Args:
            client: Of the chain.
            units: Of the exchange, to arrive.
            fee_units: Charged on top.
            address: Where to.

        Returns:
            The hash it was booked and sent with; or why not, and nothing happened.

        Raises:
            RpcUnavailable: The node does not answer; nothing was booked.
        """
        head = await client.head()
        tx = Eip1559Tx(
            chain_id=self._chain_id,
            nonce=await client.nonce(self._signer.address, "pending"),
            to=address,
            value_wei=units * WEI_A_UNIT,
            gas_limit=_GAS_LIMIT,
            max_fee_per_gas_wei=2 * (head.base_fee_wei or 0) + _TIP_WEI,
            max_priority_fee_per_gas_wei=_TIP_WEI,
        )
        signed = self._signer.sign(tx)
        asked = Withdraw(SPOT, terms.BASE, units, fee_units, signed.tx_hash, address.lower())
        booked = self._venue.execute(asked)
        if isinstance(booked, Refusal):
            return booked
        try:
            await client.send_raw(signed.raw)
        except OutcomeUnknown:
            await client.send_raw(signed.raw)  # the same transaction twice is once
        return signed.tx_hash
