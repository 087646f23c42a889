"""What can happen in the small world: each event is told as journal, exchange and chain would.

`Happenings.held` is what an outsider would count. What the books make of it is `tests.kit.books`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.chain.types import Log, Receipt
from domain.clock import SECOND_NS
from domain.desk import DeskCard
from domain.identity import wallet_account
from domain.pnl.types import Mark
from domain.settlement.types import (
    ChainTransaction,
    DecidedLeg,
    Decision,
    ExchangeFill,
    ExecutionAnswer,
    IntendedOrder,
    IntendedTransaction,
    LedgerLine,
    OrderAnswer,
    Payment,
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
from tests.kit.world_names import (
    OPENING,
    OPENING_MARKS_E6,
    PAPER_ACCOUNT,
    STRANGER,
    a_log,
    block_hash,
    transfer_log,
    tx_hash,
)


@dataclass
class Happenings:
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
    payments: list[Payment] = field(default_factory=list)
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

    def mark(self, mark_e6: int, underlying: str = "ETH") -> None:
        """Observe a mark."""
        if underlying == "ETH":
            self.mark_e6 = mark_e6
        self.marks.append(Mark(self.tick(), underlying, mark_e6))

    def mark_before(self, ns: int, underlying: str = "ETH") -> int:
        """Give the mark in force just before an instant; before any, that of the opening."""
        seen = [
            one.mark_e6 for one in self.marks if one.underlying == underlying and one.at_ns < ns
        ]
        return seen[-1] if seen else OPENING_MARKS_E6[underlying]

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
        to: str = "",
        told: Sequence[tuple[str, tuple[str, ...], tuple[int, ...]]] = (),
    ) -> str:
        """Mine a transaction of (asset, sender, recipient, units) moves, and tell the journal.

        `told` are other logs after those of the moves: (contract, topics, words).
        """
        at_ns = self.tick()
        number = self.step
        receipt = Receipt(
            tx_hash=tx_hash(number),
            tx_index=0,
            block_number=number,
            block_hash=block_hash(number),
            sender=sender,
            to=to or (EXECUTOR if is_meant else STRANGER),
            status=status,
            tx_type=2,
            gas_used=gas_wei,
            cumulative_gas_used=gas_wei,
            effective_gas_price_wei=1,
            logs=_logs(number, moves, told) if status else (),
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
        fee_asset: str = PAPER_USDC,
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
            self._fill(name, side, *part, fee_asset)
        if is_meant:
            status = "FILLED" if base == wanted else "PARTIAL" if base else "CANCELLED"
            self.order_answers.append(
                OrderAnswer(
                    name, execution_id, f"v-{name}", status, base, quote, fee, fee_asset,
                    self.now_ns + 1,
                )
            )  # fmt: skip
        return name

    def _fill(
        self, order_id: str, side: str, base: int, quote: int, fee: int, fee_asset: str
    ) -> None:
        at_ns = self.tick()
        trade_id = f"t{self.step}"
        sign = 1 if side == "buy" else -1
        self.fills.append(
            ExchangeFill(
                "paper", PAPER_ACCOUNT, trade_id, f"v-{order_id}", order_id, "ETH/USDC", side,
                PAPER_ETH, PAPER_USDC, base, quote, fee_asset, fee, at_ns,
            )
        )  # fmt: skip
        moved = {PAPER_ETH: sign * base, PAPER_USDC: -sign * quote}
        if fee:
            moved.setdefault(fee_asset, 0)
        for asset, units in moved.items():
            self.statement("trade", trade_id, asset, units, fee if asset == fee_asset else 0)

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


def _logs(
    number: int,
    moves: list[tuple[str, str, str, int]],
    told: Sequence[tuple[str, tuple[str, ...], tuple[int, ...]]],
) -> tuple[Log, ...]:
    """Write the logs of a transaction: its moves, then whatever else its contracts tell."""
    moved = tuple(
        transfer_log(asset, source, to, units, tx=number, index=index)
        for index, (asset, source, to, units) in enumerate(moves)
    )
    return moved + tuple(
        a_log(contract, topics, words, tx=number, index=len(moves) + index)
        for index, (contract, topics, words) in enumerate(told)
    )
