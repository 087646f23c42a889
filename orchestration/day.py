"""One settled day as the books' assets load it: rows of staging, sources as domain books, the span.

Loading only, each thing by name; the assets say what is done with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from domain.clock import day_bounds_ns
from domain.desk import DeskCard
from domain.home import DeskHome
from domain.identity import TRANSIT
from domain.ledger.types import OPENING, Entry
from domain.matching.types import BalanceClaim
from domain.pnl.types import Attribution, Holding
from domain.settlement.types import ChainBook, ExchangeBook, Heads, JournalBook
from domain.settlement.underway import OpenTransit, held_underway
from orchestration.captures.anchor import Anchor, day_anchor
from orchestration.reading import books
from orchestration.reading.transits import claims_underway, open_on
from orchestration.resources.desk import desk_card
from orchestration.resources.lake import Lake
from orchestration.resources.warehouse import Warehouse

BOOKINGS = "int_ledger__bookings_made"
ENTRIES = "int_ledger__entries_posted"
POSTINGS = "int_ledger__postings_made"
POSITIONS = "int_positions__positions_held"
MATCHED = "int_reconciliation__transactions_matched"
BALANCED = "int_reconciliation__balances_matched"
ROLLED = "int_reconciliation__balances_rolled"
STOCKED = "int_reconciliation__lots_stocked"
CONSERVED = "int_reconciliation__messages_conserved"
ROLLS_BROKEN = "int_reconciliation__rolls_broken"
LOTS_BROKEN = "int_reconciliation__lots_broken"
MESSAGES_BROKEN = "int_reconciliation__messages_broken"
BREAKS_COUNTED = "int_reconciliation__breaks_counted"
HELD = "int_positions__strategies_held"
EXPOSURES = "int_positions__exposures_measured"
UNDERLYINGS = "int_positions__underlyings_valued"
PLACED = "int_positions__holdings_placed"
ROWS = "int_pnl__rows_attributed"
ATTRIBUTION = "int_pnl__attributions_made"
CELLS = "int_pnl__cells_attributed"
REALISED = "int_pnl__lots_realised"
COMPARED = "int_pnl__opportunities_compared"
PERFORMANCE = "int_pnl__strategies_measured"
TRAIL = "int_audit__trails_sealed"
HEADROOM = "int_capacity__headroom_measured"
CLOSE = "rpt_close"
_INTENTS = [kind.KIND for kind in books.SETTLED_KINDS]


@dataclass(frozen=True, slots=True)
class Day:
    """One UTC day of one desk, up to its anchor.

    Args:
        name: ``YYYY-MM-DD``.
    """

    home: DeskHome
    name: str

    @property
    def card(self) -> DeskCard:
        """The desk's reference data."""
        return desk_card(self.home)

    @property
    def lake(self) -> Lake:
        """Where captured and computed tables are."""
        return Lake(self.home)

    @property
    def anchor(self) -> Anchor:
        """The block and instant the day is compared at."""
        return day_anchor(self.home, self.name)

    @property
    def span_ns(self) -> tuple[int, int]:
        """The half-open span [start, end): ends just after the anchor while the day still runs."""
        start_ns, end_ns = day_bounds_ns(self.name)
        return start_ns, min(end_ns, self.anchor.cutoff_ns + 1)

    @property
    def previous(self) -> str | None:
        """The last settled day before this one, if there is one."""
        return max((day for day in self.lake.days(POSITIONS) if day < self.name), default=None)

    @property
    def first_ns(self) -> int | None:
        """Where the day starts; None on a desk's first day, which starts with its opening."""
        return None if self.previous is None else self.span_ns[0]

    @property
    def heads(self) -> Heads:
        """How far the chain had come when the day's anchor was chosen."""
        return books.heads_of(msgspec.structs.asdict(self.anchor))

    def staged(self, table: str) -> list[dict[str, Any]]:
        """Read a staging model."""
        return Warehouse(self.home).rows(table)

    def journal(self) -> JournalBook:
        """Read what the loop decided and intended."""
        return books.journal_book(self._intents())

    def own_journal(self) -> JournalBook:
        """Read what the loop decided and intended on this day alone."""
        return books.journal_book(self._intents(day=self.name))

    def last_seq(self) -> int:
        """Name the last journal record of this day that the books have read; 0 when none."""
        with Warehouse(self.home).asked() as connection:
            asked = "select coalesce(max(seq), 0) from stg_journal__facts where day = ?"
            return int(connection.execute(asked, [self.name]).fetchone()[0])

    def _intents(self, **wanted: str) -> list[dict[str, Any]]:
        """Read the records a journal book is made of; others, marks above all, are not parsed."""
        return Warehouse(self.home).rows("stg_journal__facts", kind=_INTENTS, **wanted)

    def exchange(self) -> ExchangeBook:
        """Read the exchange's statements."""
        return books.exchange_book(
            self.card,
            self.staged("stg_exchange__fills"),
            self.staged("stg_exchange__ledger_lines"),
            self.anchor.cutoff_ns,
            self.staged("stg_exchange__payments"),
        )

    def chain(self) -> ChainBook:
        """Read the chain's transactions that touch us."""
        return books.chain_book(
            self.staged("stg_chain__anchors")[0],
            self.staged("stg_chain__transactions"),
            self.staged("stg_chain__logs"),
            self.staged("stg_chain__rebases"),
        )

    def claims(self) -> list[BalanceClaim]:
        """Read what chain and exchange say we held at the anchor, and what was between them."""
        return [
            *books.chain_claims(self.staged("stg_chain__balances")),
            *books.exchange_claims(self.staged("stg_exchange__balances")),
            *claims_underway(self.lake, self.name, self.previous, self.anchor.cutoff_ns),
        ]

    def opening_claims(self) -> list[BalanceClaim]:
        """Read what chain and exchange say we held when the desk opened, on that day alone."""
        return [
            *books.chain_claims(self.staged("stg_chain__openings")),
            *books.exchange_claims(self.staged("stg_exchange__openings")),
        ]

    def carried(self) -> dict[tuple[str, str], int]:
        """Read the ledger balances the previous close left; none on the first day."""
        from domain.ledger.balances import Position

        if self.previous is None:
            return {}
        held = self.lake.load(POSITIONS, self.previous, Position)
        return {(p.account, p.asset): p.closing_units for p in held}

    def carried_marks(self) -> dict[str, int]:
        """Read the marks the previous close ended with."""
        return {name: e6 for one in self._before() for name, e6 in one.closing_marks.items()}

    def carried_policy(self) -> str:
        """Name the policy of the marks the previous close ended with; empty without one."""
        return next((one.policy for one in self._before()), "")

    def _before(self) -> list[Attribution]:
        """Read the attribution of the previous close; none on the first day."""
        if self.previous is None:
            return []
        return self.lake.load(ATTRIBUTION, self.previous, Attribution)

    def external_opening(self) -> list[Holding]:
        """Read what the outside said at the start: yesterday's closing, or the desk's opening."""
        if self.previous is None:
            return holdings(self.opening_claims())
        chain = self.lake.read("raw_chain__balances", self.previous)
        exchange = self.lake.read("raw_exchange__balances", self.previous)
        return [
            *holdings([*books.chain_claims(chain), *books.exchange_claims(exchange)]),
            *(Holding(*key, units) for key, units in held_underway(self.open_before()).items()),
        ]

    def open_before(self) -> list[OpenTransit]:
        """Read what was on its way to or from the exchange when the day began."""
        return open_on(self.lake, self.previous)

    def venue_labels(self) -> dict[str, str]:
        """Name each account of ours as P&L rows do: the exchange's venue, or ``wallet``.

        What is in transit is named by its account.
        """
        exchange = self.card.exchange
        held = {claim.account for claim in self.claims() if not claim.account.startswith(TRANSIT)}
        return {
            account: exchange.venue if account == exchange.account else "wallet"
            for account in sorted(held)
        }

    def own(self, entries: Iterable[Entry]) -> list[Entry]:
        """Keep the day's entries and the opening: earlier ones are in the carried balances."""
        start_ns, end_ns = self.span_ns
        return [e for e in entries if e.cause == OPENING or start_ns <= e.at_ns < end_ns]


def holdings(claims: Iterable[BalanceClaim]) -> list[Holding]:
    """Take balance claims as the holdings attribution speaks of."""
    return [Holding(claim.account, claim.asset, claim.units) for claim in claims]
