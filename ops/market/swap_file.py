"""Files of decoded swaps: bare, as calls of a decoder with their arguments, or calls in groups.

Accepted are a list of swaps, ``{"swaps": [...]}``, a call ``{"fn", "args": [[swap, ...]]}``, a list
of calls, and an object of such lists; of the last two, calls of functions that look for something
else than arbitrages are passed over. A swap is ``{"contract", "from", "to", "assetIn", "amountIn",
"assetOut", "amountOut", "transaction", "event"}``; amounts are text. Each call is decoded alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.arbitrage.decode import DecodedSwap
from ops.exact_json import read_json
from ops.json_fields import Fields

_DECODERS = {"getArbitrages", "getNftArbitrages"}
_GAS_PRICES = ("effectiveGasPrice", "gasPrice")


@dataclass(frozen=True, slots=True)
class SwapCall:
    """Swaps to be decoded together.

    Args:
        name: What the file calls them; empty where it does not.
        swaps: In the file's order.
        rows: (transaction, log index) -> the swap as the file has it.
        gas_used: Transaction -> units of gas, where stated.
        gas_wei: Transaction -> what it paid for gas, where its price is stated.
    """

    name: str
    swaps: tuple[DecodedSwap, ...]
    rows: dict[tuple[str, int], dict[str, Any]]
    gas_used: dict[str, int]
    gas_wei: dict[str, int]


def read_swap_file(path: Path, gas_price_wei: int | None = None) -> list[SwapCall]:
    """Read the calls of a file.

    Args:
        path: The file.
        gas_price_wei: What a unit of gas cost, for transactions that do not say it.

    Raises:
        InputRefused: The file is malformed or holds no decoded swaps.
    """
    return [
        _call(name, swaps, gas_price_wei)
        for name, swaps in _calls(Fields(read_json(path), path.name))
    ]


def _calls(whole: Fields) -> list[tuple[str, Fields]]:
    """Find the lists of swaps in a file of any of its forms."""
    if isinstance(whole.value, list):
        items = whole.items()
        return _chosen(items) if items and items[0].has("args") else [("", whole)]
    if whole.has("args"):
        return [_named(whole)]
    if whole.has("swaps"):
        return [("", whole.field("swaps"))]
    groups = [group for _, group in whole.entries() if isinstance(group.value, list)]
    calls = [item for group in groups for item in group.items() if item.has("fn")]
    if not calls:
        whole.refuse("holds no decoded swaps")
    return _chosen(calls)


def _chosen(calls: list[Fields]) -> list[tuple[str, Fields]]:
    return [
        _named(call) for call in calls if not call.has("fn") or call.field("fn").text() in _DECODERS
    ]


def _named(call: Fields) -> tuple[str, Fields]:
    name = call.field("test").text() if call.has("test") else ""
    return name, call.field("args").items(least=1)[0]


def _call(name: str, found: Fields, gas_price_wei: int | None) -> SwapCall:
    call = SwapCall(name, tuple(_swap(item) for item in found.items()), {}, {}, {})
    for swap, item in zip(call.swaps, found.items(), strict=True):
        stated = {field: value.value for field, value in item.entries()}
        call.rows[swap.transaction, swap.log_index] = stated
        _read_gas(call, swap.transaction, item.field("transaction"), gas_price_wei)
    return call


def _swap(found: Fields) -> DecodedSwap:
    contract, event = found.field("contract"), found.field("event")
    logged_by = event.field("address") if event.has("address") else contract.field("address")
    return DecodedSwap(
        transaction=found.field("transaction").field("hash").text().lower(),
        log_index=event.field("logIndex").integer(),
        venues=frozenset({_account(contract.field("address")), _account(logged_by)}),
        sender=_account(found.field("from")),
        recipient=_account(found.field("to")),
        sold=asset_name(found.field("assetIn")),
        sold_units=found.field("amountIn").integer(),
        bought=asset_name(found.field("assetOut")),
        bought_units=found.field("amountOut").integer(),
    )


def asset_name(found: Fields) -> str:
    """Name an asset by what makes it one: a token's contract, or a collection and an id.

    Raises:
        InputRefused: It has neither.
    """
    if isinstance(found.value, str):
        return found.text().lower()
    if found.has("collection"):
        return f"{_account(found.field('collection'))}:{found.field('id').integer()}"
    return _account(found.field("address"))


def _account(found: Fields) -> str:
    return found.text().lower()


def _read_gas(call: SwapCall, transaction: str, found: Fields, price: int | None) -> None:
    if not found.has("gasUsed"):
        return
    call.gas_used[transaction] = found.field("gasUsed").integer()
    stated = [found.field(name).integer() for name in _GAS_PRICES if found.has(name)]
    price = stated[0] if stated else price
    if price is not None:
        layer_one = found.field("l1Fee").integer() if found.has("l1Fee") else 0
        call.gas_wei[transaction] = call.gas_used[transaction] * price + layer_one
