"""What the chain's nodes tell unasked: heads, logs they take back, and their sockets' own fate.

A head wakes whoever waits for a receipt. A log with `removed: true` has its transaction asked about
at once. A socket that goes is announced, and receipts are polled for until it is back; nothing else
changes, since what it carried goes over HTTP. A node is named by host and port alone: the rest of a
hosted node's address is a secret.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from structlog.typing import FilteringBoundLogger

from domain.clock import Clock
from domain.desk import DeskCard
from domain.errors import SchemaDrift
from domain.identity import told_host
from journal.records import AlertRaised
from live.chain.decoding import block_head
from live.chain.heads import Heads
from live.chain.socket import NodeSocket, socket_url
from live.execution import metrics

MORE_NODES = "ALPHAPULSE_RPC_URLS"
"""Further nodes of the same chain; from three on, two have to agree on what was sent."""
_TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
"""The topic of `Transfer(address,address,uint256)`."""


class Watch(Protocol):
    """Whoever follows transactions until they are final."""

    async def taken_back(self, tx_hash: str) -> None:
        """Ask about a transaction whose logs a node took back."""
        ...


class NodeEars:
    """Listens to the nodes' sockets, which somebody else runs.

    Args:
        sockets: One a node, not yet running.
        wallet: Whose token transfers are listened for.
        heads: Takes heads.
        watch: Takes transactions whose logs were taken back.
        tell: Makes an alert durable and tells it.
        clock: Dates alerts.
        log: For people.
    """

    def __init__(
        self,
        sockets: Sequence[NodeSocket],
        wallet: str,
        *,
        heads: Heads,
        watch: Watch,
        tell: Callable[[AlertRaised], Awaitable[None]],
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._sockets = sockets
        self._heads = heads
        self._watch = watch
        self._tell = tell
        self._clock = clock
        self._log = log
        self._was_open: dict[str, bool] = {}
        self._news: asyncio.Queue[AlertRaised | str] = asyncio.Queue()
        word = "0x" + wallet.removeprefix("0x").rjust(64, "0")
        for socket in sockets:
            self._subscribe(socket, word)

    def _subscribe(self, socket: NodeSocket, wallet_word: str) -> None:
        name = told_host(socket.url)

        def fate(is_open: bool, how: str) -> None:  # noqa: FBT001 (told by position)
            self._hear_fate(name, how, is_open=is_open)

        socket.tell = fate
        socket.subscribe(["newHeads"], self._hear_head)
        for topics in ([_TRANSFER, wallet_word], [_TRANSFER, None, wallet_word]):
            socket.subscribe(["logs", {"topics": topics}], self._hear_log)

    def _hear_head(self, told: dict[str, Any]) -> None:
        try:
            self._heads.hear(block_head(told))
        except SchemaDrift as drift:
            self._log.warning("passed over a head that is none", reason=str(drift))

    def _hear_log(self, told: dict[str, Any]) -> None:
        if told.get("removed") is True:
            self._news.put_nowait(str(told.get("transactionHash", "")).lower())

    def _hear_fate(self, name: str, how: str, *, is_open: bool) -> None:
        was_open = self._was_open.get(name)
        if was_open is is_open:
            return
        self._was_open[name] = is_open
        metrics.NODE_SOCKETS.labels(name).set(int(is_open))
        self._log.info("node socket", node=name, is_open=is_open, how=how)
        if was_open is not None:
            self._news.put_nowait(self._alert(name, how, is_open=is_open))

    def _alert(self, name: str, how: str, *, is_open: bool) -> AlertRaised:
        return AlertRaised(
            alert="node_socket_back" if is_open else "node_socket_lost",
            severity="info" if is_open else "warning",
            subject=name,
            detail="heads are heard again" if is_open else f"receipts are polled for ({how})",
            raised_ns=self._clock.now_ns(),
        )

    async def pass_on(self) -> None:
        """Tell what was heard to those it concerns, until cancelled."""
        while True:
            news = await self._news.get()
            if isinstance(news, AlertRaised):
                await self._tell(news)
            else:
                await self._watch.taken_back(news)


def nodes_of(card: DeskCard, environment: Mapping[str, str]) -> dict[str, NodeSocket]:
    """Name the chain's nodes, the card's and by comma the environment's, each with a socket."""
    more = environment.get(MORE_NODES, "").split(",")
    urls = dict.fromkeys([card.chain.rpc_url, *(url.strip() for url in more if url.strip())])
    return {url: NodeSocket(socket_url(url)) for url in urls}
