"""A small world whose truth is known, and what the books make of what it tells.

`World.held` is what an outsider would count; the books have to arrive there from the facts alone.
"""

from __future__ import annotations

from random import Random

import msgspec

from domain.ledger.build import entries_of, opening_entries
from domain.ledger.types import Entry
from domain.matching.types import BalanceClaim
from domain.pnl.attribute import attribute
from domain.pnl.marks import MarkBook
from domain.pnl.sums import AttributionInput
from domain.pnl.types import Attribution, Holding
from domain.settlement.outcome import Settlement
from domain.settlement.settle import settle
from domain.settlement.types import ChainBook, ExchangeBook, Heads, JournalBook
from tests.kit.clock import NOON_NS
from tests.kit.facts import EXECUTOR, PAPER_USDC, USDC, WALLET, WETH
from tests.kit.happenings import Happenings
from tests.kit.world_names import DAY, OPENING, OPENING_MARKS_E6, PAPER_ACCOUNT, VENUES


class World(Happenings):
    """What happened so far as the books are told it, and what they settle, book and attribute."""

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
            ExchangeBook(told(self.fills), told(self.lines), payments=told(self.payments)),
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

    def mark_book(self, start_ns: int = NOON_NS) -> MarkBook:
        """Arrange what was marked, carried over from the instant before the start."""
        carried = {name: self.mark_before(start_ns, name) for name in OPENING_MARKS_E6}
        return MarkBook.of(self.marks, start_ns=start_ns, carried=carried)

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
            marks=self.mark_book(),
        )
        return msgspec.structs.replace(given, **changes)


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
    side: str = "sell",
    fee_asset: str = PAPER_USDC,
) -> str:
    """Trade at a pool first, the other way at the exchange, then perhaps hedge what is left."""
    base = base_lots * 10**8
    quote = sum(part[1] for part in parts)
    pool, other = world.pool("univ3"), "buy" if side == "sell" else "sell"
    legs = (
        world.quoted("univ3", other, base, dex_quote, fee_pips=500),
        world.quoted("paper", side, base_lots, quote, fee_pips=0),
    )
    execution_id = world.plan("cex_dex", legs)
    moves = [(WETH, pool, WALLET, base), (USDC, WALLET, pool, dex_quote)]
    if side == "buy":
        moves = [(asset, to, source, units) for asset, source, to, units in moves]
    world.send(execution_id, moves, gas_wei=gas_wei, venues=("univ3",))
    world.order(execution_id, side, parts, wanted_units=wanted_units, fee_asset=fee_asset)
    if hedge:
        world.order(execution_id, side, hedge, purpose="hedge", fee_asset=fee_asset)
    return execution_id
