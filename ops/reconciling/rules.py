"""The rules file of a reconciliation: JSON whose amounts are text, read at the files' scale.

Which rules there are and what they mean is in `domain/reconciliation/rules.py`; names here are the
same without the unit they end in. A word nobody knows is refused: a misspelt tolerance would be
none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from domain.clock import SECOND_NS
from domain.errors import InputRefused
from domain.reconciliation.rules import Migration, Rules
from ops.lots.row import read_number, read_time
from ops.reconciling.words import (
    AMOUNTS,
    COUNTS,
    FLAGS,
    INSTANTS,
    KNOWN,
    LISTS,
    NUMBERS,
    SPANS,
    refuse_misstated,
)


class StatedRules:
    """What a rules file states, before the scale of the amounts is known.

    Args:
        stated: The parsed file.

    Raises:
        InputRefused: It has a word nobody knows.
    """

    def __init__(self, stated: Mapping[str, Any]) -> None:
        unknown = sorted(set(stated) - KNOWN)
        if unknown:
            raise InputRefused(f"remove or correct the rules {', '.join(unknown)}")
        for name, value in stated.items():
            refuse_misstated(name, value)
        self._stated = stated
        self.decimals = max((_places(text) for text in self._amounts()), default=0)
        self.rules_at(self.decimals)

    @staticmethod
    def read(path: Path) -> StatedRules:
        """Read a rules file.

        Raises:
            InputRefused: It is absent, not a JSON object, or states what nobody understands.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
            stated = json.loads(text, parse_float=str, object_pairs_hook=_once)
        except (OSError, ValueError) as error:
            raise InputRefused("give the rules as a readable JSON file", file=path) from error
        if not isinstance(stated, dict):
            raise InputRefused("write the rules as one JSON object", file=path)
        try:
            return StatedRules(stated)
        except InputRefused as error:
            raise InputRefused(error.sentence, file=path, **error.context) from error

    def _amounts(self) -> list[str]:
        found = [str(text) for name in AMOUNTS for text in self._stated.get(name, {}).values()]
        return [*found, str(self._stated.get("margin", 0))]

    def rules_at(self, decimals: int) -> Rules:
        """Give the rules with amounts as integers of a scale, which may cut none of them."""
        scale = max(decimals, self.decimals)

        def units(text: object) -> int:
            return read_number(str(text), "an amount").at(scale)

        def by_asset(table: Mapping[str, object]) -> dict[str, int]:
            return {asset: units(text) for asset, text in table.items()}

        readers: list[tuple[Mapping[str, str], Callable[[Any], Any]]] = [
            (AMOUNTS, by_asset),
            (COUNTS, lambda table: {asset: int(count) for asset, count in table.items()}),
            (SPANS, _span_ns),
            (LISTS, frozenset),
            (INSTANTS, lambda text: read_time(str(text)).ns),
            (NUMBERS, int),
            (FLAGS, bool),
            ({"underlying": "underlying"}, dict),
            ({"migrations": "migrations"}, _migrations),
            ({"fx_rates": "fx_rates"}, lambda rates: tuple(Fraction(str(rate)) for rate in rates)),
            ({"margin": "margin_units"}, units),
        ]
        found: dict[str, Any] = {"decimals": scale}
        for names, read in readers:
            stated = {to: self._stated[name] for name, to in names.items() if name in self._stated}
            found.update({to: read(value) for to, value in stated.items()})
        return Rules(**found)

    def is_plain(self) -> str:
        """Give SQL that says which rows a key alone may settle (`domain.reconciliation.exact`)."""
        rules = self.rules_at(0)
        held = [
            f"{column} not in ({', '.join(map(_quoted, sorted(names)))})"
            for column, names in (
                ("account", rules.shared_accounts),
                ("block", rules.orphaned_blocks),
            )
            if names
        ]
        return " and ".join(["status = ''", "kind <> 'balance'", *held])


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a word that is there twice, of which a parser would forget one."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InputRefused(f"state each rule once, not twice: {', '.join(twice)}")
    return found


def _places(text: str) -> int:
    return read_number(text, "an amount").decimals


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _span_ns(seconds: object) -> int:
    return int(Fraction(str(seconds)) * SECOND_NS)


def _migrations(stated: Mapping[str, Mapping[str, Any]]) -> dict[str, Migration]:
    return {
        old: Migration(new["asset"], int(new.get("numerator", 1)), int(new.get("denominator", 1)))
        for old, new in stated.items()
    }
