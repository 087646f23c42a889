"""Our pool maths held against recorded answers of the contracts: equal to the unit, or not.

Every question of a file is put to the snapshot its state describes. An answer is equal, or both
sides revert (and name the same code, where both name one), or it is different; there is no
tolerance. What files look like is in :mod:`.pool_file` and :mod:`.swap_vectors`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from domain.amm.curve_stableswap import StableSwap
from domain.amm.pool import Pool, Reverts, attempted, quote_in, quote_out
from domain.amm.uniswap_v3 import UniswapV3
from domain.errors import InputRefused
from ops.exact_json import read_json
from ops.json_fields import Fields
from ops.market.pool_file import Quote, StatedPool, stated_pool
from ops.market.swap_vectors import Asked, Question, read_vectors

_CODE = re.compile(r"revert (\w+)$|\((\w+)\)$")


@dataclass(frozen=True, slots=True)
class Checked:
    """How a pool's answers compare.

    Args:
        checked: Questions put; the other three add up to it.
        equal: Amounts equal to the unit.
        reverts_ok: Reverts on both sides.
        differences: One sentence for each other answer.
        refused: Why nothing was asked of it; empty when it was.
    """

    name: str
    kind: str
    checked: int
    equal: int
    reverts_ok: int
    differences: tuple[str, ...]
    refused: str = ""

    def row(self) -> dict[str, Any]:
        """Write it as the report's JSON has it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "checked": self.checked,
            "equal": self.equal,
            "different": len(self.differences),
            "reverts_ok": self.reverts_ok,
        } | ({"refused": self.refused} if self.refused else {})


def check_file(path: Path) -> list[Checked]:
    """Hold our maths against every answer in a file.

    A pool that cannot be read is reported as refused, and the others are checked.

    Raises:
        InputRefused: The file is malformed or of no known form, or not one of its pools can be
            read.
    """
    whole = Fields(read_json(path), path.name)
    asked = read_vectors(whole)
    if asked is not None:
        return [checked(pool) for pool in asked]
    if not whole.has("pools"):
        raise InputRefused(
            "this file holds neither pools nor recorded swaps; see the command's help",
            file=path.name,
        )
    return _checked_pools(whole.field("pools").items())


def _checked_pools(entries: list[Fields]) -> list[Checked]:
    found: list[Checked] = []
    first: InputRefused | None = None
    for entry in entries:
        try:
            found.append(checked(_asked(stated_pool(entry))))
        except InputRefused as refusal:
            first = first or refusal
            found.append(
                Checked(_called(entry, "name"), _called(entry, "kind"), 0, 0, 0, (), str(refusal))
            )
    if first is not None and all(pool.refused for pool in found):
        raise first
    return found


def _called(entry: Fields, name: str) -> str:
    """Name a pool that cannot be read, as far as that can be read."""
    return str(entry.field(name).value) if entry.has(name) else ""


def checked(pool: Asked) -> Checked:
    """Put every question about one pool and count the answers."""
    judged = [_judged(question) for question in pool.questions]
    differences = tuple(difference for difference, _ in judged if difference)
    reverts = sum(is_revert for _, is_revert in judged)
    return Checked(
        name=pool.name,
        kind=pool.kind,
        checked=len(judged),
        equal=len(judged) - reverts - len(differences),
        reverts_ok=reverts,
        differences=differences,
    )


def _asked(stated: StatedPool) -> Asked:
    return Asked(stated.name, stated.kind, tuple(_questions(stated.pool, stated.quotes)))


def _questions(pool: Pool, quotes: Iterable[Quote]) -> Iterable[Question]:
    for quote in quotes:
        expected = Reverts("recorded") if quote.value is None else quote.value
        yield Question(quote.key, expected, partial(_answer, pool, quote))


def _answer(pool: Pool, quote: Quote) -> int | Reverts:
    """Ask the snapshot what the contract was asked, by the function it was asked with."""
    sold, bought, units = quote.sold, quote.bought, quote.units
    if quote.function == "get_dy" and isinstance(pool, StableSwap):
        return attempted(lambda: pool.get_dy(sold, bought, units))
    if quote.is_exact_input:
        return quote_in(pool, sold, bought, units)
    if isinstance(pool, UniswapV3) and quote.value is None:
        return _whole_output(pool, quote)
    return quote_out(pool, sold, bought, units)


def _whole_output(pool: UniswapV3, quote: Quote) -> int | Reverts:
    """Ask V3 for all of an output: its quoter refuses a part, unless it was given a price limit."""
    done = attempted(lambda: pool.swapped(quote.sold, quote.bought, -quote.units))
    if isinstance(done, Reverts):
        return done
    return done.in_units if done.out_units == quote.units else Reverts("it pays only a part")


def _judged(question: Question) -> tuple[str, bool]:
    """Compare: the sentence of a difference or nothing, and whether both sides reverted."""
    expected, answered = question.expected, question.ask()
    if isinstance(expected, Reverts) and isinstance(answered, Reverts):
        if _may_be_one(expected, answered):
            return "", True
    elif expected == answered:
        return "", False
    return f"{question.key}: the contract said {_said(expected)}, we say {_said(answered)}", False


def _may_be_one(expected: Reverts, answered: Reverts) -> bool:
    codes = [_CODE.search(side.reason) for side in (expected, answered)]
    named = {code.group(1) or code.group(2) for code in codes if code}
    return len(named) <= 1


def _said(answer: object) -> str:
    return f"revert: {answer.reason}" if isinstance(answer, Reverts) else str(answer)
