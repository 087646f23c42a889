"""One JSON-RPC question to a rehearsal node, asked with the standard library.

Starting a prepared chain takes a fraction of a second; importing web3 for its three questions would
take several. Everything that trades or reads for the books uses `live/chain/rpc.py`.
"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from domain.errors import Permanent, RpcUnavailable

_TIMEOUT_S = 30.0
"""A node that is loading a long history answers late."""


def ask(rpc_url: str, method: str, *params: Any) -> Any:  # noqa: ANN401 (JSON)
    """Ask and wait for the answer's `result`.

    Raises:
        RpcUnavailable: The node does not answer.
        Permanent: The node refuses.
    """
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    try:
        answer = json.loads(_post(rpc_url, body))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise RpcUnavailable("the chain's node does not answer; start it", url=rpc_url) from error
    if "error" in answer:
        raise Permanent("the chain's node refuses this request", method=method, **answer["error"])
    return answer["result"]


def _post(rpc_url: str, body: str) -> bytes:
    connection = http.client.HTTPConnection(urlsplit(rpc_url).netloc, timeout=_TIMEOUT_S)
    try:
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        return connection.getresponse().read()
    finally:
        connection.close()
