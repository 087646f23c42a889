"""Where a desk keeps its things: one folder, the same names in every process.

Paths only; nothing here opens, creates or reads them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

_SOCKET_PATH_LIMIT = 90
"""Linux refuses Unix socket paths of 108 bytes and more (sun_path); file names need their share."""


@dataclass(frozen=True, slots=True)
class DeskHome:
    """The folder of one desk.

    Args:
        root: Its absolute path, for example ``var/desk`` under the checkout.
    """

    root: Path

    @property
    def card(self) -> Path:
        """The desk card (:mod:`domain.desk`): what is deployed where, who listens on which port."""
        return self.root / "desk.json"

    @property
    def demo_mark(self) -> Path:
        """Says that only demos ran here, so that the next may begin anew."""
        return self.root / "demo"

    @property
    def confidence(self) -> Path:
        """The fitted confidence model (:mod:`domain.confidence.model`); absent until trained."""
        return self.root / "confidence.json"

    @property
    def journal_db(self) -> Path:
        """The journal's SQLite file."""
        return self.root / "journal" / "journal.sqlite"

    @property
    def operations_db(self) -> Path:
        """Cases of breaks and their audit trail, where no PostgreSQL is configured."""
        return self.root / "operations.sqlite"

    @property
    def wire(self) -> Path:
        """Raw relay frames, in segments that journal facts vouch for."""
        return self.root / "journal" / "wire"

    @property
    def chain(self) -> Path:
        """State of the rehearsal chain."""
        return self.root / "chain"

    @property
    def exchange_db(self) -> Path:
        """The paper exchange's own SQLite file: another party's books, never read by ours."""
        return self.root / "exchange" / "exchange.sqlite"

    @property
    def logs(self) -> Path:
        """One structured log a process."""
        return self.root / "logs"

    @property
    def lake(self) -> Path:
        """Captured sources as Parquet, by subject and UTC day."""
        return self.root / "lake"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file; opened only by the books, one step at a time."""
        return self.root / "warehouse" / "alphapulse.duckdb"

    @property
    def marts(self) -> Path:
        """Published marts as Parquet: what every reader outside the books reads."""
        return self.root / "marts"

    @property
    def exports(self) -> Path:
        """Reports for people."""
        return self.root / "exports"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME of this desk."""
        return self.root / "dagster"

    @property
    def sockets(self) -> Path:
        """Unix sockets; under /tmp when the desk's own path is too long for the kernel."""
        own = self.root / "run"
        if len(str(own)) < _SOCKET_PATH_LIMIT:
            return own
        short = hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
        return Path("/tmp") / f"alphapulse-{short}"  # noqa: S108 (the fall-back must be short)
