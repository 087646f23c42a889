"""A deposit from our wallet and a withdrawal back to it, on a real chain and a real exchange."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from domain.chain.types import Receipt
from domain.clock import SECOND_NS, HandClock
from domain.ledger.balances import balances
from domain.ledger.build import entries_of, opening_entries
from domain.matching.balances import match_balances
from domain.matching.transits import transit_breaks
from domain.matching.types import BalanceClaim
from domain.pnl.attribute import attribute
from domain.pnl.marks import MarkBook
from domain.pnl.sums import AttributionInput
from domain.pnl.types import Holding, Mark
from domain.settlement.settle import settle
from domain.settlement.types import ExchangeBook
from domain.settlement.underway import underway
from orchestration.captures.exchange import NEVER, ledger_row, payment_row
from orchestration.reading import books
from orchestration.resources.exchange_source import ExchangeSource
from rehearsal.chain.deploy import CHAIN_ID
from rehearsal.exchange import terms
from rehearsal.exchange.commands import Refusal
from rehearsal.exchange.treasury import CONFIRMATIONS, WEI_A_UNIT, Treasury
from rehearsal.exchange.venue import SPOT
from tests.journeys.test_settling_a_real_chain import MARK_E6, Desk
from tests.kit.chain import TestChain
from tests.kit.exchange import KEY, SECRET, PaperExchange, paper_exchange
from tests.kit.facts import PAPER_ETH, PAPER_USDC
from tests.kit.world_names import PAPER_ACCOUNT

pytestmark = pytest.mark.chain
IN_UNITS, OUT_UNITS, FEE_UNITS, DUST_WEI = 2 * 10**9, 10**9, 10**7, 7
"""Of ether at the exchange: a fifth in, a tenth back, a thousandth for it."""


class Sides:
    """A desk with an account at the exchange, and the exchange's wallet on the desk's chain."""

    def __init__(self, chain: TestChain, paper: PaperExchange, clock: HandClock) -> None:
        self.desk, self.paper, self.clock = Desk(chain), paper, clock
        head = int(chain.rpc("eth_blockNumber"), 16)
        self.treasury = Treasury(paper.venue, CHAIN_ID, head)
        card = self.desk.card
        exchange = msgspec.structs.replace(
            card.exchange, rest_url=paper.rest_url, deposit_addresses=(self.treasury.address,)
        )
        self.desk.card = msgspec.structs.replace(card, exchange=exchange)
        self.opening = self.claims()

    def claims(self) -> list[BalanceClaim]:
        """Ask both sides what we hold."""
        held = self.paper.venue.engine.accounts.balance_units
        codes = {PAPER_ETH: terms.BASE, PAPER_USDC: terms.QUOTE}
        at_exchange = [
            BalanceClaim(PAPER_ACCOUNT, asset, held(SPOT, code), "exchange", "now", 1)
            for asset, code in codes.items()
        ]
        return [*self.desk.claims(), *at_exchange]

    def send(self, units: int, dust_wei: int = 0) -> Receipt:
        """Send to the exchange from our wallet."""
        return self.desk.send(self.treasury.address, value_wei=units * WEI_A_UNIT + dust_wei)

    async def credit(self) -> int:
        """Let the exchange look at the chain, a second later."""
        self.clock.wind(SECOND_NS)
        async with self.desk.chain.client() as client:
            return await self.treasury.credit(client)

    async def withdraw(self, units: int, fee_units: int) -> str | Refusal:
        """Let the exchange send to our wallet, a second later, and capture what was mined."""
        self.clock.wind(SECOND_NS)
        wallet = self.desk.card.chain.wallet
        async with self.desk.chain.client() as client:
            name = await self.treasury.pay(client, units, fee_units, wallet)
            if isinstance(name, Refusal):
                return name
            receipt = await client.wait_receipt(name, 10)
        assert receipt is not None
        await asyncio.to_thread(self.desk.keep, receipt, units * WEI_A_UNIT)
        return name

    def told(self) -> ExchangeBook:
        """Capture the exchange's statement and what it tells of payments, as the books do."""
        card = self.desk.card
        source = ExchangeSource(card.exchange)
        lines = [ledger_row(card, one) for one in source.ledger_lines(0, NEVER)]
        payments = [payment_row(card, one, 1) for one in source.payments(0, NEVER)]
        book = books.exchange_book(card, (), lines, payments=payments)
        return msgspec.structs.replace(book, opened_ns=self.desk.opened_ns + SECOND_NS // 2)


def between(chain: TestChain, folder: Path, story) -> None:
    async def run() -> None:
        head = await asyncio.to_thread(chain.rpc, "eth_getBlockByNumber", "latest", False)
        clock = HandClock(int(head["timestamp"], 16) * SECOND_NS)
        async with paper_exchange(folder, clock) as paper:
            await story(await asyncio.to_thread(Sides, chain, paper, clock))

    asyncio.run(run())


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_KEY", KEY)
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_SECRET", SECRET)


def test_there_and_back_costs_fees_and_gas_and_is_no_capital(chain: TestChain, tmp_path: Path):
    async def story(sides: Sides) -> None:
        await asyncio.to_thread(sides.send, IN_UNITS, DUST_WEI)
        assert await sides.credit() == 0
        await asyncio.to_thread(chain.mine, CONFIRMATIONS)
        assert (await sides.credit(), await sides.credit()) == (1, 0)
        assert isinstance(await sides.withdraw(OUT_UNITS, FEE_UNITS), str)
        await asyncio.to_thread(closes, sides)

    between(chain, tmp_path, story)


def closes(sides: Sides) -> None:
    desk = sides.desk
    journal, _, on_chain = desk.books()
    done = settle(desk.card, journal, sides.told(), on_chain)
    assert (done.flows, done.unexplained) == ((), ())
    assert sorted((one.kind, one.is_arrival) for one in done.transits) == [
        ("deposit", False), ("deposit", True), ("withdrawal", False), ("withdrawal", True),
    ]  # fmt: skip
    assert underway([], done.transits) == []
    assert transit_breaks([], done.transits, NEVER) == []
    entries = [*opening_entries(sides.opening), *entries_of(done)]
    assert match_balances(balances(entries), sides.claims()) == []
    last_ns = sides.clock.now_ns() + 3_600 * SECOND_NS
    marks = [Mark(desk.opened_ns, "ETH", MARK_E6), Mark(last_ns, "ETH", MARK_E6 + 7_654_321)]
    profit = attribute(
        AttributionInput(
            day="2025-11-20",
            start_ns=desk.opened_ns,
            end_ns=last_ns + 1,
            assets=desk.card.assets,
            venues={},
            entries=entries,
            legs=(),
            decisions=(),
            external_opening=[Holding(c.account, c.asset, c.units) for c in sides.opening],
            external_closing=[Holding(c.account, c.asset, c.units) for c in sides.claims()],
            marks=MarkBook.of(marks, start_ns=desk.opened_ns),
        )
    )
    assert (profit.residual_usd_e24, profit.external_flow_usd_e24) == (0, 0)
    assert {row.cause for row in profit.rows} == {"price_move", "exchange_fee", "gas"}


def test_a_deposit_that_is_not_credited_yet_is_on_its_way(chain: TestChain, tmp_path: Path):
    async def story(sides: Sides) -> None:
        sent = await asyncio.to_thread(sides.send, IN_UNITS)
        told = await asyncio.to_thread(sides.told)
        journal, _, on_chain = sides.desk.books()
        [one] = underway([], settle(sides.desk.card, journal, told, on_chain).transits)
        assert (one.name, one.left_units) == (sent.tx_hash, IN_UNITS * WEI_A_UNIT)

    between(chain, tmp_path, story)


def test_a_deposit_whose_block_is_replaced_in_time_is_never_credited(
    chain: TestChain, tmp_path: Path
):
    async def story(sides: Sides) -> None:
        await asyncio.to_thread(sides.send, IN_UNITS)
        await asyncio.to_thread(chain.reorg, 1)
        await asyncio.to_thread(chain.mine, CONFIRMATIONS)
        mined = await asyncio.to_thread(
            chain.rpc, "eth_getTransactionReceipt", sides.desk.mined[-1].receipt.tx_hash
        )
        assert mined is None
        assert await sides.credit() == 0

    between(chain, tmp_path, story)


def test_more_than_we_have_is_not_sent(chain: TestChain, tmp_path: Path):
    async def story(sides: Sides) -> None:
        before = await asyncio.to_thread(sides.claims)
        assert isinstance(await sides.withdraw(10**15, 0), Refusal)
        assert await asyncio.to_thread(sides.claims) == before

    between(chain, tmp_path, story)
