"""A generated desk as files that anybody can read, and its truth beside them.

`left` and `right` are what reconciliation is given (CSV or Parquet, every value as text, amounts in
base units), `rules.json` what its reader may know, `lines` which event and leg each line belongs
to, and `truth.json` what was broken and what the true balances are. Rows stream: a desk may be
larger than memory.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import msgspec

from domain.clock import iso_utc
from domain.errors import InputRefused, StorageFailed
from domain.reconciliation.rules import Rules
from rehearsal.desks.desk import BrokenDesk
from rehearsal.desks.faults.hand import Fault, leg_of
from rehearsal.desks.lines import Event, Line
from rehearsal.desks.rows import rules_of
from rehearsal.desks.score import Truth

COLUMNS = (
    "id", "time", "account", "asset", "amount", "fee_asset", "fee", "ref",
    "order", "kind", "status", "block", "price",
)  # fmt: skip
LINE_COLUMNS = ("name", "event", "leg")
_BATCH = 50_000
"""Rows a Parquet row group; some twenty megabytes while it waits."""


class Sink(Protocol):
    """Where rows of text go."""

    def add(self, cells: Sequence[str]) -> None:
        """Write one row."""
        ...


class _Csv:
    def __init__(self, path: Path, columns: Sequence[str], stack: ExitStack) -> None:
        file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow(columns)

    def add(self, cells: Sequence[str]) -> None:
        self._writer.writerow(cells)


class _Parquet:
    def __init__(self, path: Path, columns: Sequence[str], stack: ExitStack) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._schema = pa.schema([(name, pa.string()) for name in columns])
        self._writer = stack.enter_context(pq.ParquetWriter(path, self._schema))
        self._waiting: list[Sequence[str]] = []
        stack.callback(self._flush)

    def add(self, cells: Sequence[str]) -> None:
        self._waiting.append(cells)
        if len(self._waiting) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        columns = list(zip(*self._waiting, strict=True)) or [[] for _ in self._schema]
        self._writer.write_table(pa.table(list(map(pa.array, columns)), schema=self._schema))
        self._waiting.clear()


SINKS = {"csv": _Csv, "parquet": _Parquet}


def write_desk(desk: BrokenDesk, folder: Path, form: str = "csv") -> dict[str, Any]:
    """Write a desk's two sides, its rules and its truth.

    Args:
        desk: Not yet read.
        folder: Made when absent; files of an earlier desk in it are replaced.
        form: ``csv`` or ``parquet``.

    Returns:
        What was written, in numbers.

    Raises:
        InputRefused: The desk has no event that bears some fault.
        StorageFailed: The folder cannot be written.
    """
    with _storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as place:  # a desk refused at its end leaves nothing
            counts = _write_lines(desk.events(), Path(place), form)
            _replace(folder, Path(place))
        (folder / "rules.json").write_text(json.dumps(stated(rules_of(desk.hand)), indent=1))
        (folder / "truth.json").write_text(json.dumps(_truth(desk), indent=1))
    return {"folder": str(folder), "form": form, **counts, "faults": len(desk.faults)}


def _replace(folder: Path, written: Path) -> None:
    """Put the lines of a desk in the place of an earlier one's, whatever form those had."""
    for name in ("left", "right", "lines"):
        for form in SINKS:
            (folder / f"{name}.{form}").unlink(missing_ok=True)
    for path in written.iterdir():
        path.replace(folder / path.name)


@contextmanager
def _storage_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"the desk cannot be written: {error.strerror}; make room or name another folder",
            folder=folder,
        ) from error


def _write_lines(events: Iterable[Event], folder: Path, form: str) -> dict[str, int]:
    counts = {"events": 0, "left": 0, "right": 0}
    with ExitStack() as stack:
        sides = {
            side: SINKS[form](folder / f"{side}.{form}", COLUMNS, stack)
            for side in ("left", "right")
        }
        lines = SINKS[form](folder / f"lines.{form}", LINE_COLUMNS, stack)
        for event in events:
            counts["events"] += 1
            for side, told in (("left", event.left), ("right", event.right)):
                counts[side] += len(told)
                for line in told:
                    sides[side].add(cells_of(line))
                    lines.add((f"{side}:{line.id}", str(event.number), leg_of(line)))
    return counts


def cells_of(line: Line) -> tuple[str, ...]:
    """Write one line as text."""
    return (
        line.id,
        iso_utc(line.time_ns),
        line.account,
        line.asset.name,
        str(line.units),
        line.fee_asset.name if line.fee_asset else "",
        str(line.fee_units) if line.fee_asset else "",
        line.ref,
        line.order,
        line.kind,
        line.status,
        line.block,
        "" if line.price is None else str(line.price),
    )


def stated(rules: Rules) -> dict[str, Any]:
    """State what a reader knows in the words of a rules file; amounts are base units as text."""
    return {
        "underlying": dict(rules.underlying),
        "migrations": {old: msgspec.to_builtins(new) for old, new in rules.migrations.items()},
        "native_assets": sorted(rules.native_assets),
        "transfer_tax_bps": dict(rules.transfer_tax_bps),
        "dust": {asset: str(units) for asset, units in rules.dust_units.items()},
        "own_accounts": sorted(rules.own_accounts),
        "orphaned_blocks": sorted(rules.orphaned_blocks),
        "failed_accounts": sorted(rules.failed_accounts),
        "shared_accounts": sorted(rules.shared_accounts),
        "left_until": iso_utc(rules.left_until_ns or 0),
        "right_until": iso_utc(rules.right_until_ns or 0),
        "fx_rates": [str(rate) for rate in rules.fx_rates],
    }


def _truth(desk: BrokenDesk) -> dict[str, Any]:
    return {
        "shape": msgspec.to_builtins(desk.shape),
        "faults": [_told(fault) for fault in desk.faults],
        "assets": {
            asset.name: {"decimals": asset.decimals, "price_e6": str(asset.price_e6)}
            for asset in desk.hand.catalog.assets()
        },
        "books": [
            {"account": account, "asset": asset.name, "units": str(units)}
            for account, asset, units in desk.books.balances()
        ],
    }


def _told(fault: Fault) -> dict[str, Any]:
    money = {asset: str(units) for asset, units in fault.money.items()}
    return msgspec.to_builtins(fault) | {"money": money}


def read_truth(folder: Path) -> Truth:
    """Read what a desk's report is held against.

    Raises:
        InputRefused: The folder holds no desk that was written here.
    """
    try:
        said = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        faults = [_fault(one) for one in said["faults"]]
        prices = {
            name: Fraction(int(one["price_e6"]), 10 ** one["decimals"])
            for name, one in said["assets"].items()
        }
        partners = {name: (int(event), leg) for name, event, leg in _lines(folder)}
    except (OSError, ValueError, KeyError, TypeError, msgspec.ValidationError) as error:
        raise InputRefused(
            f"give a folder that `rehearse desk` wrote: {error}", folder=folder
        ) from error
    return Truth(faults, partners, prices)


def _fault(said: dict[str, Any]) -> Fault:
    money = {asset: int(units) for asset, units in said["money"].items()}
    return msgspec.convert(said | {"money": money}, Fault)


def _lines(folder: Path) -> Iterator[Sequence[str]]:
    path = folder / "lines.parquet"
    if path.exists():
        import pyarrow.parquet as pq

        for batch in pq.ParquetFile(path).iter_batches():
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
        return
    with (folder / "lines.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        yield from reader
