"""Cases of breaks in the operational database, with an audit row for every change.

SQLite in the desk's folder, or PostgreSQL where ALPHAPULSE_DATABASE_URL names one; the statements
are the same. A change and its audit row are one transaction. Audit rows are chained by hash, and
the database itself refuses to alter or delete one. What a change means is `domain/breaks`.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy import event, exc

from domain.breaks.case import Case, Found
from domain.breaks.detection import deed_of, taken
from domain.breaks.rooted import refuse_follower, with_roots
from domain.errors import ConfigRefused, InputRefused, InvariantBroken, StorageFailed
from domain.home import DeskHome
from ops.breaks.schema import CASES, CHANGES, make_ready

URL_VARIABLE = "ALPHAPULSE_DATABASE_URL"
GENESIS_HASH = "0" * 64
DETECTED = "detected"
"""Who opened a case: the books themselves."""


class Change(NamedTuple):
    """One audit row: who did what to a case, and what it was before and after."""

    seq: int
    break_id: str
    at_ns: int
    actor: str
    action: str
    before: str
    after: str
    prev_hash: str
    hash: str


class Deed(NamedTuple):
    """Who does what, when."""

    actor: str
    action: str
    at_ns: int


def database_url(home: DeskHome, environment: Mapping[str, str] = os.environ) -> str:
    """Name the desk's operational database.

    Raises:
        ConfigRefused: The variable names neither PostgreSQL nor SQLite.
    """
    url = environment.get(URL_VARIABLE) or f"sqlite:///{home.operations_db}"
    if url.startswith("postgresql://"):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith(("postgresql+psycopg://", "sqlite:///")):
        raise ConfigRefused(f"let {URL_VARIABLE} begin with postgresql:// or sqlite:///")
    return url


class CaseStore:
    """The cases of one desk.

    Args:
        url: As :func:`database_url` names it; an empty database is made ready.

    Raises:
        StorageFailed: The database does not answer or cannot be written.
    """

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(url)
        if self._engine.dialect.name == "sqlite":
            # The driver would begin on its own, and only at the first write: two could read alike.
            event.listen(self._engine, "connect", _leave_transactions_to_us)
            event.listen(self._engine, "begin", _begin_at_once)
        with _storage_errors(), self._engine.begin() as connection:
            make_ready(connection)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def cases(self, day: str = "") -> list[Case]:
        """Read the cases that a day lists, or listed last, or all, in order of id."""
        query = sa.select(CASES.c.document).order_by(CASES.c.break_id)
        if day:
            last = sa.func.coalesce(CASES.c.last_day, CASES.c.day)
            query = query.where(last >= day)
        with _storage_errors(), self._engine.begin() as connection:
            found = [_case(text) for text in connection.scalars(query)]
        return [one for one in found if not day or day in (one.days or (one.found.day,))]

    def case(self, name: str) -> Case:
        """Read one case by its id, or by a beginning of it that no other shares.

        Raises:
            InputRefused: No case, or several, are named so.
        """
        starts = CASES.c.break_id.startswith(name, autoescape=True)
        with _storage_errors(), self._engine.begin() as connection:
            found = connection.scalars(sa.select(CASES.c.document).where(starts).limit(2)).all()
        if len(found) != 1 or not name:
            how = "no break is" if not found else "several breaks are"
            raise InputRefused(f"{how} named so; see `alphapulse breaks list`", got=name)
        return _case(found[0])

    def change(self, break_id: str, deed: Deed, act: Callable[[Case], Case]) -> Case:
        """Do something about a case, and with it about those that only repeat it.

        Each change and its audit row are written together, all of them or none.

        Raises:
            InputRefused: There is no such case.
            Refused: The deed is not allowed; nothing was written.
        """
        with self._writing() as connection:
            cases = _known(connection)
            before = cases.get(break_id)
            if before is None:
                raise InputRefused("no break has this id", got=break_id)
            refuse_follower(before, cases)
            after = cases[break_id] = act(before)
            _write(connection, before, after, deed)
            with_it = deed._replace(action=f"{deed.action} with {break_id}")
            for one in [one for one in cases.values() if break_id in one.found.follows]:
                changed = with_roots(one, cases)
                if changed != one:
                    _write(connection, one, changed, with_it)
            return after

    def take(self, found: Iterable[Found], at_ns: int) -> int:
        """Take what the latest closes found: open cases, and mark those that cleared or came back.

        Args:
            found: Of every settled day, the oldest first; a break may be listed by several.
            at_ns: When it is taken.

        Returns:
            How many cases changed; none when the same closes are taken again.
        """
        listed: defaultdict[str, list[Found]] = defaultdict(list)
        for one in found:
            listed[one.break_id].append(one)
        with self._writing() as connection:
            known = _known(connection)
            return sum(
                _taken(connection, known.get(break_id), listed[break_id], at_ns)
                for break_id in sorted({*known, *listed})
            )

    def history(self, break_id: str = "") -> list[Change]:
        """Read audit rows in the order they were written, of one case or of all."""
        query = sa.select(CHANGES).order_by(CHANGES.c.seq)
        if break_id:
            query = query.where(CHANGES.c.break_id == break_id)
        with _storage_errors(), self._engine.begin() as connection:
            return [Change(*row) for row in connection.execute(query)]

    def verify(self) -> int:
        """Recompute the chain of audit rows, and hold every case against its last one.

        Returns:
            How many rows there are.

        Raises:
            InvariantBroken: A row was changed, removed or moved, or a case without one.
        """
        last, documents, count = GENESIS_HASH, dict[str, str](), 0
        for count, one in enumerate(self.history(), 1):
            if one.seq != count or one.prev_hash != last or one.hash != _sealed(one):
                raise InvariantBroken("the audit trail of breaks was changed", seq=one.seq)
            last, documents[one.break_id] = one.hash, one.after
        for break_id, document in self._documents():
            if documents.get(break_id) != document:
                raise InvariantBroken("a break was changed without an audit row", break_id=break_id)
        return count

    def _documents(self) -> list[tuple[str, str]]:
        query = sa.select(CASES.c.break_id, CASES.c.document).order_by(CASES.c.break_id)
        with _storage_errors(), self._engine.begin() as connection:
            return [(row.break_id, row.document) for row in connection.execute(query)]

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with _storage_errors(), self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("lock table break_change in exclusive mode")
            yield connection


def _known(connection: sa.Connection) -> dict[str, Case]:
    documents = connection.scalars(sa.select(CASES.c.document).order_by(CASES.c.break_id))
    return {case.found.break_id: case for case in map(_case, documents)}


def _taken(
    connection: sa.Connection, case: Case | None, listed: Sequence[Found], at_ns: int
) -> bool:
    after = taken(case, listed)
    if after is None or after == case:
        return False
    _write(connection, case, after, Deed(DETECTED, deed_of(case, after), at_ns))
    return True


def _write(connection: sa.Connection, before: Case | None, after: Case, deed: Deed) -> None:
    break_id, document = after.found.break_id, _text(after)
    values = {
        "day": after.found.day,
        "state": after.state.value,
        "document": document,
        "last_day": max(after.days, default=after.found.day),
    }
    if before is None:
        connection.execute(sa.insert(CASES).values(break_id=break_id, **values))
    else:
        connection.execute(sa.update(CASES).where(CASES.c.break_id == break_id).values(**values))
    newest = sa.select(CHANGES.c.seq, CHANGES.c.hash).order_by(CHANGES.c.seq.desc()).limit(1)
    seq, prev_hash = connection.execute(newest).one_or_none() or (0, GENESIS_HASH)
    row = Change(
        seq + 1, break_id, deed.at_ns, deed.actor, deed.action,
        _text(before) if before else "", document, prev_hash, "",
    )  # fmt: skip
    connection.execute(sa.insert(CHANGES).values(row._replace(hash=_sealed(row))._asdict()))


def _sealed(row: Change) -> str:
    parts: Sequence[str] = [str(part) for part in row[:-1]]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _text(case: Case) -> str:
    return msgspec.json.encode(case).decode()


def _case(text: str) -> Case:
    return msgspec.json.decode(text, type=Case)


def _leave_transactions_to_us(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]


def _begin_at_once(connection: sa.Connection) -> None:
    connection.exec_driver_sql("begin immediate")


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except exc.SQLAlchemyError as error:
        raise StorageFailed(
            "the database of breaks does not answer or cannot be written; see its own words",
            said=str(error).splitlines()[0],
        ) from error
