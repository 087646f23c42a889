"""Whether a comparison proves anything: its two sides may not stem from one and the same source.

Lineage is a graph of tables. A source is a table that nothing in the graph is computed into; the
instant or block at which everything is read is not one, for both sides have to share it. Two copies
of one statement agree whatever they say, so a comparison of them is invalid, not passed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec


class Sides(msgspec.Struct, frozen=True):
    """What one comparison holds against what.

    Args:
        name: What is compared, for people.
        internal: Tables that say what we believe.
        external: Tables that say what the outside does.
    """

    name: str
    internal: tuple[str, ...]
    external: tuple[str, ...]


def sources_of(
    tables: Iterable[str], parents: Mapping[str, Collection[str]], shared_by_design: Collection[str]
) -> set[str]:
    """Follow tables up to the sources they stem from.

    Args:
        tables: Where to begin.
        parents: Table -> what it is computed from; a table that is not in it has no parents.
        shared_by_design: Anchors: neither sources nor ways to one.
    """
    found: set[str] = set()
    seen: set[str] = set(shared_by_design)
    waiting = list(tables)
    while waiting:
        table = waiting.pop()
        if table in seen:
            continue
        seen.add(table)
        above = set(parents.get(table, ())) - set(shared_by_design)
        waiting += above
        if not above:
            found.add(table)
    return found


def shared_sources(
    sides: Sides, parents: Mapping[str, Collection[str]], shared_by_design: Collection[str] = ()
) -> list[str]:
    """Name the sources both sides stem from; the comparison is invalid unless there are none."""
    internal = sources_of(sides.internal, parents, shared_by_design)
    return sorted(internal & sources_of(sides.external, parents, shared_by_design))


def unwired(sides: Sides, table: str, parents: Mapping[str, Collection[str]]) -> list[str]:
    """Name the tables of a comparison that the graph does not know as inputs of its result.

    A side that is read without being declared would escape :func:`shared_sources`.
    """
    return sorted({*sides.internal, *sides.external} - set(parents.get(table, ())))
