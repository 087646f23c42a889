"""A desk to measure executions on: a local chain with an edge on it, a journal on disk, a trader.

Everything on the path is the real thing but the exchange, which an atomic trade never asks.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from domain.amm.constant_product import ConstantProduct
from domain.amm.pair_pool import PairPool
from domain.clock import SECOND_NS, Clock
from domain.desk import Asset, DeskCard, ExchangeCard
from domain.home import DeskHome
from domain.market.price import average_price_e6
from domain.money import value_usd_e24
from journal.records import OpportunityFound, OrderIntended, QuotedLeg
from journal.writer import JournalWriter
from live.aio.clock import WallClock
from live.chain.calldata import call_data, decode_words
from live.chain.rpc import ChainClient
from live.chain.signer import LocalSigner
from live.execution.answers import OrderAnswer
from live.execution.ports import Holding
from live.recorder.committer import Committer
from rehearsal.chain.deploy import Deployed
from rehearsal.chain.keys import desk_key
from rehearsal.chain.mover import Mover
from rehearsal.chain.node import start_node, stop_node
from rehearsal.chain.opening import prepare

MARK_E6 = 3_000_000_000
TRADE_UNITS = 5 * 10**15
"""Half a hundredth of a base: two hundred of them leave an edge."""
_GAS_WEI = 205_000 * 10**8
_FAR_NS = 3_600 * SECOND_NS
_VENUES = ("univ2-a", "univ2-b")
_PRICES = {"univ2-a": 2_900 * 10**6, "univ2-b": 3_100 * 10**6}


class NoVenue:
    """An exchange that nobody asks."""

    async def submit(self, intent: OrderIntended) -> OrderAnswer:
        """Refuse: an atomic trade has no second leg."""
        return OrderAnswer("REJECTED", reason=f"no venue for {intent.client_order_id}")

    async def find(self, intent: OrderIntended) -> OrderAnswer:
        """Find nothing."""
        return OrderAnswer("REJECTED", reason=f"no venue for {intent.client_order_id}")

    async def holdings(self) -> dict[str, Holding]:
        """Hold nothing."""
        return {}

    async def balances(self) -> dict[str, int]:
        """Have nothing free."""
        return {}


class BenchDesk(msgspec.Struct, frozen=True):
    """What an execution is measured on.

    Args:
        recorder: Makes facts durable on this machine's disk.
        edge: One opportunity; others differ from it by id alone.
    """

    card: DeskCard
    client: ChainClient
    signer: LocalSigner
    clock: Clock
    recorder: Committer
    edge: OpportunityFound

    async def spread(self) -> None:
        """Move the pools apart again: every trade brings them nearer to each other."""
        await _spread(self.client, self.card)

    def opportunity(self, name: str) -> OpportunityFound:
        """Give an opportunity of its own name, fresh for an hour."""
        now_ns = self.clock.now_ns()
        return msgspec.structs.replace(
            self.edge, opportunity_id=name, found_ns=now_ns, expires_ns=now_ns + _FAR_NS
        )


@asynccontextmanager
async def bench_desk() -> AsyncIterator[BenchDesk]:
    """Start a chain with an edge and a journal, and take both down afterwards.

    Raises:
        ConfigRefused: There is no anvil on this machine.
    """
    with tempfile.TemporaryDirectory(prefix="alphapulse-bench-") as folder:
        state, deployed = await prepare()
        node = await start_node(log=Path(folder) / "node.log", load=state)
        try:
            async with (
                ChainClient(node.rpc_url) as client,
                _recorder(Path(folder)) as recorder,
            ):
                yield await _opened(client, deployed, recorder)
        finally:
            stop_node(node)


@asynccontextmanager
async def _recorder(folder: Path) -> AsyncIterator[Committer]:
    with JournalWriter(DeskHome(folder / "desk"), WallClock()) as writer:
        committer = Committer(writer, lambda: None, lambda _failure: None)
        running = asyncio.create_task(committer.run())
        try:
            yield committer
        finally:
            await committer.finish()
            await running


async def _opened(client: ChainClient, deployed: Deployed, recorder: Committer) -> BenchDesk:
    card = _card(client.rpc_url, deployed)
    await _spread(client, card)
    signer, clock = LocalSigner.from_key(desk_key()), WallClock()
    return BenchDesk(card, client, signer, clock, recorder, await _edge(client, card, clock))


async def _spread(client: ChainClient, card: DeskCard) -> None:
    await Mover(card.chain).move_pools(client, _PRICES, 10**10)
    await client.request("anvil_mine", ["0x1"])


def _card(rpc_url: str, deployed: Deployed) -> DeskCard:
    base = Asset("paper:ETH", "ETH", 10, "ETH")
    quote = Asset("paper:USDC", "USDC", 8, "USDC")
    exchange = ExchangeCard(
        venue="paper",
        dialect="kraken",
        rest_url="",
        ws_url="",
        symbol="ETH/USDC",
        base_asset=base.asset,
        quote_asset=quote.asset,
        account="paper:desk",
        price_tick="0.01",
        lot="0.0001",
        taker_fee_pips=0,
    )
    chain = msgspec.structs.replace(deployed.card, rpc_url=rpc_url)
    return DeskCard("bench", 7, 0, (*deployed.assets, base, quote), chain, exchange, {})


async def _edge(client: ChainClient, card: DeskCard, clock: Clock) -> OpportunityFound:
    head = await client.head()
    buy, sell = [await _pair(client, card, venue) for venue in _VENUES]
    cost, proceeds = buy.cost_units(TRADE_UNITS), sell.proceeds_units(TRADE_UNITS)
    if cost is None or proceeds is None:
        raise ValueError("the rehearsal's pools are empty")
    gross_e24 = value_usd_e24(proceeds - cost, 6, 10**6)
    return OpportunityFound(
        opportunity_id="edge",
        strategy="dex_dex",
        legs=(_leg(card, _VENUES[0], "buy", cost), _leg(card, _VENUES[1], "sell", proceeds)),
        mark_e6=MARK_E6,
        block_number=head.number,
        block_hash=head.hash,
        expected_gross_usd_e24=gross_e24,
        expected_fee_usd_e24=0,
        expected_gas_wei=_GAS_WEI,
        expected_net_usd_e24=gross_e24 - value_usd_e24(_GAS_WEI, 18, MARK_E6),
        found_ns=clock.now_ns(),
        expires_ns=clock.now_ns() + _FAR_NS,
    )


async def _pair(client: ChainClient, card: DeskCard, venue: str) -> PairPool:
    pool = card.pool(venue)
    answer = await client.call(pool.address, call_data("getReserves()"))
    reserve0, reserve1 = decode_words("uint112,uint112", answer)
    curve = ConstantProduct(reserve0, reserve1, pool.fee_pips)
    return PairPool(venue, pool.token0 == card.chain.base_token, 18, 6, curve)


def _leg(card: DeskCard, venue: str, side: str, quote_units: int) -> QuotedLeg:
    price = average_price_e6(side, TRADE_UNITS, 18, quote_units, 6)
    return QuotedLeg(
        venue=venue,
        side=side,
        base_asset=card.chain.base_token,
        quote_asset=card.chain.quote_token,
        base_units=TRADE_UNITS,
        quote_units=quote_units,
        top_price_e6=price,
        quote_price_e6=price,
        fee_pips=card.pool(venue).fee_pips,
        evidence="block:head",
    )
