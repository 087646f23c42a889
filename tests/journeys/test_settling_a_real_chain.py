"""From a real chain to a P&L whose residual is zero: the books against the chain itself."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from domain.chain.types import Receipt
from domain.clock import SECOND_NS
from domain.desk import DeskCard
from domain.identity import wallet_account
from domain.ledger.balances import balances
from domain.ledger.build import entries_of, opening_entries
from domain.matching.balances import match_balances
from domain.matching.transactions import match_transactions
from domain.matching.types import BalanceClaim
from domain.pnl.attribute import attribute
from domain.pnl.marks import MarkBook
from domain.pnl.sums import AttributionInput
from domain.pnl.types import Attribution, Holding, Mark
from domain.settlement.outcome import Settlement
from domain.settlement.settle import settle
from domain.settlement.types import (
    ChainBook,
    ChainTransaction,
    DecidedLeg,
    Decision,
    ExchangeBook,
    Heads,
    IntendedTransaction,
    JournalBook,
    PlannedExecution,
    RebaseSeen,
    TransactionAnswer,
)
from live.chain.calldata import call_data
from live.chain.signer import LocalSigner
from rehearsal.chain.deploy import USDC, WETH
from rehearsal.chain.keys import maker_key
from tests.kit.chain import TestChain
from tests.kit.facts import a_card
from tests.live.chain.test_executor import arbitrage, make_cheap, swap

pytestmark = pytest.mark.chain
MARK_E6 = 3_000_000_000


class Desk:
    """A desk on the test chain that writes down what it means, and keeps the receipts."""

    def __init__(self, chain: TestChain) -> None:
        self.chain = chain
        head = chain.rpc("eth_getBlockByNumber", "latest", False)
        self.opened_ns = int(head["timestamp"], 16) * SECOND_NS
        opening = msgspec.structs.replace(chain.card, opening_block=int(head["number"], 16))
        card = a_card(chain=opening)
        exchange_assets = [asset for asset in card.assets if asset.asset.startswith("paper:")]
        self.card: DeskCard = msgspec.structs.replace(
            card, assets=(*chain.assets, *exchange_assets)
        )
        self.opening = self.claims()
        self.journal = JournalBook()
        self.mined: list[ChainTransaction] = []
        self.rebases: list[RebaseSeen] = []

    def act(self, data: bytes, venues: tuple[str, ...], to: str = "") -> Receipt:
        """Plan, intend, send (to our executor if to nobody else) and hear of one execution."""
        name = f"op{len(self.mined)}"
        receipt = self.send(to or self.chain.card.executor, data)
        legs = tuple(self._quoted(venue) for venue in venues)
        answer = TransactionAnswer(
            receipt.tx_hash, f"ex-{name}", "INCLUDED" if receipt.status else "REVERTED", "final",
            receipt.block_number, receipt.block_hash, receipt.gas_used,
            receipt.effective_gas_price_wei, 1,
        )  # fmt: skip
        intent = IntendedTransaction(
            receipt.tx_hash, f"ex-{name}", self.chain.card.chain_id, receipt.sender,
            self.mined[-1].nonce, self.chain.card.executor, 0, "leg", venues, 1,
        )  # fmt: skip
        self._journal(
            decisions=Decision(name, "dex_dex", legs, MARK_E6, 0, 0, 0, 0, 1),
            executions=PlannedExecution(f"ex-{name}", name, "dex_dex", "atomic", venues, 1),
            transactions=intent,
            transaction_answers=answer,
        )
        return receipt

    def send(self, to: str, data: bytes = b"", **changes: Any) -> Receipt:
        """Send from our wallet without telling the journal."""
        receipt = self.chain.send(self.chain.desk, to, data, **changes)
        self.keep(receipt, changes.get("value_wei", 0))
        return receipt

    def keep(self, receipt: Receipt, value_wei: int = 0) -> None:
        """Capture a receipt as the books would."""
        sent = self.chain.rpc("eth_getTransactionByHash", receipt.tx_hash)
        block = self.chain.rpc("eth_getBlockByHash", receipt.block_hash, False)
        whole = msgspec.structs.replace(receipt, value_wei=value_wei)
        at_ns = int(block["timestamp"], 16) * SECOND_NS
        self.mined.append(ChainTransaction(whole, at_ns, int(sent["nonce"], 16)))

    def claims(self) -> list[BalanceClaim]:
        """Ask the chain what each address of ours holds now."""
        card = self.chain.card
        return [
            BalanceClaim(wallet_account(card.chain_id, holder), asset.asset,
                         self._units(asset.asset, holder), "chain", "now", self.opened_ns)
            for holder in (card.wallet, card.executor)
            for asset in self.card.assets
            if asset.asset.startswith("eip155:")
        ]  # fmt: skip

    def _units(self, asset: str, holder: str) -> int:
        if asset == self.chain.card.native:
            return int(self.chain.rpc("eth_getBalance", holder, "latest"), 16)
        return self.chain.units(asset.rpartition(":")[2], holder)

    def books(self) -> tuple[JournalBook, ExchangeBook, ChainBook]:
        """Give what the three sources say; the exchange says nothing."""
        head = self.mined[-1].receipt.block_number
        chain = ChainBook(tuple(self.mined), Heads(head, head, head), rebases=tuple(self.rebases))
        return self.journal, ExchangeBook(), chain

    def settled(self) -> Settlement:
        """Settle everything."""
        return settle(self.card, *self.books())

    def attribution(self, done: Settlement) -> Attribution:
        """Attribute everything since the opening, against what the chain says now."""
        last_ns = self.mined[-1].at_ns
        marks = [Mark(self.opened_ns, "ETH", MARK_E6), Mark(last_ns, "ETH", MARK_E6 + 7_654_321)]
        return attribute(
            AttributionInput(
                day="2025-11-20",
                start_ns=self.opened_ns,
                end_ns=last_ns + 1,
                assets=self.card.assets,
                venues={},
                entries=[*opening_entries(self.opening), *entries_of(done)],
                legs=done.legs,
                decisions=self.journal.decisions,
                external_opening=_holdings(self.opening),
                external_closing=_holdings(self.claims()),
                marks=MarkBook.of(marks, start_ns=self.opened_ns),
            )
        )

    def _quoted(self, venue: str) -> DecidedLeg:
        card = self.chain.card
        return DecidedLeg(
            venue, "buy", card.base_token, card.quote_token, WETH, 1, MARK_E6, MARK_E6, 3000
        )

    def _journal(self, **said: msgspec.Struct) -> None:
        longer = {name: (*getattr(self.journal, name), fact) for name, fact in said.items()}
        self.journal = msgspec.structs.replace(self.journal, **longer)


def _holdings(claims: list[BalanceClaim]) -> list[Holding]:
    return [Holding(claim.account, claim.asset, claim.units) for claim in claims]


def a_day(chain: TestChain) -> Desk:
    """Two arbitrages that pay, one that reverts, and a swap with capital of our own."""
    desk = Desk(chain)
    make_cheap(chain, "univ2-a")
    assert desk.act(arbitrage(chain, "univ2-a", "univ2-b"), ("univ2-a", "univ2-b")).status == 1
    assert desk.act(arbitrage(chain, "univ2-a", "univ3"), ("univ2-a", "univ3")).status == 1
    greedy = arbitrage(chain, "univ2-a", "univ2-b", min_profit_units=10**6 * USDC)
    assert desk.act(greedy, ("univ2-a", "univ2-b")).status == 0
    assert desk.act(swap(chain, "univ3"), ("univ3",)).status == 1
    return desk


def test_the_books_arrive_at_the_chain_s_own_balances_with_nothing_left_over(chain: TestChain):
    desk = a_day(chain)
    done = desk.settled()
    entries = [*opening_entries(desk.opening), *entries_of(done)]
    assert match_balances(balances(entries), desk.claims()) == []
    assert match_transactions(*desk.books(), done.unexplained).breaks == []
    assert desk.attribution(done).residual_usd_e24 == 0
    assert [one.status for one in done.executions] == [
        "SETTLED", "SETTLED", "FAILED_WITH_COST", "SETTLED",
    ]  # fmt: skip


def test_each_arbitrage_is_two_legs_whose_base_cancels_and_whose_quote_is_the_profit(
    chain: TestChain,
):
    done = a_day(chain).settled()
    first = [leg for leg in done.legs if leg.execution_id == done.executions[0].execution_id]
    assert {leg.venue: leg.base_units for leg in first} == {"univ2-a": WETH, "univ2-b": -WETH}
    profit = sum(leg.quote_units for leg in first)
    assert profit > USDC
    assert done.executions[0].realised.gross_usd_e24 == profit * 10**18


def test_what_nobody_meant_is_a_break_and_still_balances(chain: TestChain):
    desk = a_day(chain)
    gift = call_data("transfer(address,uint256)", chain.card.wallet, 5 * USDC)
    maker = LocalSigner.from_key(maker_key("univ3"))
    desk.keep(chain.send(maker, chain.usdc, gift))
    desk.send(chain.stranger.address, value_wei=10**17)
    done = desk.settled()
    found = match_transactions(*desk.books(), done.unexplained).breaks
    assert {one.cause for one in found} == {"UNEXPLAINED"}
    moved = sorted((one.asset, one.amount_units) for one in found if one.amount_units)
    assert (chain.card.quote_token, 5 * USDC) in moved
    assert (chain.card.native, -(10**17)) in moved
    assert desk.attribution(done).residual_usd_e24 == 0
    entries = [*opening_entries(desk.opening), *entries_of(done)]
    assert match_balances(balances(entries), desk.claims()) == []
