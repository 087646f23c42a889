"""What became of a transaction: looked for while it is fresh, asked for when it is not.

Looking is cheap and ends: at every head that is heard of, and in between as often as the node can
bear. Asking is for what may be anywhere. Neither sends anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from domain.errors import RpcUnavailable
from journal.records import TransactionIntended
from live.chain.heads import Heads
from live.chain.ports import Chain
from live.execution.answers import ChainAnswer, mined
from live.execution.tuning import Tuning


class Asking:
    """Questions about the transactions of one signer.

    Args:
        chain: The node.
        heads: Rings when there is a new head.
        tuning: How long and how often to look.
        used_below: Told the lowest nonce that the chain has not used.
    """

    def __init__(
        self, chain: Chain, heads: Heads, tuning: Tuning, used_below: Callable[[int], None]
    ) -> None:
        self._chain = chain
        self._heads = heads
        self._tuning = tuning
        self._used_below = used_below

    async def look(self, intents: Sequence[TransactionIntended]) -> ChainAnswer:
        """Look for a receipt of any of the transactions of one nonce that were just sent.

        Returns:
            STUCK when a block has passed them over although nothing of ours is before them; UNKNOWN
            when there is no answer in time.
        """
        sent_s, heard = _now_s(), self._heads.heard
        while _now_s() - sent_s < self._tuning.receipt_s:
            for intent in intents:
                if (found := await self._receipt(intent)) is not None:
                    return found
            is_late = _now_s() - sent_s >= self._tuning.stuck_after_s
            if is_late and self._heads.heard > heard and await self._is_next(intents[-1]):
                return ChainAnswer("STUCK")
            await self._heads.next(self._tuning.poll_s)
        return ChainAnswer("UNKNOWN")

    async def ask(self, intent: TransactionIntended) -> ChainAnswer:
        """Ask what became of a transaction that was, or may have been, sent.

        The nonce is read before the receipt: read after it, a transaction mined in between would
        look replaced.
        """
        try:
            next_nonce = await self._chain.nonce(intent.signer, "latest")
            receipt = await self._chain.receipt(intent.tx_hash)
            if receipt is not None:
                self._used_below(next_nonce)
                return mined(receipt)
            if next_nonce > intent.nonce:
                self._used_below(next_nonce)
                return ChainAnswer("REPLACED", reason="another transaction used its nonce")
            pending = await self._chain.transaction(intent.tx_hash)
        except RpcUnavailable:
            return ChainAnswer("UNKNOWN")
        return ChainAnswer("UNKNOWN" if pending is not None else "ABSENT")

    async def _receipt(self, intent: TransactionIntended) -> ChainAnswer | None:
        try:
            receipt = await self._chain.receipt(intent.tx_hash)
        except RpcUnavailable:
            return None
        if receipt is None:
            return None
        self._used_below(intent.nonce + 1)
        return mined(receipt)

    async def _is_next(self, intent: TransactionIntended) -> bool:
        try:
            return await self._chain.nonce(intent.signer, "latest") == intent.nonce
        except RpcUnavailable:
            return False


def _now_s() -> float:
    return asyncio.get_running_loop().time()
