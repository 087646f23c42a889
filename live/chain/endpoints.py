"""Several nodes of one chain asked as if they were one: health, failover, and agreement.

===========================  ====================================================================
question                     how it is asked
===========================  ====================================================================
head, block, call, balances  the healthiest node; the next one when it does not answer
receipt, nonce, transaction  as many as have to agree, since what was sent hangs on the answer; when
                             they do not agree it is unknown, and nobody's word is taken for it
send                         one node; the next one only where it is sure that nothing left
===========================  ====================================================================

A node that failed is asked last until its pause is over; pauses double. Not here: what an answer
means (`rpc.py`), or sending anything a second time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from domain.chain.types import Receipt
from domain.errors import ConfigRefused, RpcUnavailable
from live.aio.backoff import Backoff
from live.chain.decoding import BlockHead
from live.chain.ports import Chain
from live.chain.send_answers import SendAnswer

FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 30.0
"""A node that is being restarted is back in less; one that is gone costs one question in thirty
seconds."""
MANY = 3
"""From three nodes on, two have to agree: one that lies, or lags, is outvoted."""

T = TypeVar("T")


class Node(Chain, Protocol):
    """One of the nodes that are asked."""

    async def close(self) -> None: ...


class _Health:
    """How one node has been doing."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.rests_until_s = 0.0
        self._pauses = Backoff(first_s=FIRST_PAUSE_S, ceiling_s=LONGEST_PAUSE_S)

    def answered(self) -> None:
        self._pauses.reset()
        self.rests_until_s = 0.0

    def failed(self, now_s: float) -> None:
        self.rests_until_s = now_s + self._pauses.next_s()


class Endpoints:
    """The nodes of one chain.

    Args:
        nodes: In the order of preference.
        agreeing: How many have to agree on what was sent; by default one, or two from three on.
        now_s: Times pauses; by default the event loop's clock.

    Raises:
        ConfigRefused: There is no node, or fewer than have to agree.
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        agreeing: int | None = None,
        now_s: Callable[[], float] | None = None,
    ) -> None:
        self._now_s = now_s or _loop_s
        self._health = [_Health(node) for node in nodes]
        self._agreeing = agreeing or (2 if len(nodes) >= MANY else 1)
        if len(nodes) < self._agreeing:
            raise ConfigRefused(
                "give as many nodes as have to agree", nodes=len(nodes), agreeing=self._agreeing
            )

    async def __aenter__(self) -> Endpoints:
        return self

    async def __aexit__(self, *_: object) -> None:
        for health in self._health:
            await health.node.close()

    # --- the healthiest one -----------------------------------------------------------------------

    async def head(self) -> BlockHead:
        """Read the latest block; errors as :meth:`live.chain.rpc.ChainClient.head`."""
        return await self._first(lambda node: node.head())

    async def block(self, which: int | str) -> BlockHead | None:
        """Read a block by height, hash or tag."""
        return await self._first(lambda node: node.block(which))

    async def call(
        self, to: str, data: bytes, block: int | str = "latest", sender: str | None = None
    ) -> bytes:
        """Run a call against a block's state."""
        return await self._first(lambda node: node.call(to, data, block, sender))

    async def balance_wei(self, address: str, block: int | str = "latest") -> int:
        """Read the native balance."""
        return await self._first(lambda node: node.balance_wei(address, block))

    async def erc20_balance(
        self, token_address: str, holder: str, block: int | str = "latest"
    ) -> int:
        """Read a token balance."""
        return await self._first(lambda node: node.erc20_balance(token_address, holder, block))

    async def send_raw(self, raw: bytes) -> SendAnswer:
        """Send once: to the next node only where the one before surely had nothing.

        Raises:
            RpcUnavailable: No node could be reached; nothing left.
            OutcomeUnknown: It may have arrived; no other node is tried.
        """
        return await self._first(lambda node: node.send_raw(raw))

    # --- those that have to agree -----------------------------------------------------------------

    async def receipt(self, tx_hash: str) -> Receipt | None:
        """Read what became of a transaction, as enough nodes have it in the same block."""
        return await self._agreed(lambda node: node.receipt(tx_hash), _standing)

    async def nonce(self, address: str, tag: str = "latest") -> int:
        """Count the transactions of an address."""
        return await self._agreed(lambda node: node.nonce(address, tag), str)

    async def transaction(self, tx_hash: str) -> dict[str, Any] | None:
        """Read a transaction; it is known when enough nodes know it, or none when enough do not."""
        return await self._agreed(lambda node: node.transaction(tx_hash), _is_known)

    # --- asking -----------------------------------------------------------------------------------

    async def _first(self, question: Callable[[Node], Awaitable[T]]) -> T:
        *others, last = self._ordered()
        for health in others:
            try:
                return await self._asked(health, question)
            except RpcUnavailable:
                continue
        return await self._asked(last, question)

    async def _agreed(self, question: Callable[[Node], Awaitable[T]], key: Callable[[T], str]) -> T:
        if self._agreeing == 1:
            return await self._first(question)
        asked = [self._asked(health, question) for health in self._health]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        heard = [answer for answer in answers if not isinstance(answer, BaseException)]
        votes = Counter(map(key, heard))
        for answer in heard:
            if votes[key(answer)] >= self._agreeing:
                return answer
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, RpcUnavailable):
                raise answer
        raise RpcUnavailable(
            "too few nodes agree; look at the ones that lag or lie",
            agreeing=self._agreeing,
            answers=len(heard),
        )

    async def _asked(self, health: _Health, question: Callable[[Node], Awaitable[T]]) -> T:
        try:
            answer = await question(health.node)
        except RpcUnavailable:
            health.failed(self._now_s())
            raise
        health.answered()
        return answer

    def _ordered(self) -> list[_Health]:
        now_s = self._now_s()
        return sorted(self._health, key=lambda health: health.rests_until_s > now_s)


def _standing(receipt: Receipt | None) -> str:
    return "" if receipt is None else f"{receipt.block_hash} {receipt.status}"


def _is_known(transaction: dict[str, Any] | None) -> str:
    return str(transaction is not None)


def _loop_s() -> float:
    return asyncio.get_running_loop().time()
