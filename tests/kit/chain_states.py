"""Deployed pools put into any state for the length of one question, by their contracts' storage.

A node runs `eth_call` with the storage of chosen contracts replaced, so thousands of random states
are asked without a transaction. Where a value lies follows from the order in which UniswapV2Pair,
UniswapV3Pool and the rehearsal's own token declare theirs.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from eth_utils.crypto import keccak

from domain.amm.concentrated import Concentrated
from live.chain.calldata import call_data

_PAIR_RESERVES = 8
_POOL_SLOT0, _POOL_LIQUIDITY, _POOL_TICKS, _POOL_BITMAP = 0, 4, 5, 6
_TOKEN_BALANCES = 4
_WORD = 256
_UNLOCKED = 1 << 240
_ONE_OBSERVATION = (1 << 200) + (1 << 216)
_IS_INITIALIZED = 1 << 248
_GAS = 1 << 40
_BATCH = 100
_DIVIDED_BY_ZERO = "InvalidFEOpcode"
"""How compilers of these contracts' time refuse it."""

Storage = dict[str, dict[int, int]]
"""Contract -> slot -> word."""


@dataclass(frozen=True)
class Asked:
    """A call put to a chain whose storage is replaced, by a stranger unless a sender is named."""

    to: str
    data: bytes
    storage: Storage
    sender: str = ""


def pair_storage(pair: str, reserves: tuple[int, int]) -> Storage:
    """Give a V2 pair other reserves."""
    return {pair: {_PAIR_RESERVES: reserves[0] | reserves[1] << 112 | 1 << 224}}


def pool_storage(pool: str, curve: Concentrated, gross: dict[int, int]) -> Storage:
    """Give a V3 pool another price, liquidity and ticks; those it has of its own stay too.

    Args:
        pool: Its address.
        curve: What it is to be.
        gross: Of each tick of the curve; more than 0.
    """
    tick = curve.tick % (1 << 24)
    words = {
        _POOL_SLOT0: curve.sqrt_price_x96 | tick << 160 | _ONE_OBSERVATION | _UNLOCKED,
        _POOL_LIQUIDITY: curve.liquidity,
    }
    for at, net in curve.ticks:
        first = _hashed(at, _POOL_TICKS)
        words[first] = gross[at] | net % (1 << 128) << 128
        words[first + 3] = _IS_INITIALIZED
        index, bit = divmod(at // curve.tick_spacing, _WORD)
        place = _hashed(index, _POOL_BITMAP)
        words[place] = words.get(place, 0) | 1 << bit
    return {pool: words}


def balance_storage(token: str, units: dict[str, int]) -> Storage:
    """Give holders of the rehearsal's token other balances."""
    return {
        token: {
            int.from_bytes(keccak(_word(_TOKEN_BALANCES) + _word(int(holder, 16)))): held
            for holder, held in units.items()
        }
    }


def merged(*parts: Storage) -> Storage:
    """Put replacements together; of two for one word the later one counts."""
    whole: Storage = {}
    for part in parts:
        for contract, words in part.items():
            whole[contract] = whole.get(contract, {}) | words
    return whole


def view(to: str, storage: Storage, signature: str, *arguments: Any) -> Asked:
    """Word a call of a contract's function."""
    return Asked(to, call_data(signature, *arguments), storage)


def answers(rpc_url: str, calls: Sequence[Asked]) -> list[bytes | None]:
    """Put calls to the node, many at once; ``None`` for one that reverts."""
    found: list[bytes | None] = []
    connection = http.client.HTTPConnection(urlsplit(rpc_url).netloc, timeout=60)
    try:
        for start in range(0, len(calls), _BATCH):
            found += _batch(connection, calls[start : start + _BATCH])
    finally:
        connection.close()
    return found


def _batch(connection: http.client.HTTPConnection, calls: Sequence[Asked]) -> list[bytes | None]:
    body = [
        {"jsonrpc": "2.0", "id": at, "method": "eth_call", "params": _params(asked)}
        for at, asked in enumerate(calls)
    ]
    connection.request("POST", "/", json.dumps(body), {"Content-Type": "application/json"})
    told = {answer["id"]: answer for answer in json.loads(connection.getresponse().read())}
    return [_result(told[at]) for at in range(len(calls))]


def _result(answer: dict[str, Any]) -> bytes | None:
    if "result" in answer:
        return bytes.fromhex(answer["result"][2:])
    message = answer["error"]["message"]
    assert "revert" in message or message.endswith(_DIVIDED_BY_ZERO), answer
    return None


def _params(asked: Asked) -> list[Any]:
    replaced = {
        contract: {
            "stateDiff": {"0x" + _word(at).hex(): "0x" + _word(word).hex() for at, word in words}
        }
        for contract, words in ((name, table.items()) for name, table in asked.storage.items())
    }
    call = {"to": asked.to, "data": "0x" + asked.data.hex(), "gas": hex(_GAS)}
    return [call | ({"from": asked.sender} if asked.sender else {}), "latest", replaced]


def _hashed(key: int, slot: int) -> int:
    """Find where Solidity keeps a mapping's value."""
    return int.from_bytes(keccak(_word(key) + _word(slot)))


def _word(value: int) -> bytes:
    return (value % (1 << 256)).to_bytes(32)
