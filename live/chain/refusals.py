"""What a node's error means where nothing was sent: a revert, not now, or never. Pure.

A node that lags, or whose block a reorg took, does not have what was asked for yet or any more; one
with many customers wants fewer questions. Both are as good as silent: another node, or the same one
later, answers.

Texts: geth's and anvil 1.7.1's, codes EIP-1474's. What a send's error means is `send_answers.py`.
"""

from __future__ import annotations

from typing import Any, cast

from domain.errors import Permanent, PlatformError, Reverted, RpcUnavailable

_REVERT_CODE = 3
_NOT_NOW_CODES = (-32005, -32002, 429)
"""Too many questions; not to be had at present; and the same in the words of HTTP."""
_NOT_NOW = ("header not found", "block not found", "unknown block", "blockoutofrange")
"""The block is not there yet, or not any more."""


def refusal(method: str, answer: dict[str, Any]) -> PlatformError:
    """Say which failure of the house a node's error is.

    Args:
        method: What was asked.
        answer: With `error`.

    Returns:
        Reverted, RpcUnavailable where asking again may help, else Permanent.
    """
    message = message_of(answer)
    error = answer["error"]
    code = cast("dict[str, Any]", error).get("code") if isinstance(error, dict) else None
    if code == _REVERT_CODE or "revert" in message.lower():
        return Reverted("the contract refused this call", reason=message)
    if code in _NOT_NOW_CODES or any(text in message.lower() for text in _NOT_NOW):
        return RpcUnavailable(
            "the chain's node has no answer to this now; ask again", method=method, reason=message
        )
    return Permanent("the chain's node refuses this request", method=method, reason=message)


def message_of(answer: dict[str, Any]) -> str:
    """Give a node's own words."""
    error = answer["error"]
    return (
        str(cast("dict[str, Any]", error).get("message", ""))
        if isinstance(error, dict)
        else str(error)
    )
