"""How one cell of a reconciliation's file is read: in SQL where it is plain, here where not.

Times, amounts and the words of a status. What a file has and how its rows are laid down is in
`ops/reconciling/sides.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from domain.clock import SECOND_NS
from domain.errors import InputRefused
from ops.lots.row import LAST_SECOND, Number, read_number, read_time

STATUSES = ("", "reverted", "pending", "reorged", "amended", "busted", "late")
_PLAIN = r"[+-]?[0-9]{1,78}([.][0-9]{0,78})?"
_CLOCK = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?"
_UTC, _AHEAD = r"(Z|[+]00:00)?", r"[+-](0[0-9]|1[0-4]):[0-5][0-9]"

_FAR_NS = 1 << 63


def is_odd(text: str) -> str:
    """Give SQL that asks whether a text is no plain decimal."""
    return f"not regexp_full_match({text}, '{_PLAIN}')"


def without_zeros(text: str) -> str:
    """Give SQL for a decimal without needless zeros, and a needless point, at its end.

    An amount with an exponent stays as it is: zeros at its end are the exponent's.
    """
    bare = f"rtrim({text}, '0')"
    whole = f"case when suffix({bare}, '.') then left({bare}, -1) else {bare} end"
    return (
        f"case when not contains({text}, '.') or contains(lower({text}), 'e') then {text} "
        f"else {whole} end"
    )


def written_time(text: str) -> str:
    """Give SQL for a time written as digits since 1970 or in ISO 8601; null for others."""
    digits = f"try_cast({text} as bigint)"
    bare = f"rtrim(replace({text}, '+00:00', 'Z'), 'Z')"
    return (
        f"case when regexp_full_match({text}, '[0-9]{{1,19}}') then {scaled_time(digits)} "
        f"when regexp_full_match({text}, '{_CLOCK}{_UTC}') then {_clock_ns(bare)} "
        f"when regexp_full_match({text}, '{_CLOCK}{_AHEAD}') "
        f"then {_clock_ns(f'left({text}, -6)')} - {_ahead_ns(text)} end"
    )


def _clock_ns(text: str) -> str:
    return f"epoch_ns(try_cast(replace({text}, 'T', ' ') as timestamp_ns))"


def _ahead_ns(text: str) -> str:
    """Give SQL for how far a written time, which ends like +01:30, is ahead of UTC."""
    size = f"(substr({text}, -5, 2)::bigint * 60 + right({text}, 2)::bigint) * {60 * SECOND_NS}"
    return f"(case when substr({text}, -6, 1) = '-' then -{size} else {size} end)"


def scaled_time(number: str) -> str:
    """Give SQL for nanoseconds from whichever unit puts the number before 2261, or null."""
    return (
        f"(case when {number} < 0 then null "
        f"when {number} < {LAST_SECOND} then {number} * {SECOND_NS} "
        f"when {number} < {LAST_SECOND}000 then {number} * 1000000 "
        f"when {number} < {LAST_SECOND}000000 then {number} * 1000 else {number} end)"
    )


def odd_time(text: str) -> int | None:
    """Read a time that SQL could not, in nanoseconds; None when nobody can."""
    try:
        ns = read_time(text.strip()).ns
    except InputRefused:
        return None
    return ns if -_FAR_NS <= ns < _FAR_NS else None


def wrong(cells: Sequence[object]) -> str:
    """Say what is wrong with a row SQL could not read; "" when it is only written unusually.

    Args:
        cells: Id, time in nanoseconds, asset, amount, fee, status and price.
    """
    id_, time_ns, asset, amount, fee, status, price = cells
    if not id_ or not asset:
        return f"give every row {'an id' if not id_ else 'an asset'}"
    if time_ns is None:
        return "write time as 2024-01-31T12:00:00Z or as a number since 1970"
    if status not in STATUSES:
        return f"write status as one of {', '.join(STATUSES[1:])}, or nothing"
    if amount in ("", None):
        return "give every row an amount"
    try:
        read_number(str(amount), "amount")
        read_number(str(fee), "fee")
        read_price(str(price or ""))
    except InputRefused as error:
        return f"{error.sentence}, not {error.context.get('got')}"
    return ""


def read_price(text: str) -> Fraction | None:
    """Read a price, a decimal or two with a stroke between them; None where nothing is stated.

    Raises:
        InputRefused: It is neither, or divided by 0.
    """
    if not text:
        return None
    over, _, under = text.partition("/")
    number, divisor = read_number(over.strip(), "price"), read_number(under.strip() or "1", "price")
    if not divisor.digits:
        raise InputRefused("write price with a divisor other than 0", got=text)
    return _ratio(number) / _ratio(divisor)


def _ratio(number: Number) -> Fraction:
    return Fraction(number.digits, 10**number.decimals)
