"""A trading session: open the desk, run its loop, stop it so that nothing is in flight.

Order matters and is here: whoever remembers starts first and stops last, and the desk is closed at
a block that is final. What the books make of the session is not here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from domain.clock import SECOND_NS, Clock, utc_day
from domain.desk import DeskCard
from domain.errors import Permanent
from domain.home import DeskHome
from journal.entry import Entry
from journal.post import post
from journal.reader import JournalReader
from journal.records import DeskClosed
from ops.running.crew import Crew
from ops.running.locking import held_alone
from ops.running.opening import desk_secrets, open_desk, opening_of
from ops.running.watched import Watched

FOUNDATION = ("chain", "exchange", "relay", "recorder")
LOOP = ("collector-cex", "collector-dex", "trader", "detector", "market")
START_PATIENCE_S = 180.0
"""ccxt alone takes six seconds to import; nine processes share what may be two busy cores."""
FINAL_PATIENCE_S = 30.0

Tally = dict[str, int]
"""Journal facts by kind."""


@dataclass(slots=True)
class Session:
    """A desk whose loop is running.

    Args:
        environment: What the books need to reach the same venues, secrets included.
    """

    home: DeskHome
    card: DeskCard
    crew: Crew
    clock: Clock
    environment: dict[str, str]
    _cursor: int = 0
    _tally: Tally = field(default_factory=Tally)
    _pause: Event = field(default_factory=Event)

    def trade(self, seconds: float | None, progress: Callable[[float, Tally], None]) -> None:
        """Keep the loop alive for a while (for ever if `seconds` is None), telling how it goes."""
        started_ns = self.clock.now_ns()
        while True:
            passed_s = (self.clock.now_ns() - started_ns) / SECOND_NS
            if seconds is not None and passed_s >= seconds:
                return
            self.crew.revive()
            progress(passed_s, self.tally())
            self._pause.wait(0.5 if seconds is None else min(0.5, seconds - passed_s))

    def tally(self) -> Tally:
        """Count the journal's facts by kind; costs what is new since the last call."""
        with JournalReader(self.home.journal_db) as reader:
            while fresh := reader.read(after_seq=self._cursor, limit=5000):
                self._cursor = fresh[-1].seq
                for record in fresh:
                    self._tally[record.kind] = self._tally.get(record.kind, 0) + 1
        return dict(self._tally)

    def wind_down(self, reason: str) -> None:
        """Stop acting, wait until all of it is final, and close the desk at that block."""
        self.crew.stop("market", "detector")
        self.crew.stop("trader", patience_s=30.0)
        number, block_hash = asyncio.run(_final_head(self.card.chain.rpc_url))
        closed_ns = self.clock.now_ns()
        closed = DeskClosed(
            desk_id=self.card.desk_id,
            closed_ns=closed_ns,
            block_number=number,
            block_hash=block_hash,
            reason=reason,
        )
        self.crew.stop("collector-cex", "collector-dex")
        post(self.home, self.clock, Entry(fact=closed, observed_ns=closed_ns))
        self.crew.stop("relay")
        self.crew.stop("recorder")

    def days(self) -> list[str]:
        """Name every UTC day this session touched, in order."""
        days: list[str] = []
        moment = self.card.opened_ns
        while moment <= self.clock.now_ns():
            days.append(utc_day(moment))
            moment += 86_400 * SECOND_NS
        last = utc_day(self.clock.now_ns())
        return days if days and days[-1] == last else [*days, last]


@contextmanager
def session(
    home: DeskHome,
    *,
    seed: int,
    clock: Clock,
    told: Callable[[str], None],
    watched: Watched | None = None,
) -> Iterator[Session]:
    """Open a desk and run its loop; whatever happens, leave no process behind.

    Args:
        home: The desk's folder.
        seed: Seeds the market's walk.
        clock: The real one, or a test's.
        told: Hears one sentence at each stage.
        watched: Exchanges to look at; None keeps those of the desk opened before.

    Raises:
        Refused: Another crew already works on this folder.
    """
    with held_alone(home):
        told("starting the chain")
        card, chain = open_desk(home, seed=seed, clock=clock, watched=watched)
        environment = {**desk_secrets(), "ALPHAPULSE_HOME": str(home.root)}
        crew = Crew(home, environment, card.metrics_ports, clock, told)
        try:
            _start(crew, card, home, clock, told)
            yield Session(home, card, crew, clock, environment)
        finally:
            crew.stop_all()
            chain.stop()


def _start(
    crew: Crew, card: DeskCard, home: DeskHome, clock: Clock, told: Callable[[str], None]
) -> None:
    told("starting the exchange, the relay and the journal")
    crew.start(*FOUNDATION)
    crew.wait_ready(FOUNDATION, patience_s=START_PATIENCE_S)
    post(home, clock, Entry(fact=opening_of(card), observed_ns=card.opened_ns))
    told("starting collectors, detection, risk and execution")
    crew.start(*LOOP)
    crew.wait_ready(LOOP, patience_s=START_PATIENCE_S)


async def _final_head(rpc_url: str) -> tuple[int, str]:
    """Wait until what is now the latest block is final; nothing of ours comes after it."""
    from live.aio.waiting import until
    from live.chain.rpc import ChainClient

    # A node on a machine that is busy with something else answers late, and has not failed.
    async with ChainClient(rpc_url, timeout_s=FINAL_PATIENCE_S) as client:
        target = (await client.head()).number

        async def is_final() -> bool:
            final = await client.block("finalized")
            return final is not None and final.number >= target

        await until(is_final, within_s=FINAL_PATIENCE_S)
        block = await client.block(target)
    if block is None:
        raise Permanent("the chain lost a block it had called final; look at its log", block=target)
    return block.number, block.hash
