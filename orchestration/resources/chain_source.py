"""The chain as the books read it: final blocks, receipts, logs and balances through web3.

Raw JSON-RPC through web3's provider, because its formatters cost more than the call. Every failure
of the node becomes one `RpcUnavailable`; an answer without what was asked for, `SchemaDrift`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.chain.events import TRANSFER_TOPIC
from domain.errors import RpcUnavailable, SchemaDrift
from domain.identity import told_host

BALANCE_OF = "0x70a08231"
TIMEOUT_S = 10.0


class ChainSource:
    """One node, asked synchronously.

    Args:
        rpc_url: Its HTTP address.
    """

    def __init__(self, rpc_url: str) -> None:
        from web3 import HTTPProvider

        self.rpc_url = rpc_url
        self._provider: Any = HTTPProvider(
            rpc_url, request_kwargs={"timeout": TIMEOUT_S}, exception_retry_configuration=None
        )

    def block(self, which: int | str, *, is_full: bool = False) -> dict[str, Any]:
        """Read a block by number or tag (``latest``, ``safe``, ``finalized``)."""
        tag = hex(which) if isinstance(which, int) else which
        return self._present(self._ask("eth_getBlockByNumber", tag, is_full), "block", str(which))

    def receipt(self, tx_hash: str) -> dict[str, Any]:
        """Read what became of a mined transaction."""
        return self._present(self._ask("eth_getTransactionReceipt", tx_hash), "receipt", tx_hash)

    def transfer_logs(
        self, first_block: int, last_block: int, holders: Sequence[str]
    ) -> list[dict[str, Any]]:
        """List Transfer logs from or to any of the holders in a closed range of blocks."""
        padded = ["0x" + holder[2:].rjust(64, "0") for holder in holders]
        span = {"fromBlock": hex(first_block), "toBlock": hex(last_block)}
        sent = self._ask("eth_getLogs", span | {"topics": [TRANSFER_TOPIC, padded]})
        received = self._ask("eth_getLogs", span | {"topics": [TRANSFER_TOPIC, None, padded]})
        return [*self._present(sent, "logs", ""), *self._present(received, "logs", "")]

    def logs(
        self, first_block: int, last_block: int, assets: Sequence[str], topics: Sequence[str]
    ) -> list[dict[str, Any]]:
        """List what given tokens logged under any of some first topics, in a closed range."""
        asked = {
            "fromBlock": hex(first_block),
            "toBlock": hex(last_block),
            "address": [asset.rpartition(":")[2] for asset in assets],
            "topics": [list(topics)],
        }
        return self._present(self._ask("eth_getLogs", asked), "logs", "")

    def native_units(self, holder: str, block_number: int) -> int:
        """Ask an address's native balance at a block, in wei."""
        answer = self._ask("eth_getBalance", holder, hex(block_number))
        return int(self._present(answer, "balance", holder), 16)

    def token_units(self, token: str, holder: str, block_number: int) -> int:
        """Ask an address's token balance at a block, in base units."""
        call = {"to": token, "data": BALANCE_OF + holder[2:].rjust(64, "0")}
        answer = self._ask("eth_call", call, hex(block_number))
        return int(self._present(answer, "token balance", token), 16)

    def words(self, contract: str, selector: str, block_number: int) -> list[int]:
        """Ask a contract something that takes no argument, at a block; its answer word by word."""
        call = {"to": contract, "data": selector}
        answer = self._present(self._ask("eth_call", call, hex(block_number)), "answer", contract)
        return [int(answer[at : at + 64], 16) for at in range(2, len(answer), 64)]

    def _ask(self, method: str, *params: object) -> Any:  # noqa: ANN401 (JSON is what it is)
        try:
            answer = self._provider.make_request(method, list(params))
        except (OSError, ValueError) as error:  # requests' errors; bad JSON is a ValueError
            # Not from the error: it names the whole URL, and Dagster keeps what it was caused by.
            raise RpcUnavailable(
                "the chain does not answer, so nothing was captured; start it and run this again",
                node=told_host(self.rpc_url),
                method=method,
                how=type(error).__name__,
            ) from None
        if "error" in answer:
            raise RpcUnavailable(
                "the chain refused a question of the books; see its log, then run this again",
                method=method,
                answer=str(answer["error"])[:200],
            )
        return answer.get("result")

    def _present(self, answer: Any, what: str, key: str) -> Any:  # noqa: ANN401
        if answer is None or answer == "0x":
            raise SchemaDrift(f"the chain has no such {what}; check the desk card", key=key)
        return answer
