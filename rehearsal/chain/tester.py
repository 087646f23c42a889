"""The fallback node: py-evm behind the part of JSON-RPC that the desk uses.

`python -m rehearsal.chain.tester PORT`. Slower than anvil and without memory: what it mined is gone
when it stops. It mines each transaction at once until `evm_setIntervalMining` asks for a block
every so often. A transaction it cannot take now (a nonce that is too high) is refused, never
queued; `safe` and `finalized` are the latest block.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from eth.chains.base import MiningChain
from eth_tester.backends.pyevm.main import PyEVMBackend
from eth_tester.exceptions import BlockNotFound, TransactionFailed, TransactionNotFound
from eth_utils.exceptions import ValidationError

from domain.clock import SECOND_NS, Clock
from live.aio.clock import WallClock
from live.chain.signer import LocalSigner
from rehearsal.chain.deploy import CHAIN_ID
from rehearsal.chain.keys import MNEMONIC, STRANGER_INDEX, key_at

Json = Any
_HD_PATH = "m/44'/60'/0'/0"
_FUNDED_ACCOUNTS = 10
_DEPLOYMENT_SECONDS = 120
"""Genesis lies this far back: every block needs a second of its own, and a deployment has fifty."""
_CALL_GAS, _CALL_GAS_PRICE_WEI = 10_000_000, 20 * 10**9
"""py-evm charges even a call: less than the 100 coins of the desk, more than any base fee here."""
_REVERT_CODE, _REFUSED_CODE, _UNKNOWN_METHOD_CODE = 3, -32000, -32601
_NAMES = {"coinbase": "miner", "data": "input"}


class FallbackNode:
    """One py-evm chain and its answers.

    Args:
        clock: Says when genesis was.
    """

    def __init__(self, clock: Clock) -> None:
        self._backend = _backend(clock)
        self._clock = clock
        self.interval_s = 0
        self._mined: dict[str, int] = {}
        self._methods: dict[str, Callable[..., Json]] = {
            "eth_chainId": lambda: CHAIN_ID,
            "net_version": lambda: str(CHAIN_ID),
            "web3_clientVersion": lambda: "eth-tester/py-evm",
            "eth_blockNumber": self._height,
            "eth_gasPrice": self._gas_price,
            "eth_getBlockByNumber": self._block_by_number,
            "eth_getBlockByHash": self._block_by_hash,
            "eth_getTransactionByHash": self._transaction,
            "eth_getTransactionReceipt": self._receipt,
            "eth_getTransactionCount": self._count,
            "eth_getBalance": self._balance,
            "eth_getCode": self._code,
            "eth_getLogs": self._logs,
            "eth_call": self._call,
            "eth_estimateGas": self._estimate,
            "eth_sendRawTransaction": self._send,
            "evm_mine": self.mine,
            "evm_setIntervalMining": self._set_interval,
        }
        self._date_next_block(self._block_by_number("latest")["timestamp"])

    def answer(self, question: Mapping[str, Json]) -> dict[str, Json]:
        """Answer one JSON-RPC question; what is wrong with it is an answer too."""
        head = {"jsonrpc": "2.0", "id": question.get("id")}
        method = self._methods.get(str(question.get("method")))
        if method is None:
            return head | _error(_UNKNOWN_METHOD_CODE, "method not found")
        try:
            return head | {"result": _to_wire(method(*question.get("params", ())))}
        except TransactionFailed as error:
            return head | _error(_REVERT_CODE, f"execution reverted: {error}")
        except (BlockNotFound, TransactionNotFound):
            return head | {"result": None}
        except (ValidationError, ValueError, TypeError) as error:
            return head | _error(_REFUSED_CODE, _in_familiar_words(str(error)))

    def mine(self) -> str:
        """Close the pending block."""
        block_hash = self._backend.mine_blocks(1)[0]
        block = self._backend.get_block_by_hash(block_hash, full_transaction=False)
        for tx_hash in block["transactions"]:
            self._mined[_hex(tx_hash)] = block["number"]
        self._date_next_block(block["timestamp"])
        return "0x0"

    def _date_next_block(self, parent_s: int) -> None:
        """Deploy in the past, a second a block, and mine by the clock afterwards."""
        now_s = self._clock.now_ns() // SECOND_NS if self.interval_s else 0
        chain = self._backend.chain
        assert isinstance(chain, MiningChain)  # noqa: S101 (for the type checker)
        chain.header = chain.header.copy(timestamp=max(parent_s + 1, now_s))

    # --- blocks -----------------------------------------------------------------------------------

    def _height(self) -> int:
        return self._backend.get_block_by_number("latest", full_transaction=False)["number"]

    def _gas_price(self) -> int:
        return self._backend.get_base_fee() + 10**9

    def _block_by_number(self, which: str, full: bool = False) -> Json:  # noqa: FBT001, FBT002 (JSON-RPC)
        number = self._number(which)
        return _camel(self._backend.get_block_by_number(number, full_transaction=full))

    def _block_by_hash(self, block_hash: str, full: bool = False) -> Json:  # noqa: FBT001, FBT002 (JSON-RPC)
        return _camel(self._backend.get_block_by_hash(_bytes(block_hash), full_transaction=full))

    # --- transactions -----------------------------------------------------------------------------

    def _transaction(self, tx_hash: str) -> Json:
        found = self._backend.get_transaction_by_hash(_bytes(tx_hash))
        return _camel(found) | {"to": found["to"] or None}

    def _receipt(self, tx_hash: str) -> Json:
        number = self._mined.get(tx_hash.lower())
        if number is None:
            return None
        receipts = self._receipts(number)
        return next(item for item in receipts if _hex(item["transactionHash"]) == tx_hash.lower())

    def _receipts(self, number: int) -> list[dict[str, Json]]:
        """Read a block's receipts; log indices count through the block, not each receipt."""
        block = self._backend.get_block_by_number(number, full_transaction=False)
        receipts, next_log = [], 0
        for tx_hash in block["transactions"]:
            found = self._backend.get_transaction_receipt(tx_hash)
            logs = [
                _camel(entry) | {"logIndex": next_log + index, "data": entry["data"]}
                for index, entry in enumerate(found["logs"])
            ]
            next_log += len(logs)
            receipts.append(_camel(found) | {"logs": logs, "to": found["to"] or None})
        return receipts

    def _logs(self, query: dict[str, Json]) -> list[Json]:
        wanted = query.get("address") or []
        addresses = {a.lower() for a in ([wanted] if isinstance(wanted, str) else wanted)}
        if "blockHash" in query:
            block_hash = _bytes(query["blockHash"])
            found = self._backend.get_block_by_hash(block_hash, full_transaction=False)
            numbers = range(found["number"], found["number"] + 1)
        else:
            numbers = range(
                self._height_of(query.get("fromBlock", "latest")),
                self._height_of(query.get("toBlock", "latest")) + 1,
            )
        logs = [log for n in numbers for receipt in self._receipts(n) for log in receipt["logs"]]
        return [log for log in logs if not addresses or _hex(log["address"]) in addresses]

    def _height_of(self, which: str) -> int:
        number = self._number(which)
        found = self._backend.get_block_by_number(number, full_transaction=False)
        return found["number"]

    def _send(self, raw: str) -> bytes:
        tx_hash = self._backend.send_raw_transaction(_bytes(raw))
        if not self.interval_s:
            self.mine()
        return tx_hash

    # --- state ------------------------------------------------------------------------------------

    def _count(self, address: str, block: Json = "latest") -> int:
        return self._backend.get_nonce(_bytes(address), self._number(block))

    def _balance(self, address: str, block: Json = "latest") -> int:
        return self._backend.get_balance(_bytes(address), self._number(block))

    def _code(self, address: str, block: Json = "latest") -> bytes:
        return self._backend.get_code(_bytes(address), self._number(block))

    def _call(self, call: dict[str, Json], block: Json = "latest") -> bytes:
        return self._backend.call(_snake_call(call), self._number(block))

    def _estimate(self, call: dict[str, Json], block: Json = "latest") -> int:
        return self._backend.estimate_gas(_snake_call(call), self._number(block))

    def _set_interval(self, seconds: int) -> bool:
        self.interval_s = int(seconds)
        self._date_next_block(self._block_by_number("latest")["timestamp"])
        return True

    def _number(self, block: Json) -> Json:
        if isinstance(block, dict):
            block_hash = _bytes(block["blockHash"])
            return self._backend.get_block_by_hash(block_hash, full_transaction=False)["number"]
        return int(block, 16) if str(block).startswith("0x") else block


