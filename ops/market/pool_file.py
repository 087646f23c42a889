"""Files of pools: each pool at one block, its coins, and what its contract answered there.

The form is ``{"pools": [{"name", "kind", "chain_id", "block", "state", "quotes"}]}``; a quote is
``{"key": "POOL|FUNCTION|SOLD->BOUGHT|AMOUNT", "value", "reverted"}``, coins by symbol, name or
address. How a state becomes a snapshot is in :mod:`ops.market.pool_states`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from domain.amm.pool import Pool
from ops.exact_json import read_json
from ops.json_fields import Fields
from ops.market.pool_states import READERS, read_pool

_EXACT_INPUTS = {
    *("getAmountOut", "getAmountsOut", "get_dy", "exchange"),
    *("quoteExactInput", "quoteExactInputSingle", "querySwapGivenIn"),
}
_EXACT_OUTPUTS = {
    *("getAmountIn", "getAmountsIn"),
    *("quoteExactOutput", "quoteExactOutputSingle", "querySwapGivenOut"),
}
_KEY_PARTS = 4


@dataclass(frozen=True, slots=True)
class Coin:
    """A coin of a pool.

    Args:
        address: Lower case; empty where the file gives none.
        symbol: What people call it; may mean two coins.
        name: Likewise.
    """

    address: str
    symbol: str
    name: str

    @property
    def identity(self) -> str:
        """Its address, or what it is called where there is none."""
        return self.address or self.symbol

    def is_called(self, text: str) -> bool:
        """Say whether a quote can mean this coin by `text`."""
        return text in {self.symbol, self.name} or (text.lower() == self.address != "")


@dataclass(frozen=True, slots=True)
class Quote:
    """One answer of the contract.

    Args:
        key: As in the file, for reports.
        function: The contract's function.
        is_exact_input: Whether `units` go in; they come out otherwise.
        value: What it answered; ``None`` when it reverted.
    """

    key: str
    function: str
    sold: int
    bought: int
    is_exact_input: bool
    units: int
    value: int | None


@dataclass(frozen=True, slots=True)
class StatedPool:
    """A pool of a file.

    Args:
        anchor: (chain id, block), as text; pools are comparable where it is equal.
        coins: In the contract's order.
        quotes: What is known of its answers.
    """

    name: str
    kind: str
    anchor: tuple[str, str]
    coins: tuple[Coin, ...]
    pool: Pool
    quotes: tuple[Quote, ...]


def read_pool_file(path: Path) -> list[StatedPool]:
    """Read the pools of a file, in its order.

    Raises:
        InputRefused: The file is malformed, or a kind or function in it is unknown.
    """
    return stated_pools(Fields(read_json(path), path.name))


def stated_pools(whole: Fields) -> list[StatedPool]:
    """Read the pools of a parsed file; see :func:`read_pool_file`.

    Raises:
        InputRefused: As there.
    """
    return [stated_pool(entry) for entry in whole.field("pools").items()]


def stated_pool(entry: Fields) -> StatedPool:
    """Read one pool of a parsed file.

    Raises:
        InputRefused: It is malformed, or beyond what its family can honestly compute.
    """
    kind, state = entry.field("kind"), entry.field("state")
    pool = read_pool(kind, state)
    coins = _coins(state)
    if len(coins) != pool.coin_count:
        state.refuse(f"names {len(coins)} coins for a pool of {pool.coin_count}")
    quotes = entry.field("quotes").items() if entry.has("quotes") else []
    return StatedPool(
        name=entry.field("name").text(),
        kind=kind.text(),
        anchor=(_anchor(entry, state, "chain_id"), _anchor(entry, state, "block")),
        coins=coins,
        pool=pool,
        quotes=tuple(_quote(quote, coins) for quote in quotes),
    )


def _anchor(entry: Fields, state: Fields, name: str) -> str:
    holder = entry if entry.has(name) else state
    return str(holder.field(name).integer()) if holder.has(name) else ""


def _coins(state: Fields) -> tuple[Coin, ...]:
    if state.has("tokens"):
        return tuple(_coin(token) for token in state.field("tokens").items())
    return tuple(_coin(state.field(name)) for name in ("token0", "token1"))


def _coin(token: Fields) -> Coin:
    if isinstance(token.value, str):
        return Coin("", token.text(), token.text())
    symbol, name, address = (
        token.field(part).text() if token.has(part) else ""
        for part in ("symbol", "name", "address")
    )
    if not symbol and not name and not address:
        token.refuse("has neither symbol, name nor address")
    called = symbol or name or address
    return Coin(address.lower(), called, name or called)


def _quote(quote: Fields, coins: tuple[Coin, ...]) -> Quote:
    key = quote.field("key")
    parts = key.text().split("|")
    if len(parts) != _KEY_PARTS or parts[2].count("->") != 1:
        key.refuse("is not POOL|FUNCTION|SOLD->BOUGHT|AMOUNT")
    function, units = parts[1], Fields(parts[3], key.where).integer()
    if function not in _EXACT_INPUTS | _EXACT_OUTPUTS:
        key.refuse(f"asks {function}, which is not a function this command knows")
    sold, bought = (_index(called, coins, key) for called in parts[2].split("->"))
    has_reverted = quote.has("reverted") and quote.field("reverted").flag()
    return Quote(
        key=key.text(),
        function=function,
        sold=sold,
        bought=bought,
        is_exact_input=function in _EXACT_INPUTS,
        units=units,
        value=None if has_reverted else quote.field("value").integer(),
    )


def _index(called: str, coins: tuple[Coin, ...], key: Fields) -> int:
    meant = [index for index, coin in enumerate(coins) if coin.is_called(called)]
    if len(meant) != 1:
        key.refuse(f"names {called!r}, which means {len(meant)} of the pool's coins, not one")
    return meant[0]


__all__ = [
    "READERS",
    "Coin",
    "Quote",
    "StatedPool",
    "read_pool_file",
    "stated_pool",
    "stated_pools",
]
