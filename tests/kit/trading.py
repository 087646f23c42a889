"""Builders for risk and execution: opportunities, receipts, a recorder that remembers.

Stand-ins only for what a unit test must script (a recorder that fails, an exchange that hangs);
chain and exchange of the journeys are real.
"""

from __future__ import annotations

from typing import Any

import msgspec

from domain.chain.types import Log, Receipt
from domain.desk import DeskCard
from domain.errors import Transient
from journal.entry import Entry
from journal.records import Fact, OpportunityFound, ResultCounted
from tests.kit.exchange import PaperExchange
from tests.kit.facts import (
    BLOCK_HASH,
    PAPER_ETH,
    PAPER_USDC,
    TX_HASH,
    WALLET,
    a_card,
    a_leg,
    fact,
)

TRANSFER_TOPIC = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
POOL_ADDRESS = "0x" + "a1" * 20


def an_atomic(**changes: Any) -> OpportunityFound:
    """Build a dex_dex opportunity: 1 WETH, 30.97 USDC gross, found at noon at block 42."""
    found = fact("opportunity.found")
    assert isinstance(found, OpportunityFound)
    return msgspec.structs.replace(found, **changes)


def a_two_leg(side: str = "buy", **changes: Any) -> OpportunityFound:
    """Build a cex_dex opportunity: `side` on univ2-a, the other one at the exchange, for 1 ETH."""
    other = "sell" if side == "buy" else "buy"
    chain_leg = a_leg(side=side)
    order_leg = a_leg(
        venue="paper",
        side=other,
        base_asset=PAPER_ETH,
        quote_asset=PAPER_USDC,
        base_units=10**10,
        quote_units=304_000_000_000 if other == "sell" else 297_000_000_000,
        top_price_e6=3_040_000_000 if other == "sell" else 2_970_000_000,
        quote_price_e6=3_040_000_000 if other == "sell" else 2_970_000_000,
        fee_pips=0,
        evidence="book:7",
    )
    fields = {"opportunity_id": "opp-2", "strategy": "cex_dex", "legs": (chain_leg, order_leg)}
    return an_atomic(**{**fields, **changes})


def a_result(**changes: Any) -> ResultCounted:
    """Build a counted result: 30 USDC earned by dex_dex at noon."""
    counted = fact("risk.result", **changes)
    assert isinstance(counted, ResultCounted)
    return counted


def a_transfer(token: str, sender: str, recipient: str, units: int, index: int = 0) -> Log:
    """Build the Transfer log of a token."""
    return Log(
        address=token,
        topics=(TRANSFER_TOPIC, _word(sender), _word(recipient)),
        data=f"0x{units:064x}",
        log_index=index,
        tx_hash=TX_HASH,
        tx_index=0,
        block_number=43,
        block_hash=BLOCK_HASH,
    )


def a_receipt(*logs: Log, **changes: Any) -> Receipt:
    """Build the receipt of a transaction of ours in block 43, done unless said otherwise."""
    receipt = Receipt(
        tx_hash=TX_HASH,
        tx_index=0,
        block_number=43,
        block_hash=BLOCK_HASH,
        sender=WALLET,
        to="0x" + "ee" * 20,
        status=1,
        tx_type=2,
        gas_used=224_000,
        cumulative_gas_used=224_000,
        effective_gas_price_wei=2 * 10**9,
        logs=tuple(logs),
    )
    return msgspec.structs.replace(receipt, **changes)


def at_paper(paper: PaperExchange, card: DeskCard | None = None) -> DeskCard:
    """Give a desk whose exchange is the running one."""
    card = card or a_card()
    exchange = msgspec.structs.replace(
        card.exchange, rest_url=paper.rest_url, ws_url=paper.ws_url, taker_fee_pips=1_000
    )
    return msgspec.structs.replace(card, exchange=exchange)


class RememberingRecorder:
    """A recorder in memory: keeps entries in order, and can be away for a number of calls."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.away_times = 0
        self.journal: list[str] = []
        self._known: dict[str, Fact] = {}

    async def record(self, *entries: Entry) -> list[int]:
        """Keep entries once each, unless told to be away."""
        if self.away_times:
            self.away_times -= 1
            raise Transient("the recorder is being restarted")
        for entry in entries:
            record_id = entry.fact.record_id()
            kept = self._known.get(record_id)
            assert kept is None or kept == entry.fact, "the same fact with other content"
            if kept is None:
                self._known[record_id] = entry.fact
                self.entries.append(entry)
                self.journal.append(entry.fact.KIND)
        return list(range(len(entries)))

    def of(self, kind: str) -> list[Any]:
        """Give the facts of one kind, in order."""
        return [entry.fact for entry in self.entries if kind == entry.fact.KIND]


def _word(address: str) -> str:
    return "0x" + "0" * 24 + address[2:]
