"""What of an earlier look may be kept: state that says what it was made of, or nothing.

A tick computes what is new and keeps the rest. What it keeps stands in a file beside the results,
written after them, with a seal: of the code, the reference data, the results and the kept rows
themselves. A seal that is not the present one (other code, another card, a result that a crash left
half-written, anything somebody changed) makes the tick compute everything, which is always right
and never depends on what was kept. Nobody else reads these files, so they are columns as Arrow has
them in memory: half the price of Parquet, which pays where little is read of much.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import blake2b, sha256
from pathlib import Path
from typing import TYPE_CHECKING

import domain
import journal
import orchestration
from domain.home import DeskHome
from orchestration.resources.dbt_manifest import PROJECT
from orchestration.resources.lake import Lake, write_bytes

if TYPE_CHECKING:
    import pyarrow as pa

_SEAL_BYTES = 64
"""Of the file's first line; what follows is aligned as Arrow wants it."""


@cache
def rules_digest() -> str:
    """Digest everything that decides what a result says: our code, and who writes its bytes."""
    import msgspec
    import pyarrow as pa

    found = sha256(f"{pa.__version__} {msgspec.__version__}".encode())
    rooms = [(Path(next(iter(room.__path__))), "*.py") for room in (domain, journal, orchestration)]
    for root, names in (*rooms, (PROJECT / "models", "*.sql"), (PROJECT / "macros", "*.sql")):
        for path in sorted(root.rglob(names)):
            found.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def seal_of(home: DeskHome, day: str, results: Iterable[str], *others: object) -> str:
    """Digest what kept state depends on besides the facts it lists.

    Args:
        home: The desk.
        day: Whose results.
        results: Tables the state is about.
        others: Whatever else decides, by its text.
    """
    found = sha256("\x1f".join([rules_digest(), day, *map(str, others)]).encode())
    found.update(home.card.read_bytes())
    lake = Lake(home)
    for table in results:
        for path in lake.parts(table, day):
            found.update(f"{table}/{path.name}".encode() + blake2b(path.read_bytes()).digest())
    return found.hexdigest()


def kept_path(home: DeskHome, table: str, day: str) -> Path:
    """Name the file of a day's kept state."""
    return Lake(home).folder(table, day) / "state.arrow"


def keep(home: DeskHome, table: str, day: str, state: pa.Table, seal: str) -> None:
    """Write kept state with its seal, in one step."""
    import pyarrow as pa

    written = pa.BufferOutputStream()
    packed = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(written, state.schema, options=packed) as file:
        file.write_table(state.combine_chunks())
    content = written.getvalue()
    write_bytes(kept_path(home, table, day), _sealed(seal, content) + memoryview(content))


def kept(home: DeskHome, table: str, day: str, seal: str) -> pa.Table | None:
    """Read kept state if it has this seal; None when everything has to be computed."""
    import pyarrow as pa

    path = kept_path(home, table, day)
    found = memoryview(path.read_bytes() if path.exists() else b"")
    content = found[_SEAL_BYTES:]
    if found[:_SEAL_BYTES] != _sealed(seal, content):
        return None
    return pa.ipc.open_file(pa.py_buffer(content)).read_all()


def _sealed(seal: str, content: object) -> bytes:
    digest = blake2b(content, digest_size=_SEAL_BYTES // 2)  # type: ignore[arg-type]
    digest.update(seal.encode())
    return digest.hexdigest().encode()
