"""What Kraken's words mean: an order's state, and which refusals prove that nothing happened.

Pure translation of the dialect (`domain/venues/kraken.py` has what others share). Amounts are read
from the exchange's own text, never from a float that a client library made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_UP
from typing import Any, cast

from domain.errors import InputRefused, SchemaDrift
from domain.market.book import Fill, Rung
from domain.money import exact_units, to_units
from live.execution.answers import OrderAnswer
from live.execution.ports import Holding, Ladders

_PROOFS = (
    "EOrder:",
    "EGeneral:Invalid arguments",
    "EGeneral:Permission denied",
    "EAPI:",
    "EFunding:",
)
"""Error families in which Kraken says no before the matching engine saw the order."""

_E8 = 8
_CLOSED = {"closed", "canceled", "expired"}


def proves_refusal(message: str) -> bool:
    """Ask whether an error text proves that the exchange did not accept the order.

    ``EService:*``, ``EGeneral:Internal error``, HTTP 5xx, garbage and silence prove nothing; a
    duplicate client order id proves the opposite.

    Source:
        https://docs.kraken.com/api/docs/guides/spot-errors
    """
    return "uplicate" not in message and any(family in message for family in _PROOFS)


def read_order(
    order_id: str,
    info: Mapping[str, object],
    *,
    asked_base_units: int,
    base_decimals: int,
    quote_decimals: int,
) -> OrderAnswer:
    """Read one entry of QueryOrders, OpenOrders or ClosedOrders.

    Args:
        order_id: The exchange's own id.
        info: The entry as sent; amounts are text.
        asked_base_units: What we asked for; all of it filled is FILLED whatever the status says.
        base_decimals: Digits of the exchange's base asset.
        quote_decimals: Digits of its quote asset.

    Raises:
        SchemaDrift: A field is absent or is not a number.
    """
    try:
        status = str(info["status"])
        base = exact_units(str(info["vol_exec"]), base_decimals)
        quote = to_units(str(info["cost"]), quote_decimals, rounding=ROUND_DOWN)
        fee = to_units(str(info["fee"]), quote_decimals, rounding=ROUND_DOWN)
    except (KeyError, InputRefused) as error:
        raise SchemaDrift("an order of the exchange lacks what Kraken documents") from error
    return OrderAnswer(
        _status(status, base, asked_base_units), order_id, base, quote, fee, _reason(info, status)
    )


def read_holding(told: object, decimals: int) -> Holding:
    """Read one currency of BalanceEx; None, where it is not named, is held at 0.

    What is more than the asset's digits can say is not ours to spend: what orders keep is rounded
    up, and the whole down.

    Raises:
        SchemaDrift: It is not what Kraken documents; what it leaves out is unknown.
    """
    if told is None:
        return Holding(0, 0)
    try:
        words = cast("Mapping[str, object]", told)
        owned = to_units(str(words["balance"]), decimals, rounding=ROUND_DOWN)
        locked = to_units(str(words["hold_trade"]), decimals, rounding=ROUND_UP)
    except (KeyError, TypeError, AttributeError, InputRefused) as error:
        raise SchemaDrift("a balance of the exchange is no amount; ask again") from error
    return Holding(owned - locked, locked)


def read_book(answer: object, pair: str) -> Ladders:
    """Read an answer of Depth.

    Raises:
        SchemaDrift: It is none.
    """
    try:
        found = cast("Any", answer)["result"][pair]
        return Ladders(_rungs(found["bids"]), _rungs(found["asks"]))
    except (KeyError, TypeError, ValueError, InputRefused) as error:
        raise SchemaDrift("this is no book of the exchange; ask again", pair=pair) from error


def read_trades(answer: object, pair: str) -> list[Fill]:
    """Read an answer of Trades.

    Raises:
        SchemaDrift: It is none.
    """
    try:
        rows = _rungs(cast("Any", answer)["result"][pair])
    except (KeyError, TypeError, ValueError, InputRefused) as error:
        raise SchemaDrift("these are no trades of the exchange; ask again", pair=pair) from error
    return [Fill(price * size, size, price) for price, size in rows]


def _rungs(rows: Sequence[Sequence[object]]) -> tuple[Rung, ...]:
    return tuple(Rung(exact_units(str(row[0]), _E8), exact_units(str(row[1]), _E8)) for row in rows)


def _status(status: str, filled: int, asked: int) -> str:
    if status not in _CLOSED:
        return "OPEN"
    if filled >= asked:
        return "FILLED"
    return "PARTIAL" if filled else "CANCELLED"


def _reason(info: Mapping[str, object], status: str) -> str:
    given = info.get("reason")
    return str(given) if given else status
