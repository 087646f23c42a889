"""Reading what a client wrote in Kraken's words, strictly: forms, orders, pages. Pure.

What does not parse is refused with the error Kraken gives, before anything happens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import parse_qsl

import orjson

from domain.errors import InputRefused, Refused
from domain.money import exact_units
from rehearsal.exchange import terms
from rehearsal.exchange.commands import Place
from rehearsal.exchange.kraken_form import SYMBOL_NAMES

Form = Mapping[str, str]

_CL_ORD_ID = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\x21-\x7e]{1,18}", re.IGNORECASE
)
"""Long UUID, short UUID, or up to 18 printable characters: Kraken's three forms."""

_PLAIN_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
"""No sign, no exponent, and no more digits than any real order has."""


class EapiRefused(Refused):
    """The request is refused with one of Kraken's error strings.

    Args:
        error: As in the ``error`` list of the answer.
    """

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


def form_of(body: bytes, content_type: str) -> dict[str, str]:
    """Read a request body, form-encoded or JSON.

    Raises:
        EapiRefused: It is neither.
    """
    try:
        if content_type.startswith("application/json"):
            pairs = orjson.loads(body or b"{}").items()
        else:
            pairs = parse_qsl(body.decode(), keep_blank_values=True)
    except (ValueError, AttributeError) as error:
        raise EapiRefused("EGeneral:Invalid arguments") from error
    return {str(key): str(value) for key, value in pairs}


def flag(form: Form, name: str) -> bool:
    """Read a yes or no; absent is no."""
    return form.get(name, "").lower() == "true"


def place_of(form: Form, account: str) -> Place:
    """Read an AddOrder request.

    Raises:
        EapiRefused: An argument is absent, malformed or asks for what this exchange does not do.
    """
    pair(form)
    flags = set(filter(None, form.get("oflags", "").split(",")))
    kind = _one_of(form, "ordertype", {"limit", "market"})
    return Place(
        account=account,
        side=_one_of(form, "type", {"buy", "sell"}),
        kind=kind,
        lots=_scaled(form, "volume", terms.LOT_DECIMALS),
        price_ticks=_scaled(form, "price", terms.PRICE_DECIMALS) if kind == "limit" else 0,
        time_in_force=_one_of({"timeinforce": "GTC", **form}, "timeinforce", {"GTC", "IOC"}),
        is_post_only="post" in _known_flags(flags, kind),
        cl_ord_id=_cl_ord_id(form),
        userref=_userref(form),
    )


def pair(form: Form) -> str:
    """Read which pair is meant; there is one.

    Raises:
        EapiRefused: It is another.
    """
    if form.get("pair") not in SYMBOL_NAMES:
        raise EapiRefused("EQuery:Unknown asset pair")
    return form["pair"]


def integer(form: Form, name: str, default: int) -> int:
    """Read a whole number that is not negative.

    Raises:
        EapiRefused: It is something else.
    """
    text = form.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()):
        raise EapiRefused(f"EGeneral:Invalid arguments:{name}")
    return int(text)


def instant_us(form: Form, name: str) -> int | None:
    """Read a bound written as seconds, with or without a fraction; None when there is none.

    Raises:
        EapiRefused: It is something else.
    """
    text = form.get(name, "")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,12})?", text):
        raise EapiRefused(f"EGeneral:Invalid arguments:{name}")
    return int(Decimal(text) * 1_000_000)


def _one_of(form: Form, name: str, known: set[str]) -> str:
    if form.get(name) not in known:
        raise EapiRefused(f"EGeneral:Invalid arguments:{name}")
    return form[name]


def _known_flags(flags: set[str], kind: str) -> set[str]:
    if flags - {"post", "fciq", "nompp"} or (kind == "market" and "post" in flags):
        raise EapiRefused("EGeneral:Invalid arguments:oflags")
    return flags


def _scaled(form: Form, name: str, decimals: int) -> int:
    text = form.get(name, "")
    if not _PLAIN_NUMBER.fullmatch(text):
        raise EapiRefused(f"EGeneral:Invalid arguments:{name}")
    try:
        units = exact_units(text, decimals)
    except InputRefused as error:
        raise EapiRefused(f"EGeneral:Invalid arguments:{name}") from error
    if units == 0:
        raise EapiRefused(f"EGeneral:Invalid arguments:{name}")
    return units


def _cl_ord_id(form: Form) -> str:
    text = form.get("cl_ord_id", "")
    if text and not _CL_ORD_ID.fullmatch(text):
        raise EapiRefused("EGeneral:Invalid arguments:cl_ord_id")
    if text and form.get("userref"):
        raise EapiRefused("EGeneral:Invalid arguments:cl_ord_id and userref")
    return text


def _userref(form: Form) -> int:
    text = form.get("userref", "") or "0"
    if not re.fullmatch(r"-?[0-9]{1,10}", text):
        raise EapiRefused("EGeneral:Invalid arguments:userref")
    return int(text)
