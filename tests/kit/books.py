"""A small world whose truth is known: it trades, and says so as journal, exchange and chain would.

`World.held` is what an outsider would count; the books have to arrive there from the facts alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import msgspec

from domain.chain.events import TRANSFER_TOPIC
from domain.chain.types import Log, Receipt
from domain.clock import SECOND_NS
from domain.desk import DeskCard
from domain.identity import wallet_account
from domain.ledger.build import entries_of, opening_entries
from domain.ledger.types import Entry
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
    ExchangeFill,
    ExecutionAnswer,
    Heads,
    IntendedOrder,
    IntendedTransaction,
    JournalBook,
    LedgerLine,
    OrderAnswer,
    PlannedExecution,
    RebaseSeen,
    RiskVerdict,
    TransactionAnswer,
)
from tests.kit.clock import NOON_NS
from tests.kit.facts import (
    CHAIN_ID,
    ETH,
    EXECUTOR,
    PAPER_ETH,
    PAPER_USDC,
    USDC,
    WALLET,
    WETH,
    a_card,
)

DAY = "2025-11-20"
STRANGER = "0x" + "57" * 20
WALLET_ACCOUNT = wallet_account(CHAIN_ID, WALLET)
EXECUTOR_ACCOUNT = wallet_account(CHAIN_ID, EXECUTOR)
PAPER_ACCOUNT = "paper:spot"
VENUES = {WALLET_ACCOUNT: "wallet", EXECUTOR_ACCOUNT: "executor", PAPER_ACCOUNT: "paper"}
OPENING = {
    (WALLET_ACCOUNT, WETH): 50 * 10**18,
    (WALLET_ACCOUNT, USDC): 150_000 * 10**6,
    (WALLET_ACCOUNT, ETH): 100 * 10**18,
    (PAPER_ACCOUNT, PAPER_ETH): 50 * 10**10,
    (PAPER_ACCOUNT, PAPER_USDC): 150_000 * 10**8,
}


def tx_hash(number: int) -> str:
    """Name the transaction of a number."""
    return f"0x{number:064x}"


def block_hash(number: int) -> str:
    """Name the block of a number."""
    return f"0xb{number:063x}"


def token_address(asset: str) -> str:
    """Give the contract of an ERC-20 asset."""
    return asset.rpartition(":")[2]


def transfer_log(
    asset: str, sender: str, recipient: str, units: int, *, tx: int, index: int = 0
) -> Log:
    """Write what an ERC-20 contract logs."""
    return Log(
        address=token_address(asset),
        topics=(TRANSFER_TOPIC, _topic(sender), _topic(recipient)),
        data=f"0x{units:064x}",
        log_index=index,
        tx_hash=tx_hash(tx),
        tx_index=0,
        block_number=tx,
        block_hash=block_hash(tx),
    )


def a_log(contract: str, topic: str, words: tuple[int, ...], *, tx: int, index: int) -> Log:
    """Write any other event a contract logs."""
    data = "0x" + "".join(f"{word:064x}" for word in words)
    return Log(contract, (topic,), data, index, tx_hash(tx), 0, tx, block_hash(tx))


def _topic(address: str) -> str:
    return "0x" + "0" * 24 + address[2:]


@dataclass
class World:
    """What happened so far, as each source tells it; an event a second, a transaction a block."""

    card: DeskCard = field(default_factory=a_card)
    held: defaultdict[tuple[str, str], int] = field(
        default_factory=lambda: defaultdict(int, OPENING)
    )
    step: int = 0
    decisions: list[Decision] = field(default_factory=list)
    verdicts: list[RiskVerdict] = field(default_factory=list)
    executions: list[PlannedExecution] = field(default_factory=list)
    orders: list[IntendedOrder] = field(default_factory=list)
    order_answers: list[OrderAnswer] = field(default_factory=list)
    intents: list[IntendedTransaction] = field(default_factory=list)
    answers: list[TransactionAnswer] = field(default_factory=list)
    outcomes: list[ExecutionAnswer] = field(default_factory=list)
    fills: list[ExchangeFill] = field(default_factory=list)
    lines: list[LedgerLine] = field(default_factory=list)
    mined: list[ChainTransaction] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    rebases: list[RebaseSeen] = field(default_factory=list)
    nonce: int = 0
    mark_e6: int = 3_000_000_000

    # --- time and marks ---

    def tick(self) -> int:
        """Let a second pass; give the instant."""
        self.step += 1
        return self.now_ns

    @property
    def now_ns(self) -> int:
        """The instant of the last thing that happened."""
        return NOON_NS + self.step * SECOND_NS

    def mark(self, mark_e6: int) -> None:
        """Observe a mark of ETH."""
        self.mark_e6 = mark_e6
        self.marks.append(Mark(self.tick(), "ETH", mark_e6))

    # --- deciding ---

    def plan(self, strategy: str, legs: tuple[DecidedLeg, ...], *, is_taken: bool = True) -> str:
        """Find, approve and plan; give the execution id."""
        name = f"op{len(self.decisions)}"
        self.decisions.append(
            Decision(name, strategy, legs, self.mark_e6, 0, 0, 10**14, 0, self.tick())
        )
        reason = "within every limit" if is_taken else "too small"
        self.verdicts.append(RiskVerdict(name, is_taken, reason))
        if is_taken:
            venues = tuple(leg.venue for leg in legs)
            plan = PlannedExecution(f"ex-{name}", name, strategy, "atomic", venues, self.tick())
            self.executions.append(plan)
        return f"ex-{name}"

    def quoted(
        self, venue: str, side: str, base_units: int, quote_units: int, *, fee_pips: int = 3000
    ) -> DecidedLeg:
        """Quote a leg a little off the mark."""
        base, quote = (PAPER_ETH, PAPER_USDC) if venue == "paper" else (WETH, USDC)
        top_e6, quote_e6 = self.mark_e6 + 1_234_567, self.mark_e6 + 2_345_678
        return DecidedLeg(
            venue, side, base, quote, base_units, quote_units, top_e6, quote_e6, fee_pips
        )

    # --- the chain ---

    def pool(self, venue: str) -> str:
        """Give a pool's address."""
        return self.card.pool(venue).address

    def send(
        self,
        execution_id: str,
        moves: list[tuple[str, str, str, int]],
        *,
        gas_wei: int = 21_000,
        status: int = 1,
        purpose: str = "leg",
        is_meant: bool = True,
        sender: str = WALLET,
        venues: tuple[str, ...] = ("univ2-a", "univ2-b"),
        value_wei: int = 0,
        told: Sequence[tuple[str, str, tuple[int, ...]]] = (),
    ) -> str:
        """Mine a transaction of (asset, sender, recipient, units) moves, and tell the journal.

        `told` are other logs after those of the moves: (contract, first topic, words).
        """
        at_ns = self.tick()
        number = self.step
        logs = tuple(
            transfer_log(asset, source, to, units, tx=number, index=index)
            for index, (asset, source, to, units) in enumerate(moves)
        ) + tuple(
            a_log(contract, topic, words, tx=number, index=len(moves) + index)
            for index, (contract, topic, words) in enumerate(told)
        )
        receipt = Receipt(
            tx_hash=tx_hash(number),
            tx_index=0,
            block_number=number,
            block_hash=block_hash(number),
            sender=sender,
            to=EXECUTOR if is_meant else STRANGER,
            status=status,
            tx_type=2,
            gas_used=gas_wei,
            cumulative_gas_used=gas_wei,
            effective_gas_price_wei=1,
            logs=logs if status else (),
            value_wei=value_wei,
        )
        is_ours = sender == WALLET
        self.mined.append(ChainTransaction(receipt, at_ns, self.nonce if is_ours else -1))
        self._settle_truth(receipt, moves if status else [], gas_wei if is_ours else 0)
        if is_meant:
            self._tell(execution_id, receipt, purpose, venues)
        self.nonce += is_ours
        return receipt.tx_hash

    def _settle_truth(
        self, receipt: Receipt, moves: list[tuple[str, str, str, int]], gas_wei: int
    ) -> None:
        for asset, source, to, units in moves:
            self._shift(source, asset, -units)
            self._shift(to, asset, units)
        self._shift(WALLET, ETH, -gas_wei)
        if receipt.status and receipt.value_wei:
            self._shift(receipt.sender, ETH, -receipt.value_wei)
            self._shift(receipt.to or "", ETH, receipt.value_wei)

    def _shift(self, holder: str, asset: str, units: int) -> None:
        if holder in self.card.own_addresses():
            self.held[wallet_account(CHAIN_ID, holder), asset] += units

    def _tell(
        self, execution_id: str, receipt: Receipt, purpose: str, venues: tuple[str, ...]
    ) -> None:
        self.intents.append(
            IntendedTransaction(
                receipt.tx_hash, execution_id, CHAIN_ID, WALLET, self.nonce, EXECUTOR,
                receipt.value_wei, purpose, venues, self.now_ns - 1,
            )
        )  # fmt: skip
        self.answers.append(
            TransactionAnswer(
                receipt.tx_hash, execution_id, "INCLUDED" if receipt.status else "REVERTED",
                "final", receipt.block_number, receipt.block_hash, receipt.gas_used,
                receipt.effective_gas_price_wei, self.now_ns + 1,
            )
        )  # fmt: skip

    # --- the exchange ---

    def order(
        self,
        execution_id: str,
        side: str,
        parts: list[tuple[int, int, int]],
        *,
        purpose: str = "leg",
        wanted_units: int | None = None,
        is_meant: bool = True,
    ) -> str:
        """Trade (base, quote, fee) parts at the exchange, and tell the journal."""
        name = f"order-{self.step}-{len(self.orders)}"
        base, quote, fee = (sum(part[i] for part in parts) for i in range(3))
        wanted = base if wanted_units is None else wanted_units
        if is_meant:
            self.orders.append(
                IntendedOrder(
                    name, execution_id, "paper", "ETH/USDC", side, wanted, "1", purpose, self.now_ns
                )
            )
        for part in parts:
            self._fill(name, side, *part)
        if is_meant:
            status = "FILLED" if base == wanted else "PARTIAL" if base else "CANCELLED"
            self.order_answers.append(
                OrderAnswer(
                    name, execution_id, f"v-{name}", status, base, quote, fee, PAPER_USDC,
                    self.now_ns + 1,
                )
            )  # fmt: skip
        return name

    def _fill(self, order_id: str, side: str, base: int, quote: int, fee: int) -> None:
        at_ns = self.tick()
        trade_id = f"t{self.step}"
        sign = 1 if side == "buy" else -1
        self.fills.append(
            ExchangeFill(
                "paper", PAPER_ACCOUNT, trade_id, f"v-{order_id}", order_id, "ETH/USDC", side,
                PAPER_ETH, PAPER_USDC, base, quote, PAPER_USDC, fee, at_ns,
            )
        )  # fmt: skip
        self.statement("trade", trade_id, PAPER_ETH, sign * base, 0)
        self.statement("trade", trade_id, PAPER_USDC, -sign * quote, fee)

    def statement(self, kind: str, ref_id: str, asset: str, units: int, fee: int) -> None:
        """Write a line of the account statement, and move the balance."""
        key = PAPER_ACCOUNT, asset
        self.held[key] += units - fee
        line_id = f"l{len(self.lines)}"
        self.lines.append(
            LedgerLine(
                "paper", PAPER_ACCOUNT, line_id, ref_id, kind, asset, units, fee, self.held[key],
                self.now_ns,
            )
        )  # fmt: skip

    # --- the sources and the books ---

    def sources(self, shuffle: Random | None = None) -> tuple[JournalBook, ExchangeBook, ChainBook]:
        """Tell everything, in any order when a shuffler is given."""

        def told(items: list) -> tuple:
            return tuple(shuffle.sample(items, len(items)) if shuffle else items)

        head = self.step + 1
        journal = JournalBook(
            told(self.decisions), told(self.verdicts), told(self.executions), told(self.orders),
            told(self.order_answers), told(self.intents), told(self.answers), told(self.outcomes),
        )  # fmt: skip
        return (
            journal,
            ExchangeBook(told(self.fills), told(self.lines)),
            ChainBook(told(self.mined), Heads(head, head, head), rebases=told(self.rebases)),
        )

    def claims(self, held: dict[tuple[str, str], int] | None = None) -> list[BalanceClaim]:
        """State balances from outside; of the opening when given its holdings."""
        at_ns = NOON_NS if held is not None else self.now_ns
        return [
            BalanceClaim(
                account, asset, units, "exchange" if account == PAPER_ACCOUNT else "chain",
                f"cutoff:{at_ns}", at_ns,
            )
            for (account, asset), units in sorted((self.held if held is None else held).items())
        ]  # fmt: skip

    def settled(self, shuffle: Random | None = None) -> Settlement:
        """Settle everything."""
        return settle(self.card, *self.sources(shuffle))

    def entries(self, settlement: Settlement | None = None) -> list[Entry]:
        """Book everything, opening included."""
        done = settlement or self.settled()
        return [*opening_entries(self.claims(OPENING)), *entries_of(done)]

    def attribution(self, settlement: Settlement | None = None, **changes: object) -> Attribution:
        """Attribute everything since the opening."""
        return attribute(self.attributed(settlement, **changes))

    def attributed(
        self, settlement: Settlement | None = None, **changes: object
    ) -> AttributionInput:
        """Give what an attribution of everything since the opening looks at."""
        done = settlement or self.settled()
        given = AttributionInput(
            day=DAY,
            start_ns=NOON_NS + 1,
            end_ns=self.now_ns + 1,
            assets=self.card.assets,
            venues=VENUES,
            entries=self.entries(done),
            legs=done.legs,
            decisions=self.decisions,
            external_opening=[Holding(*key, units) for key, units in OPENING.items()],
            external_closing=[Holding(*key, units) for key, units in self.held.items()],
            marks=MarkBook.of(self.marks, start_ns=NOON_NS, carried={"ETH": 3_000_000_000}),
        )
        return msgspec.structs.replace(given, **changes)


