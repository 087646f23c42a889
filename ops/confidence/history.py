"""What came of past opportunities: promises from the journal, realised results from the marts.

Only what was executed and settled has a realised result, so a probability learned here is that of
an opportunity which risk let through. An execution that ended tells of its edge's life too: it was
still there when the last part was traded, or it was found gone by then; gone edges therefore count
with a time that is a little too long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.confidence.features import Promise
from domain.confidence.half_life import Life
from domain.desk import DeskCard
from domain.home import DeskHome
from journal.reader import JournalReader
from journal.records import DeskOpened, ExecutionFinished, OpportunityFound, parse_payload
from live.detection.promise import promise_of

_PAGE = 2_000
_SETTLED = "SETTLED"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One opportunity with a known end.

    Args:
        realised_usd_e24: Net, as settled, 10^-24 book currency.
        life: What its execution tells of the edge.
    """

    opportunity_id: str
    strategy: str
    found_ns: int
    promise: Promise
    realised_usd_e24: int
    life: Life

    def is_realised(self, least_usd_e24: int) -> bool:
        """Whether it brought at least the minimum."""
        return self.realised_usd_e24 >= least_usd_e24


def past_outcomes(home: DeskHome) -> list[Outcome]:
    """Read every settled execution of a desk, oldest first.

    Raises:
        ConfigRefused: There is no journal there.
    """
    told = _Told()
    with JournalReader(home.journal_db) as journal:
        page = journal.read(kinds=_Told.KINDS, limit=_PAGE)
        while page:
            for record in page:
                told.hear(parse_payload(record.kind, record.payload), record.observed_ns)
            page = journal.read(page[-1].seq, kinds=_Told.KINDS, limit=_PAGE)
    found = (told.outcome(row) for row in _executions(home))
    return sorted((one for one in found if one), key=lambda one: one.found_ns)


class _Told:
    """What the journal says of opportunities and of when their executions ended."""

    KINDS = (DeskOpened.KIND, OpportunityFound.KIND, ExecutionFinished.KIND)

    def __init__(self) -> None:
        self._card: DeskCard | None = None
        self._found: dict[str, OpportunityFound] = {}
        self._ended_ns: dict[str, int] = {}

    def hear(self, fact: Any, observed_ns: int) -> None:  # noqa: ANN401 (any fact)
        if isinstance(fact, DeskOpened):
            self._card = fact.card
        elif isinstance(fact, OpportunityFound):
            self._found[fact.opportunity_id] = fact
        elif isinstance(fact, ExecutionFinished):
            self._ended_ns[fact.opportunity_id] = observed_ns

    def outcome(self, row: dict[str, Any]) -> Outcome | None:
        found = self._found.get(row["opportunity_id"])
        realised = row["realised_net_usd_e24"]
        if self._card is None or found is None or realised is None:
            return None
        ended_ns = self._ended_ns.get(found.opportunity_id, found.expires_ns)
        life = Life(max(ended_ns - found.found_ns, 0), row["status"] != _SETTLED)
        promise = promise_of(self._card, found)
        return Outcome(
            found.opportunity_id, found.strategy, found.found_ns, promise, int(realised), life
        )


def _executions(home: DeskHome) -> list[dict[str, Any]]:
    from pyarrow import parquet

    files = sorted((home.marts / "fct_executions").glob("day=*/*.parquet"))
    return [row for file in files for row in parquet.read_table(file).to_pylist()]
