"""One case of the execution bench: ours, a bare signed send, and web3's own way, timed by stage.

Ours and the bare ones send the same call over the same kind of connection, a WebSocket, to the same
node; web3.py has the HTTP transport of its documentation. Ours is the whole way: verdict, plan,
signature, all of them durable beside the rehearsal, send, receipt, durable answers.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from domain.chain.types import Receipt
from domain.errors import InvariantBroken
from journal.entry import Entry
from journal.records import ExecutionPlanned, OpportunityFound, TransactionIntended
from live.aio.waiting import until
from live.chain.decoding import block_head
from live.chain.fees import Fees, choose_fees
from live.chain.rpc import ChainClient
from live.chain.send_answers import Accepted, SendAnswer
from live.chain.signer import Eip1559Tx, Signed
from live.chain.socket import NodeSocket, socket_url
from live.execution.calls import call_of
from live.execution.chain_lane import ChainLane
from live.execution.herald import Herald
from live.execution.history import fold
from live.execution.legs import execution_id
from live.execution.machine import Event, State
from live.execution.order_lane import OrderLane
from live.execution.risk_desk import RiskDesk
from live.execution.run import Run
from live.execution.runner import Runner
from live.execution.scribe import Scribe, Trail
from live.execution.treasury import wallet_balances
from live.execution.tuning import Tuning
from live.risk.verdict import Verdict
from ops.bench.execution_desk import BenchDesk, NoVenue

Marks = dict[str, float]
"""Stage -> when it ended, by `time.perf_counter`."""
QUICK = Tuning(poll_s=0.005, head_fresh_s=3_600.0, deadline_blocks=10**6)
"""Receipts are looked for as often as the chain room itself does; heads are heard of; and deadlines
lie beyond all blocks, since the node mines one for each send."""

_marks: ContextVar[Marks] = ContextVar("marks")


class _TimedChain(ChainClient):
    async def send_raw(self, raw: bytes) -> SendAnswer:
        answer = await super().send_raw(raw)
        _mark("accepted")
        return answer

    async def receipt(self, tx_hash: str) -> Receipt | None:
        found = await super().receipt(tx_hash)
        if found is not None:
            _mark("ended")
        return found


class _TimedLane(ChainLane):
    async def prepare(self, execution_id: str, call: Any) -> Any:  # noqa: ANN401 (as its parent)
        prepared = await super().prepare(execution_id, call)
        _mark("signed")
        return prepared


class _TimedRecorder:
    def __init__(self, desk: BenchDesk) -> None:
        self._desk = desk

    async def record(self, *entries: Entry) -> list[int]:
        seqs = await self._desk.recorder.record(*entries)
        if any(isinstance(entry.fact, TransactionIntended) for entry in entries):
            _mark("durable")
        return seqs


def _mark(stage: str) -> None:
    _marks.get({})[stage] = time.perf_counter()


class Line:
    """A socket to the node, for one case."""

    def __init__(self, rpc_url: str) -> None:
        self.socket = NodeSocket(socket_url(rpc_url))
        self._running: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect."""
        self._running = asyncio.create_task(self.socket.run(), name="socket")
        await until(lambda: self.socket.is_open)

    async def close(self) -> None:
        """Hang up."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)


class Ours:
    """The trader's own path.

    Args:
        desk: What it runs on.
    """

    def __init__(self, desk: BenchDesk) -> None:
        self._desk = desk
        self._line = Line(desk.client.rpc_url)
        self._client = _TimedChain(desk.client.rpc_url, socket=self._line.socket)
        self._scribe = Scribe(_TimedRecorder(desk), desk.clock)
        herald = Herald(desk.card, desk.clock)
        self._risk = RiskDesk(desk.card, desk.clock, self._scribe, herald, fold([]))
        self._lane = _TimedLane(self._client, desk.signer, desk.card, QUICK)
        self._runner = Runner(
            self._lane,
            OrderLane(NoVenue(), desk.card, desk.clock, QUICK),
            self._scribe,
            desk.card,
            desk.clock,
            QUICK,
            asyncio.Event(),
            herald=herald,
            halted=self._risk.halt_reason,
        )

    async def open(self) -> None:
        """Learn nonce, head and balances, as a trader that starts does, and hear of heads."""
        self._line.socket.subscribe(
            ["newHeads"], lambda head: self._lane.heads.hear(block_head(head))
        )
        await self._line.open()
        await self._lane.open()
        self._lane.heads.hear(await self._client.head())
        heard = self._risk.surroundings
        heard.head_block = self._desk.edge.block_number
        heard.head_ns = self._desk.clock.now_ns()
        self._risk.balances_read(await wallet_balances(self._client, self._desk.card))

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()
        await self._client.close()

    async def one(self, name: str) -> Marks:
        """Execute one opportunity from its arrival to its end.

        Raises:
            InvariantBroken: It was declined or did not settle, so there is nothing to time.
        """
        opportunity = self._desk.opportunity(name)
        marks: Marks = {"began": time.perf_counter()}
        _marks.set(marks)
        verdict = self._risk.judge(opportunity)
        _mark("judged")
        run = self._planned(opportunity, verdict)
        await self._runner.drive(run, Event.APPROVED)
        if not verdict.is_approved or run.state is not State.SETTLED:
            raise InvariantBroken(
                "a bench trade did not settle; look at its reason",
                reason=run.reason or verdict.reason,
            )
        return marks

    def _planned(self, opportunity: OpportunityFound, verdict: Verdict) -> Run:
        """Plan it as the coordinator does: verdict and plan go to disk with the intent."""
        oid = opportunity.opportunity_id
        run = Run(execution_id(oid), "atomic", opportunity, Trail(oid))
        plan = ExecutionPlanned(
            execution_id=run.execution_id,
            opportunity_id=oid,
            strategy=opportunity.strategy,
            agent=run.agent,
            venues=tuple(leg.venue for leg in opportunity.legs),
        )
        self._scribe.hold(run.trail, verdict.fact(oid, self._risk.rulebook.version), plan)
        return run


Sign = Callable[[Eip1559Tx], Signed]


class Bare:
    """A signed send and nothing else: no verdict, no rehearsal, nothing durable.

    Args:
        desk: What it runs on.
        sign: Whose signature it is.
    """

    def __init__(self, desk: BenchDesk, sign: Sign) -> None:
        self._desk = desk
        self._line = Line(desk.client.rpc_url)
        self._client = ChainClient(desk.client.rpc_url, socket=self._line.socket)
        self._sign = sign
        self._nonce = 0
        self._fees = Fees(0, 0)

    async def open(self) -> None:
        """Connect, and learn nonce and fees."""
        await self._line.open()
        self._nonce = await self._client.nonce(self._desk.signer.address, "pending")
        base_fee_wei = (await self._client.head()).base_fee_wei
        fees = choose_fees(base_fee_wei=base_fee_wei, tip_wei=QUICK.tip_wei, gas_limit=1)
        self._fees = fees if isinstance(fees, Fees) else self._fees

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()
        await self._client.close()

    async def one(self, name: str) -> Marks:
        """Sign a call, send it and look for its receipt."""
        call = call_of(self._desk.opportunity(name), self._desk.card, 10**9)
        nonce, self._nonce = self._nonce, self._nonce + 1
        marks: Marks = {"began": time.perf_counter()}
        signed = self._signed(nonce, call.to, call.data, call.gas_limit)
        marks["signed"] = time.perf_counter()
        answer = await self._client.send_raw(signed.raw)
        marks["accepted"] = time.perf_counter()
        receipt = await self._client.wait_receipt(signed.tx_hash, 10)
        marks["ended"] = time.perf_counter()
        if not isinstance(answer, Accepted) or receipt is None or receipt.status != 1:
            raise InvariantBroken("a bare send did not settle", answer=answer, receipt=receipt)
        return marks

    def _signed(self, nonce: int, to: str, data: bytes, gas_limit: int) -> Signed:
        return self._sign(
            Eip1559Tx(
                chain_id=self._desk.card.chain.chain_id,
                nonce=nonce,
                to=to,
                data=data,
                gas_limit=gas_limit,
                max_fee_per_gas_wei=self._fees.max_fee_per_gas_wei,
                max_priority_fee_per_gas_wei=self._fees.max_priority_fee_per_gas_wei,
            )
        )


def library_signature(key: str) -> Sign:
    """Sign with eth-account, as programs of web3.py do."""
    from eth_account import Account
    from eth_utils.address import to_checksum_address

    account: Any = Account.from_key(key)

    def sign(tx: Eip1559Tx) -> Signed:
        fields = {
            "type": 2,
            "chainId": tx.chain_id,
            "nonce": tx.nonce,
            "to": to_checksum_address(tx.to or ""),
            "value": tx.value_wei,
            "data": tx.data,
            "gas": tx.gas_limit,
            "maxFeePerGas": tx.max_fee_per_gas_wei,
            "maxPriorityFeePerGas": tx.max_priority_fee_per_gas_wei,
        }
        signed = account.sign_transaction(fields)
        return Signed(bytes(signed.raw_transaction), "0x" + bytes(signed.hash).hex())

    return sign


class PlainWeb3:
    """web3.py as its documentation shows it: `send_transaction`, then wait for the receipt.

    Args:
        desk: What it runs on.
        key: Of the desk's wallet.
    """

    def __init__(self, desk: BenchDesk, key: str) -> None:
        from eth_account import Account
        from web3 import AsyncHTTPProvider, AsyncWeb3
        from web3.middleware import SignAndSendRawMiddlewareBuilder

        self._desk = desk
        self._web3: Any = AsyncWeb3(AsyncHTTPProvider(desk.client.rpc_url))
        account: Any = Account.from_key(key)
        middleware: Any = SignAndSendRawMiddlewareBuilder
        self._web3.middleware_onion.inject(middleware.build(account), layer=0)
        self._sender: str = account.address

    async def open(self) -> None:
        """Connect."""
        await self._web3.eth.chain_id

    async def close(self) -> None:
        """Hang up."""
        await self._web3.provider.disconnect()

    async def one(self, name: str) -> Marks:
        """Send a call and wait for its receipt."""
        from eth_utils.address import to_checksum_address

        call = call_of(self._desk.opportunity(name), self._desk.card, 10**9)
        transaction = {
            "from": self._sender,
            "to": to_checksum_address(call.to),
            "data": call.data,
            "gas": call.gas_limit,
        }
        marks: Marks = {"began": time.perf_counter()}
        tx_hash = await self._web3.eth.send_transaction(transaction)
        marks["accepted"] = time.perf_counter()
        await self._web3.eth.wait_for_transaction_receipt(tx_hash)
        marks["ended"] = time.perf_counter()
        return marks


async def timed(
    one: Callable[[str], Awaitable[Marks]], name: str, samples: int, at_once: int
) -> list[Marks]:
    """Run so many executions, so many of them at once."""
    found: list[Marks] = []
    for first in range(0, samples, at_once):
        batch = (one(f"{name}-{number}") for number in range(first, first + at_once))
        found += await asyncio.gather(*(asyncio.create_task(_alone(each)) for each in batch))
    return found


async def _alone(each: Awaitable[Marks]) -> Marks:
    return await each