def _backend(clock: Clock) -> PyEVMBackend:
    genesis_s = clock.now_ns() // SECOND_NS - _DEPLOYMENT_SECONDS
    genesis = PyEVMBackend.generate_genesis_params({"timestamp": genesis_s})
    backend = PyEVMBackend.from_mnemonic(
        MNEMONIC, num_accounts=_FUNDED_ACCOUNTS, genesis_parameters=genesis, hd_path=_HD_PATH
    )
    chain = backend.chain
    assert isinstance(chain, MiningChain)  # noqa: S101 (for the type checker)
    type(chain).chain_id = CHAIN_ID
    return backend


def _snake_call(call: dict[str, Json]) -> dict[str, Json]:
    sender = call.get("from") or LocalSigner.from_key(key_at(STRANGER_INDEX)).address
    return {
        "from": _bytes(sender),
        "to": _bytes(call.get("to") or "0x"),
        "data": _bytes(call.get("data") or call.get("input") or "0x"),
        "value": _integer(call.get("value", 0)),
        "gas": _integer(call.get("gas", _CALL_GAS)),
        "gas_price": _CALL_GAS_PRICE_WEI,
    }


def _in_familiar_words(message: str) -> str:
    """Say a refusal of py-evm as geth says it, so that every caller knows it."""
    nonces = re.search(r"nonce.*?(\d+).*?(\d+)", message, re.IGNORECASE)
    if not nonces:
        return message
    first, second = map(int, nonces.groups())
    is_low = (first < second) == ("got" not in message.lower())
    return f"nonce too {'low' if is_low else 'high'}: {message}"


def _error(code: int, message: str) -> dict[str, Json]:
    return {"error": {"code": code, "message": message}}


def _camel(entry: Mapping[str, Json]) -> dict[str, Json]:
    return {_camel_name(name): value for name, value in entry.items()}


def _camel_name(name: str) -> str:
    first, *rest = _NAMES.get(name, name).split("_")
    return first + "".join(word.title() for word in rest)


def _to_wire(value: Json) -> Json:
    if isinstance(value, bytes):
        return _hex(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return hex(value)
    if isinstance(value, Mapping):
        return {name: _to_wire(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_wire(item) for item in value]
    return value


def _hex(value: bytes) -> str:
    return "0x" + value.hex()


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def _integer(value: str | int) -> int:
    return int(value, 16) if isinstance(value, str) else value


async def _serve(port: int) -> None:
    node = FallbackNode(WallClock())

    async def respond(request: web.Request) -> web.Response:
        question = await request.json()
        if isinstance(question, list):
            return web.json_response([node.answer(item) for item in question])
        return web.json_response(node.answer(question))

    app = web.Application()
    app.router.add_post("/", respond)
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await _mine_for_ever(node)


async def _mine_for_ever(node: FallbackNode) -> None:
    while True:
        await asyncio.sleep(node.interval_s or 1)
        if node.interval_s:
            node.mine()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
