"""The words of a reconciliation's rules file: what each is called by the domain, and may hold.

A value of another kind is refused, not bent: a name where a list belongs would be its letters, and
any text would be true. How the values become rules is in `ops/reconciling/rules.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from domain.errors import InputRefused
from ops.lots.row import read_number


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


AMOUNTS = {"tolerance": "tolerance_units", "budget": "budget_units", "dust": "dust_units"}
COUNTS = _same("tolerance_ppm", "transfer_tax_bps")
SPANS = {
    "window_after_s": "window_after_ns",
    "window_before_s": "window_before_ns",
    "margin_s": "margin_ns",
    "near_s": "near_ns",
    "far_s": "far_ns",
    "settle_lag_s": "settle_lag_ns",
}
LISTS = _same(
    "native_assets", "own_accounts", "orphaned_blocks", "failed_accounts", "shared_accounts"
)
INSTANTS = {"left_until": "left_until_ns", "right_until": "right_until_ns"}
NUMBERS = _same("bias_odds", "max_block", "max_parts")
FLAGS = _same("fee_in_amount", "keys_only")
_OTHERS = ("margin", "underlying", "migrations", "fx_rates")
KNOWN = {*AMOUNTS, *COUNTS, *SPANS, *LISTS, *INSTANTS, *NUMBERS, *FLAGS, *_OTHERS}


def refuse_misstated(name: str, value: object) -> None:
    """Refuse a rule whose value is not what its word holds.

    Raises:
        InputRefused: It is not; the sentence says what it holds.
    """
    for names, is_one, what in _HOLDS:
        if name in names and not is_one(value):
            raise InputRefused(f"write the rule {name} as {what}", got=str(value)[:60])


def _is_amount(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return False
    try:
        return read_number(str(value), "an amount").digits >= 0
    except InputRefused:
        return False


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> bool:
    return _is_count(value) and value != 0


def _is_ratio(value: object) -> bool:
    """Ask whether a value is a number above 0, or two with a stroke between them."""
    return _ratio(value) > 0


def _is_span(value: object) -> bool:
    return _ratio(value) >= 0


def _ratio(value: object) -> Fraction:
    """Read a ratio; what is none is below 0, where no ratio of ours is."""
    try:
        return Fraction(-1) if isinstance(value, bool) else Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return Fraction(-1)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_migration(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    stated: dict[object, object] = {"numerator": 1, "denominator": 1, **value}
    return (
        set(stated) == {"asset", "numerator", "denominator"}
        and _is_text(stated["asset"])
        and all(_is_number(stated[part]) for part in ("numerator", "denominator"))
    )


_Asked = Callable[[Any], bool]


def _table_of(is_one: _Asked) -> _Asked:
    return lambda value: isinstance(value, dict) and all(map(is_one, value.values()))


def _list_of(is_one: _Asked) -> _Asked:
    return lambda value: isinstance(value, list) and all(map(is_one, value))


_HOLDS: tuple[tuple[Any, _Asked, str], ...] = (
    (AMOUNTS, _table_of(_is_amount), "amounts of at least 0, as text, by asset"),
    (COUNTS, _table_of(_is_count), "whole numbers of at least 0 by asset"),
    (SPANS, _is_span, "seconds, at least 0"),
    (LISTS, _list_of(_is_text), "a list of names"),
    (INSTANTS, lambda value: isinstance(value, int | str), "a time"),
    (NUMBERS, _is_number, "a whole number of at least 1"),
    (FLAGS, lambda value: isinstance(value, bool), "true or false"),
    (("margin",), _is_amount, "an amount of at least 0, as text"),
    (("underlying",), _table_of(_is_text), "the asset that each wraps, by asset"),
    (("migrations",), _table_of(_is_migration), "asset, numerator and denominator by old asset"),
    (("fx_rates",), _list_of(_is_ratio), "a list of rates above 0"),
)