# --- things that happen -------------------------------------------------------------------------


def dex_dex(world: World, base: int, paid: int, got: int, *, gas_wei: int, status: int = 1) -> str:
    """Arbitrage two pools atomically: buy at univ2-a, sell at univ2-b, profit to the wallet."""
    legs = (
        world.quoted("univ2-a", "buy", base, paid),
        world.quoted("univ2-b", "sell", base, got),
    )
    execution_id = world.plan("dex_dex", legs)
    first, second = world.pool("univ2-a"), world.pool("univ2-b")
    moves = [
        (WETH, first, EXECUTOR, base),
        (WETH, EXECUTOR, second, base),
        (USDC, second, EXECUTOR, got),
        (USDC, EXECUTOR, first, paid),
    ]
    if got > paid:
        moves.append((USDC, EXECUTOR, WALLET, got - paid))
    world.send(execution_id, moves, gas_wei=gas_wei, status=status)
    return execution_id


def cex_dex(
    world: World,
    base_lots: int,
    dex_quote: int,
    parts: list[tuple[int, int, int]],
    *,
    wanted_units: int | None = None,
    hedge: list[tuple[int, int, int]] | None = None,
    gas_wei: int = 21_000,
) -> str:
    """Buy at a pool first, then sell at the exchange, then perhaps hedge what is left."""
    base = base_lots * 10**8
    quote = sum(part[1] for part in parts)
    legs = (
        world.quoted("univ3", "buy", base, dex_quote, fee_pips=500),
        world.quoted("paper", "sell", base_lots, quote, fee_pips=0),
    )
    execution_id = world.plan("cex_dex", legs)
    pool = world.pool("univ3")
    moves = [(WETH, pool, WALLET, base), (USDC, WALLET, pool, dex_quote)]
    world.send(execution_id, moves, gas_wei=gas_wei, venues=("univ3",))
    world.order(execution_id, "sell", parts, wanted_units=wanted_units)
    if hedge:
        world.order(execution_id, "sell", hedge, purpose="hedge")
    return execution_id
