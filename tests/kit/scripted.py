"""A chain and an exchange that follow a script, for what no real one does on demand.

They share one list of happenings with the recorder, so that a test reads what was durable before
what left. Answers can be made late by a number of turns of the event loop.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from domain.chain.types import Receipt
from domain.errors import OutcomeUnknown, Reverted, RpcUnavailable, SignerUnavailable
from journal.entry import Entry
from journal.records import OrderIntended
from live.chain.decoding import BlockHead
from live.chain.send_answers import Accepted, Duplicate, Rejected, RejectReason, SendAnswer
from live.chain.signer import Eip1559Tx, Signed
from live.execution.answers import OrderAnswer
from live.execution.ports import Holding
from tests.kit.facts import BLOCK_HASH, USDC, WALLET, WETH
from tests.kit.trading import POOL_ADDRESS, RememberingRecorder, a_receipt, a_transfer

Turns = Iterator[int]


class WatchedRecorder(RememberingRecorder):
    """A recorder that tells the shared list when a fact is durable."""

    def __init__(self, happenings: list[str]) -> None:
        super().__init__()
        self.happenings = happenings

    async def record(self, *entries: Entry) -> list[int]:
        """Keep entries, then say so."""
        seqs = await super().record(*entries)
        self.happenings += [f"fact {entry.fact.KIND}" for entry in entries]
        return seqs


class ScriptedSigner:
    """Signs by writing the fields down; the hash is one of the fields."""

    address = WALLET

    def __init__(self) -> None:
        self.asked = 0
        self.fails_at: set[int] = set()
        """Which of its signatures never come, by their number."""

    def sign(self, tx: Eip1559Tx) -> Signed:
        """Write a transaction down."""
        raw = msgspec.msgpack.encode(tx)
        return Signed(raw, "0x" + hashlib.sha256(raw).hexdigest())

    async def signed(self, tx: Eip1559Tx) -> Signed:
        """Write a transaction down, as whoever signs elsewhere does: later, or not at all."""
        self.asked += 1
        number = self.asked - 1
        await asyncio.sleep(0)
        if number in self.fails_at:
            raise SignerUnavailable("the signer does not answer")
        return self.sign(tx)


class ScriptedChain:
    """A node that treats each send as the script says, in order; `mine` when the script is over.

    ``mine`` · ``revert`` · ``refuse`` · ``nonce_low`` · ``nonce_high`` · ``away`` (nothing was
    sent) · ``hang_mined`` (no answer, yet mined) · ``lost`` (no answer, and it never arrived) ·
    ``stuck`` (accepted, never mined) · ``evicted`` (accepted, then dropped without a word).

    `payment_script` is the same for payments of nothing to ourselves.

    It keeps what comes before its turn until the nonces before it are used, and replaces what it
    keeps only for a tenth more of both caps, rounded up, as geth does.
    """

    def __init__(
        self, happenings: list[str], script: Sequence[str] = (), turns: Turns | None = None
    ) -> None:
        self.happenings = happenings
        self.script = list(script)
        self.payment_script: list[str] = []
        self.turns = turns or iter(lambda: 0, 1)
        self.receipts: dict[str, Receipt] = {}
        self.pool: dict[int, tuple[Eip1559Tx, str, str]] = {}
        self.used: dict[int, str] = {}
        self.sent: list[Eip1559Tx] = []
        self.taken: list[str] = []
        self.final_block = 0
        self.would_revert = ""
        self.objects_to: set[int] = set()
        self.rehearsed = 0
        self.tell: Callable[[int], None] = lambda _number: None
        """Told how much was sent, after each send."""
        self.looks = 0
        """How often a receipt was asked for since the last send."""
        self.is_away = False

    async def head(self) -> BlockHead:
        """Give block 42, or a later one when something was mined."""
        await self._answer()
        return BlockHead(42 + len(self.used), BLOCK_HASH, BLOCK_HASH, 1, 10**9)

    async def block(self, which: int | str) -> BlockHead | None:
        """Give the final block, whatever is asked."""
        await self._answer()
        return BlockHead(self.final_block, BLOCK_HASH, BLOCK_HASH, 1, 10**9)

    async def receipt(self, tx_hash: str) -> Receipt | None:
        """Give the receipt of what was mined."""
        await self._answer()
        self.looks += 1
        return self.receipts.get(tx_hash)

    async def transaction(self, tx_hash: str) -> dict[str, Any] | None:
        """Give something for what the node has."""
        await self._answer()
        kept = {kept_hash for _, kept_hash, _ in self.pool.values()}
        return {} if tx_hash in kept or tx_hash in self.receipts else None

    async def nonce(self, address: str, tag: str = "latest") -> int:
        """Count what was mined."""
        await self._answer()
        return len(self.used)

    async def call(
        self, to: str, data: bytes, block: int | str = "latest", sender: str | None = None
    ) -> bytes:
        """Rehearse a call; refuse those whose turn is in `objects_to`."""
        await self._answer()
        self.rehearsed += 1
        if self.rehearsed - 1 in self.objects_to:
            raise Reverted("the contract refused this call", reason="an objection")
        if self.would_revert:
            raise Reverted("the contract refused this call", reason=self.would_revert)
        return b""

    async def balance_wei(self, address: str, block: int | str = "latest") -> int:
        """Give plenty."""
        await self._answer()
        return 10**20

    async def erc20_balance(
        self, token_address: str, holder: str, block: int | str = "latest"
    ) -> int:
        """Give plenty."""
        await self._answer()
        return 10**20

    async def send_raw(self, raw: bytes) -> SendAnswer:
        """Do what the script says."""
        await self._answer()
        tx = msgspec.msgpack.decode(raw, type=Eip1559Tx)
        tx_hash = "0x" + hashlib.sha256(raw).hexdigest()
        script = self.script if tx.data else self.payment_script
        order = script.pop(0) if script else "mine"
        self.sent.append(tx)
        self.looks = 0
        try:
            return self._treat(order, tx, tx_hash)
        finally:
            self.tell(len(self.sent))
            self.happenings.append(f"send {order}")

    def _treat(self, order: str, tx: Eip1559Tx, tx_hash: str) -> SendAnswer:
        match order:
            case "refuse":
                return Rejected(RejectReason.INSUFFICIENT_FUNDS, "no money")
            case "nonce_low":
                return Rejected(RejectReason.NONCE_TOO_LOW, "nonce too low")
            case "nonce_high":
                return Rejected(RejectReason.NONCE_TOO_HIGH, "nonce too high")
            case "away":
                raise RpcUnavailable("the node does not answer")
            case "lost":
                raise OutcomeUnknown("no answer", intent_id=tx_hash)
            case "evicted":
                self.taken.append(tx_hash)
                return Accepted(tx_hash)
            case _:
                return self._pooled(order, tx, tx_hash)

    def _pooled(self, order: str, tx: Eip1559Tx, tx_hash: str) -> SendAnswer:
        if tx.nonce < len(self.used):
            return Rejected(RejectReason.NONCE_TOO_LOW, "nonce too low")
        kept = self.pool.get(tx.nonce)
        if kept is not None and kept[1] == tx_hash:
            return Duplicate(tx_hash)
        if kept is not None and not _replaces(tx, kept[0]):
            return Rejected(RejectReason.REPLACEMENT_UNDERPRICED, "replacement underpriced")
        self.pool[tx.nonce] = (tx, tx_hash, order)
        self.taken.append(tx_hash)
        self._advance()
        if order == "hang_mined":
            raise OutcomeUnknown("no answer", intent_id=tx_hash)
        return Accepted(tx_hash)

    def _advance(self) -> None:
        """Mine what is next, until something is stuck or missing."""
        while (kept := self.pool.get(len(self.used))) is not None and kept[2] != "stuck":
            tx, tx_hash, order = self.pool.pop(len(self.used))
            self._mine(tx, tx_hash, status=0 if order == "revert" else 1)

    def unstick(self) -> None:
        """Mine what was stuck after all."""
        self.pool = {nonce: (tx, tx_hash, "mine") for nonce, (tx, tx_hash, _) in self.pool.items()}
        self._advance()

    def mine_again(self, tx_hash: str, *, status: int) -> None:
        """Let a reorg move a transaction to another block, where it may end otherwise."""
        moved = self.receipts[tx_hash]
        logs = moved.logs if status == 1 else ()
        self.receipts[tx_hash] = msgspec.structs.replace(
            moved, block_hash="0x" + "b2" * 32, status=status, logs=logs
        )

    def _mine(self, tx: Eip1559Tx, tx_hash: str, *, status: int) -> None:
        assert tx.nonce not in self.used, "two transactions of one nonce cannot both be mined"
        self.used[tx.nonce] = tx_hash
        logs = _swap_logs() if status == 1 and tx.data else ()
        self.receipts[tx_hash] = a_receipt(
            *logs, tx_hash=tx_hash, status=status, block_number=42 + len(self.used)
        )

    async def _answer(self) -> None:
        for _ in range(next(self.turns, 0)):
            await asyncio.sleep(0)
        if self.is_away:
            raise RpcUnavailable("the node does not answer")


class ScriptedExchange:
    """An exchange that fills each order as the script says; wholly when the script is over.

    A share of the order (0 to 100 %) is filled at the limit price; ``hang:<share>`` likewise, but
    the submission gets no answer; ``lost`` never arrives; ``refuse`` is a proved refusal.
    """

    def __init__(
        self, happenings: list[str], script: Sequence[str] = (), turns: Turns | None = None
    ) -> None:
        self.happenings = happenings
        self.script = list(script)
        self.turns = turns or iter(lambda: 0, 1)
        self.orders: dict[str, OrderAnswer] = {}
        self.sent: list[OrderIntended] = []

    async def submit(self, intent: OrderIntended) -> OrderAnswer:
        """Do what the script says."""
        await self._answer()
        order = self.script.pop(0) if self.script else "100"
        assert intent.client_order_id not in self.orders, "a second order of one client id"
        self.sent.append(intent)
        try:
            return self._treat(order, intent)
        finally:
            self.happenings.append(f"order {order}")

    def _treat(self, order: str, intent: OrderIntended) -> OrderAnswer:
        if order == "refuse":
            return OrderAnswer("REJECTED", reason="EOrder:Insufficient funds")
        if order == "lost":
            return OrderAnswer("UNKNOWN")
        word, _, share = order.rpartition(":")
        self.orders[intent.client_order_id] = _filled(intent, int(share))
        return OrderAnswer("UNKNOWN") if word else self.orders[intent.client_order_id]

    async def find(self, intent: OrderIntended) -> OrderAnswer:
        """Give what became of an order, or its absence."""
        await self._answer()
        return self.orders.get(intent.client_order_id, OrderAnswer("ABSENT"))

    async def holdings(self) -> dict[str, Holding]:
        """Give nothing that matters here."""
        await self._answer()
        return {}

    async def balances(self) -> dict[str, int]:
        """Give what is free of that."""
        return {asset: one.free_units for asset, one in (await self.holdings()).items()}

    async def _answer(self) -> None:
        for _ in range(next(self.turns, 0)):
            await asyncio.sleep(0)


def _filled(intent: OrderIntended, share: int) -> OrderAnswer:
    base = intent.base_units * share // 100
    status = {0: "CANCELLED", 100: "FILLED"}.get(share, "PARTIAL")
    return OrderAnswer(status, "O-1", base, base * 30, base * 3 // 100, "")


def _replaces(tx: Eip1559Tx, kept: Eip1559Tx) -> bool:
    return (
        tx.max_fee_per_gas_wei * 10 >= kept.max_fee_per_gas_wei * 11
        and tx.max_priority_fee_per_gas_wei * 10 >= kept.max_priority_fee_per_gas_wei * 11
    )


def _swap_logs() -> tuple[Any, ...]:
    token: Callable[[str], str] = lambda asset: asset.partition("erc20:")[2]  # noqa: E731
    return (
        a_transfer(token(USDC), WALLET, POOL_ADDRESS, 3_009_030_000, 0),
        a_transfer(token(WETH), POOL_ADDRESS, WALLET, 10**18, 1),
    )
