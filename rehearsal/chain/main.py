"""The chain as a process of the desk: keeps the node of the desk card up and watched.

It attaches to the node that opened the desk, which then outlives this process; a node it had to
start itself it also stops. A node that dies ends the process with one sentence.
"""

from __future__ import annotations

import asyncio

from prometheus_client import Gauge

from domain.errors import RpcUnavailable
from domain.home import DeskHome
from live.aio.process import serve
from live.aio.service import Service
from live.aio.waiting import pause
from live.chain.rpc import ChainClient
from rehearsal.chain.opening import BLOCK_SECONDS, RunningChain, reopen

_HEAD = Gauge("alphapulse_chain_head_block", "Height of the rehearsal chain.")
_FINAL = Gauge("alphapulse_chain_final_block", "Final height of the rehearsal chain.")


def main(home: DeskHome) -> None:
    """Run the ``chain`` process until it is asked to stop."""
    serve("chain", home, _run)


async def _run(service: Service) -> None:
    card = service.card
    chain = await reopen(service.home, card.chain, seed=card.seed)
    service.log.info("chain", engine=chain.node.engine, url=chain.rpc_url, node_pid=chain.pid)
    service.spawn(_watch(service, chain), "watch")
    await service.stopping.wait()
    if chain.is_ours:
        await asyncio.to_thread(chain.stop)


async def _watch(service: Service, chain: RunningChain) -> None:
    async with ChainClient(chain.rpc_url) as client:
        while not await pause(service.stopping, BLOCK_SECONDS):
            if not chain.is_alive():
                raise RpcUnavailable(
                    "the chain's node is gone; stop the desk and open it again", pid=chain.pid
                )
            await _look(service, client)


async def _look(service: Service, client: ChainClient) -> None:
    try:
        head, final = await asyncio.gather(client.head(), client.block("finalized"))
    except RpcUnavailable as error:
        service.degraded(str(error))
        return
    _HEAD.set(head.number)
    _FINAL.set(final.number if final else 0)
    service.ready()
