"""Following one number of the close to what it is made of.

A row, one asset's cell of it, a position or an opportunity leads to its entries, they to fills and
receipts, and those to the opportunity and to the journal records by their sequence. Reads what the
books wrote and looked at; writes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from domain.errors import InputRefused
from domain.home import DeskHome
from domain.ledger.balances import Position
from domain.ledger.types import Entry
from domain.pnl.explain import explain as follow
from domain.pnl.explain import explain_opportunity, explain_position
from domain.pnl.performance import Compared
from domain.pnl.types import Attribution
from orchestration.closing.close import evidence_of
from orchestration.day import ATTRIBUTION, COMPARED, ENTRIES, POSITIONS, Day
from orchestration.resources.lake import Lake


def explain(home: DeskHome, row_id: str, day: str = "") -> dict[str, Any]:
    """Follow one number to its entries, fills, receipts, opportunities and journal records.

    Args:
        home: The desk.
        row_id: ``<day>/<strategy>/<venue>/<cause>``, as the close prints it, and perhaps
            ``/<asset>``; ``<day>/position/<account>/<asset>``; ``<day>/opportunity/<id>``.
        day: The day, when the row's name does not say it.

    Raises:
        InputRefused: The day was not closed, or has no such number; the sentence lists what it has.
    """
    name = day or row_id.split("/", 1)[0]
    attributions = Lake(home).load(ATTRIBUTION, name, Attribution)
    if not attributions:
        raise InputRefused("close this day first", day=name)
    settled = Day(home, name)
    stage(settled)
    _, _, rest = row_id.partition("/")
    kind, _, key = rest.partition("/")
    if kind == "position":
        tree = _position(settled, key)
    elif kind == "opportunity":
        tree = _opportunity(settled, key)
    else:
        from orchestration.assets.pnl import attribution_input

        tree = follow(row_id, attributions[0], attribution_input(settled), evidence_of(settled))
    return tree | {"journal": _journal_of(settled, tree)}


def _position(day: Day, key: str) -> dict[str, Any]:
    held = {f"{p.account}/{p.asset}": p for p in day.lake.load(POSITIONS, day.name, Position)}
    if key not in held:
        raise InputRefused("name a position of this day", got=key, positions=", ".join(held))
    entries = day.lake.load(ENTRIES, day.name, Entry)
    return explain_position(held[key], entries, evidence_of(day), day.span_ns)


def _opportunity(day: Day, key: str) -> dict[str, Any]:
    found = {one.opportunity_id: one for one in day.lake.load(COMPARED, day.name, Compared)}
    if key not in found:
        raise InputRefused("name an opportunity of this day", got=key, found=len(found))
    entries = day.lake.load(ENTRIES, day.name, Entry)
    return explain_opportunity(found[key], entries, evidence_of(day))


def stage(day: Day) -> None:
    """Stage a closed day again if another one was staged after it."""
    from orchestration.assets.transforms import BEFORE_SETTLEMENT
    from orchestration.resources.dbt_run import run_dbt

    if [row["day"] for row in day.staged("stg_chain__anchors")] != [day.name]:
        run_dbt(day.home, day.name, BEFORE_SETTLEMENT, command="run")


def _journal_of(day: Day, tree: dict[str, Any]) -> dict[str, list[int]]:
    """List, for each opportunity the row stands on, the journal's sequence numbers about it."""
    seqs: defaultdict[str, list[int]] = defaultdict(list)
    for row in day.staged("stg_journal__facts"):
        seqs[row["correlation_id"]].append(row["seq"])
    return {one: sorted(seqs[one]) for one in sorted(_opportunities(tree)) if one in seqs}


def _opportunities(tree: Any) -> set[str]:  # noqa: ANN401 (a tree of JSON)
    if isinstance(tree, dict):
        named = {tree[key] for key in ("opportunity_id", "correlation_id") if tree.get(key)}
        return named.union(*map(_opportunities, tree.values()))
    if isinstance(tree, list | tuple):
        return set().union(*map(_opportunities, tree))
    return set()
