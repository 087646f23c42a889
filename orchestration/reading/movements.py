"""What moved besides legs, as one table: gas, transfers, transits, conversions, capital, the rest.

Each row keeps the domain's struct as its document, so that what is written is what is
read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from domain.home import DeskHome
from domain.settlement.outcome import (
    Conversion,
    ExternalFlow,
    GasPaid,
    Incident,
    InternalTransfer,
    Leg,
    LiquidityChange,
    Move,
    Revision,
    SettledExecution,
    Settlement,
    Transit,
    UnexplainedMovement,
)
from orchestration.resources.arrow import is_one_of, pc, where
from orchestration.resources.lake import Lake, struct_table

if TYPE_CHECKING:
    import pyarrow as pa

EXECUTIONS = "int_settlement__executions_settled"
LEGS = "int_settlement__legs_settled"
MOVEMENTS = "int_settlement__movements_settled"

KINDS: dict[str, type[msgspec.Struct]] = {
    "gas": GasPaid,
    "transfer": InternalTransfer,
    "conversion": Conversion,
    "flow": ExternalFlow,
    "unexplained": UnexplainedMovement,
    "incident": Incident,
    "revision": Revision,
    "liquidity": LiquidityChange,
    "transit": Transit,
}


_PLACES = {
    "gas": "gas", "transfer": "transfers", "conversion": "conversions", "flow": "flows",
    "unexplained": "unexplained", "incident": "incidents", "revision": "revisions",
    "liquidity": "liquidity", "transit": "transits",
}  # fmt: skip
"""Where each kind has its place in a settlement."""
BOOKED_BY_SUBJECT = ("gas", "revision")
"""Kinds whose entries name a transaction or a leg; those of others name the movement itself."""


class Movement(msgspec.Struct, frozen=True):
    """One movement of ours that is not a leg; `whole` is the domain's struct as JSON.

    Args:
        movement: A key of `KINDS`, or ``unknown``.
        units: Signed, received by `account`; of several moves in one, the first: see `whole`.
        subject: Transaction hash, flow id, or what the source calls it.
    """

    movement_id: str
    movement: str
    execution_id: str
    opportunity_id: str
    strategy: str
    venue: str
    account: str
    asset: str
    units: int
    subject: str
    evidence: str
    at_ns: int
    whole: str


TABLES: dict[str, type[msgspec.Struct]] = {
    EXECUTIONS: SettledExecution,
    LEGS: Leg,
    MOVEMENTS: Movement,
}
KEYS = {
    EXECUTIONS: ("execution_id",),
    LEGS: ("at_ns", "leg_id"),
    MOVEMENTS: ("movement", "at_ns", "movement_id", "subject"),
}
"""What names a row of each table, and orders them, whatever was settled first."""
SUBJECTS = {LEGS: ("leg_id",), MOVEMENTS: ("movement", "movement_id", "subject")}
"""Columns that say what a row is booked as."""


def save_settlement(home: DeskHome, day: str, settlement: Settlement) -> None:
    """Write a settlement as its three tables."""
    for table, items in rows_of(settlement).items():
        Lake(home).put(table, day, in_order(table, struct_table(TABLES[table], items)))


def rows_of(settlement: Settlement) -> dict[str, Sequence[msgspec.Struct]]:
    """Give the rows of each of the three tables."""
    return {
        EXECUTIONS: settlement.executions,
        LEGS: settlement.legs,
        MOVEMENTS: list(_movements(settlement)),
    }


def in_order(table: str, rows: pa.Table) -> pa.Table:
    """Put rows of one of the three tables in their order."""
    return rows.sort_by([(name, "ascending") for name in KEYS[table]])


def load_settlement(
    home: DeskHome, day: str, booked_as: Collection[str] | None = None
) -> Settlement:
    """Read a settlement back as it was written, or what of it is booked as some subjects."""
    lake = Lake(home)
    return settlement_of(
        lake.load(EXECUTIONS, day, SettledExecution) if booked_as is None else (),
        _loaded(lake, LEGS, day, booked_as),
        _loaded(lake, MOVEMENTS, day, booked_as),
    )


def settlement_of(
    executions: Iterable[SettledExecution], legs: Iterable[Leg], movements: Iterable[Movement]
) -> Settlement:
    """Arrange rows of the three tables as the settlement they were written from."""
    found: defaultdict[str, list[msgspec.Struct]] = defaultdict(list)
    unknown: list[str] = []
    for row in movements:
        if row.movement == "unknown":
            unknown.append(row.subject)
        else:
            found[row.movement].append(msgspec.json.decode(row.whole, type=KINDS[row.movement]))
    places: dict[str, Any] = {place: tuple(found[kind]) for kind, place in _PLACES.items()}
    return Settlement(
        executions=tuple(executions), legs=tuple(legs), unknown=tuple(unknown), **places
    )


def _loaded(lake: Lake, table: str, day: str, booked_as: Collection[str] | None) -> list[Any]:
    if booked_as is None:
        return lake.load(table, day, TABLES[table])
    rows = lake.table(table, day, [*SUBJECTS[table], "document"])
    if rows is None:
        return []
    chosen = where(rows, is_one_of(subjects_in(table, rows), booked_as))
    decode = msgspec.json.Decoder(TABLES[table]).decode
    return [decode(document) for document in chosen["document"].to_pylist()]


def subjects_in(table: str, rows: pa.Table) -> pa.ChunkedArray:
    """Name what each leg or movement is booked as: the subject of its entries."""
    if table == LEGS:
        return rows["leg_id"]
    is_named = is_one_of(rows["movement"], BOOKED_BY_SUBJECT)
    return pc.if_else(is_named, rows["subject"], rows["movement_id"])


def load_unexplained(home: DeskHome, day: str) -> list[UnexplainedMovement]:
    """Read back what moved and nobody meant, without the rest of the settlement."""
    rows = Lake(home).table(MOVEMENTS, day, ["movement", "whole"])
    if rows is None:
        return []
    wholes = where(rows, is_one_of(rows["movement"], ["unexplained"]))["whole"].to_pylist()
    return [msgspec.json.decode(whole, type=UnexplainedMovement) for whole in wholes]


def _movements(settlement: Settlement) -> Iterator[Movement]:
    yield from (_gas(item) for item in settlement.gas)
    yield from (_transfer(item) for item in settlement.transfers)
    yield from (_conversion(item) for item in settlement.conversions)
    yield from (_flow(item) for item in settlement.flows)
    yield from (_unexplained(item) for item in settlement.unexplained)
    yield from (_incident(item) for item in settlement.incidents)
    yield from (_revision(item) for item in settlement.revisions)
    yield from (_liquidity(item) for item in settlement.liquidity)
    yield from (_transit(item) for item in settlement.transits)
    yield from (_movement("unknown", name, subject=name) for name in settlement.unknown)


def _gas(item: GasPaid) -> Movement:
    return _movement(
        "gas",
        f"gas:{item.tx_hash}",
        item,
        venue="+".join(item.venues),
        units=-item.fee_wei,
        subject=item.tx_hash,
        evidence=f"{item.block_number}:{item.tx_hash}",
    )


def _transfer(item: InternalTransfer) -> Movement:
    return _movement(
        "transfer", item.transfer_id, item, account=item.recipient, subject=item.sender
    )


def _conversion(item: Conversion) -> Movement:
    return _movement(
        "conversion", item.conversion_id, item, asset=item.to_asset, subject=item.from_asset
    )


def _flow(item: ExternalFlow) -> Movement:
    return _movement("flow", item.flow_id, item, subject=item.kind)


def _unexplained(item: UnexplainedMovement) -> Movement:
    return _movement("unexplained", item.movement_id, item, subject=item.counterparty)


def _incident(item: Incident) -> Movement:
    units = item.units - item.fee_units
    return _movement("incident", item.incident_id, item, units=units, subject=item.kind)


def _revision(item: Revision) -> Movement:
    first = (*item.moves, *item.fees)[0]
    return _movement("revision", item.revision_id, item, **_of_move(first), subject=item.leg_id)


def _liquidity(item: LiquidityChange) -> Movement:
    first = item.moves[0]
    return _movement("liquidity", item.change_id, item, **_of_move(first), subject="shares")


def _transit(item: Transit) -> Movement:
    own = next(move for move in item.moves if move.account == item.account)
    return _movement("transit", item.transit_id, item, **_of_move(own), subject=item.kind)


def _of_move(move: Move) -> dict[str, str | int]:
    return {"account": move.account, "asset": move.asset, "units": move.units}


def _movement(
    movement: str, movement_id: str, item: msgspec.Struct | None = None, **fields: str | int
) -> Movement:
    """Write a row: what `fields` say, else what the item calls so itself, else blank."""
    blank: dict[str, str | int] = {
        "execution_id": "",
        "opportunity_id": "",
        "strategy": "desk",
        "venue": "",
        "account": "",
        "asset": "",
        "units": 0,
        "subject": "",
        "evidence": "",
        "at_ns": 0,
    }
    shared = {name: getattr(item, name) for name in blank if hasattr(item, name)}
    whole = msgspec.json.encode(item).decode() if item else ""
    named = {"movement_id": movement_id, "movement": movement, "whole": whole}
    return msgspec.convert(blank | shared | fields | named, type=Movement)
