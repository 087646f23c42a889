"""A day whose sources contradict each other, differently at each look; and what matching it says.

`ToldDay` leaves facts out; here the exchange also tells trades under other names, changes and takes
back lines, and the cut-off moves, forward and back.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from domain.home import DeskHome
from domain.matching.balances import statement_breaks
from domain.matching.made import MatchMade
from domain.matching.transactions import match_transactions
from domain.matching.types import Break
from orchestration.day import Day
from orchestration.incremental.matching import MATCHES, Looked, match_new
from orchestration.incremental.settling import settle_new
from orchestration.reading import books
from orchestration.reading.movements import load_unexplained
from orchestration.resources.lake import Lake
from tests.kit.ticking import ToldDay, written
from tests.kit.world_names import DAY

Row = dict[str, Any]


class ContradictedDay(ToldDay):
    """One world's day that no two sources tell alike."""

    def tell(self, random: Random, share: float) -> None:
        """Let rows be told or not, some otherwise, twice or under other names, up to a cut-off."""
        super().tell(random, share)
        for table, others in (
            ("raw_exchange__fills", _FILLS),
            ("raw_exchange__ledger_lines", _LINES),
        ):
            rows = self._rows(table)
            more = [one | random.choice(others) for one in rows if random.random() < 0.1]
            less = [one for one in rows if random.random() < 0.95]
            random.shuffle(both := [*less, *more])
            self._replace(table, both)
        [anchor] = self._rows("raw_chain__anchors")
        times = sorted(one["observed_ns"] for one in self.whole["raw_journal__facts"])
        cut_ns = random.choice((anchor["cutoff_ns"], *times[-len(times) // 2 :]))
        block = random.choice((anchor["block_number"], anchor["block_number"] // 2))
        self._replace("raw_chain__anchors", [anchor | {"cutoff_ns": cut_ns, "block_number": block}])


_FILLS: tuple[Row, ...] = (
    {"fee": "0.25"}, {"client_order_id": ""}, {"client_order_id": "other"},
    {"trade_id": "t-again"}, {"venue_order_id": "o-again"},
)  # fmt: skip
_LINES: tuple[Row, ...] = (
    {"amount": "0.5"}, {"ref_id": "t-again"}, {"ref_id": "t0"}, {"ledger_id": "l-again"},
    {"entry_type": "adjustment"}, {"entry_type": "fee"}, {"balance": "7"},
)  # fmt: skip


def look_at(day: Day) -> Looked:
    """Settle and match what is new of a day, as the steps of the graph do."""
    settle_new(day)
    return match_new(day)


def matched_whole(home: DeskHome, folder: Path) -> tuple[list[Break], bytes]:
    """Match everything that is told: breaks, and the rows of matches as bytes."""
    day, other = Day(home, DAY), DeskHome(folder)
    unexplained = load_unexplained(home, DAY)
    found = match_transactions(day.journal(), day.exchange(), day.chain(), unexplained)
    start_ns, _ = day.span_ns
    matches = [one for one in found.matches if one.at_ns >= start_ns]
    Lake(other).save(MATCHES, DAY, MatchMade, matches)
    return found.breaks, written(other, MATCHES)[MATCHES]


def rolled_whole(home: DeskHome, opening: dict[str, int]) -> list[Break]:
    """Roll the whole statement of a desk's first day."""
    day = Day(home, DAY)
    told = books.exchange_book(day.card, (), day.staged("stg_exchange__ledger_lines"))
    return statement_breaks(told.lines, opening)
