"""What a day had come to at earlier instants: a look goes on from there and reads what came since.

Sums and lots of a day are those of its first hours and of what followed, so that what is known of
the first hours need not be worked out again. A checkpoint is a state at an instant with a seal: of
the rules, the reference data, what the day opened with, and everything that was told of the time
before that instant. Who finds one whose seal is the present one goes on from it; who finds none
begins with the day, by the same code. Checkpoints thin out with age, so that a late fact costs some
of what came after it and there are few of them. What a state is says whoever keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b, sha256
from typing import Generic, NamedTuple, TypeVar

import msgspec
import numpy as np
import pyarrow as pa

from orchestration.day import Day
from orchestration.incremental.kept import seal_of
from orchestration.resources.arrow import chosen_rows, one_below_the_other, pc, texts, where

State = TypeVar("State", bound=msgspec.Struct)


class Told(NamedTuple):
    """What states are made of, in the order of time.

    Args:
        times_ns: When, each not before the one before it.
        texts: Columns beside it, each null or a text that says what it is about and where it ends.
    """

    times_ns: pa.ChunkedArray
    texts: Sequence[pa.ChunkedArray]

    def before(self, cuts_ns: Sequence[int]) -> list[str]:
        """Digest what was told before each of some instants.

        Args:
            cuts_ns: In order.
        """
        ends = [self.rows_before(ns) for ns in cuts_ns]
        columns = [list(_running(column, ends)) for column in self.texts]
        return ["".join(parts) for parts in zip(*columns, strict=True)]

    def rows_before(self, ns: int) -> int:
        """Count what was told before an instant."""
        return int(np.searchsorted(self.times_ns.to_numpy(), ns))


class Checkpoint(NamedTuple, Generic[State]):
    """A state of everything before an instant."""

    until_ns: int
    state: State


class Checkpoints(Generic[State]):
    """The checkpoints of one result of one day that still hold; read once, then asked and kept.

    A look's own is where the day ends for it.

    Args:
        day: Which.
        table: Where they are kept.
        kind: What a state is.
        opened: What the day opened with, by its text.
        told: What states are made of.
    """

    def __init__(
        self,
        day: Day,
        table: str,
        kind: type[State],
        opened: Iterable[object],
        told: Sequence[Told],
    ) -> None:
        self._day, self._table, self._kind = day, table, kind
        self._end_ns = day.span_ns[1]
        self._found = day.lake.table(table, day.name)
        rows = _until(_NOTHING if self._found is None else self._found, self._end_ns)
        cuts_ns = [*rows["until_ns"].to_pylist(), self._end_ns]
        opened_with = seal_of(day.home, day.name, (), *opened)
        parts = zip(*(one.before(cuts_ns) for one in told), strict=True)
        self._made_of = ["\x1f".join((opened_with, *part)) for part in parts]
        self._rows = self._standing(rows)

    def latest(self) -> Checkpoint[State] | None:
        """Give the newest; None when the day has to be begun with."""
        if not self._rows.num_rows:
            return None
        last = self._rows.slice(self._rows.num_rows - 1).to_pylist()[0]
        state = msgspec.json.decode(last["state"], type=self._kind)
        return Checkpoint(last["until_ns"], state)

    def keep(self, state: State) -> None:
        """Remember the state of everything before the end, beside those of earlier instants."""
        text = _ENCODE(state).decode()
        row = [[self._end_ns], [_seal(self._made_of[-1], self._end_ns, text)], [text]]
        earlier = _until(self._rows, self._end_ns - 1)
        both = one_below_the_other([earlier, pa.table(row, schema=_NOTHING.schema)])
        kept = both.take(few_of(both["until_ns"].to_pylist()))
        if self._found is None or not kept.equals(self._found):
            self._day.lake.put(self._table, self._day.name, kept)

    def _standing(self, rows: pa.Table) -> pa.Table:
        """Leave out what was made of something else than what is told now."""
        now = (
            _seal(made_of, row["until_ns"], row["state"])
            for made_of, row in zip(self._made_of, rows.to_pylist(), strict=False)  # the end is new
        )
        is_same = [one == seal for one, seal in zip(now, rows["seal"].to_pylist(), strict=True)]
        return where(rows, chosen_rows(is_same))


def _seal(made_of: str, until_ns: int, state: str) -> str:
    return sha256(f"{made_of}\x1f{until_ns}\x1f{state}".encode()).hexdigest()


def few_of(untils_ns: Sequence[int]) -> list[int]:
    """Choose which of some instants to keep: of those about as old as each other, the oldest.

    Args:
        untils_ns: In order, the last is now.

    Returns:
        Places, in order: the last and one for each power of two of its distance from the others.
    """
    ages = [untils_ns[-1] - ns for ns in untils_ns]
    oldest = {age.bit_length(): place for place, age in reversed([*enumerate(ages)])}
    return sorted(oldest.values())


_ENCODE = msgspec.json.Encoder(order="deterministic").encode
_NOTHING = pa.table({"until_ns": pa.array([], pa.int64()), "seal": texts([]), "state": texts([])})


def _until(rows: pa.Table, ns: int) -> pa.Table:
    return where(rows, pc.less_equal(rows["until_ns"], ns))


def _running(column: pa.ChunkedArray, ends: Iterable[int]) -> Iterator[str]:
    """Digest a column of texts up to each of some rows, in one walk over its bytes."""
    whole = column.cast(pa.large_string()).combine_chunks()
    found, start = blake2b(digest_size=32), 0
    for end in ends:
        part = whole.slice(start, end - start)
        found.update(_bytes_of(part))
        start = end
        yield found.hexdigest()


def _bytes_of(part: pa.Array) -> memoryview:
    """Give a column's bytes as they lie; what is null has none."""
    _, offsets, data = part.buffers()
    if not len(part) or data is None:
        return memoryview(b"")
    places = np.frombuffer(offsets, np.int64)[part.offset : part.offset + len(part) + 1]
    return memoryview(data)[places[0] : places[-1]]
