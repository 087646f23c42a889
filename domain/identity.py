"""Who is who: assets, venues, accounts and the ids of facts. Never a symbol.

=============================  ===================================================
a token on a chain             ``eip155:31337/erc20:0x<40 lower-case hex>``
a chain's native coin          ``eip155:31337/slip44:60``
a currency at an exchange      ``<venue>:<code>``, for example ``paper:ETH``
an account at an exchange      ``<venue>:<account name>``, for example ``paper:spot``
an address of ours on a chain  ``eip155:31337:0x<40 lower-case hex>``
on its way to or from there    ``transit:<venue>``, for example ``transit:paper``
=============================  ===================================================

The first two follow CAIP-19, an address CAIP-10. Two identities are worth the same only where the
desk's reference data maps both to one `underlying`; nothing here guesses.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from domain.errors import InputRefused

TRANSIT = "transit:"
"""Before the name of an exchange: what is ours and neither on a chain nor there."""
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_URL = re.compile(r"""\b(?:https?|wss?)://[^\s'"<>)\]}]+""")


def address(text: str) -> str:
    """Normalise an EVM address to lower case.

    Raises:
        InputRefused: It is not 0x and forty hex digits.
    """
    if not _ADDRESS.fullmatch(text):
        raise InputRefused("write an address as 0x and forty hex digits", got=text)
    return text.lower()


def erc20_asset(chain_id: int, contract: str) -> str:
    """Name a token by its chain and contract."""
    return f"eip155:{chain_id}/erc20:{address(contract)}"


def native_asset(chain_id: int) -> str:
    """Name a chain's native coin (SLIP-44 coin type 60 on every EVM chain of ours)."""
    return f"eip155:{chain_id}/slip44:60"


def venue_asset(venue: str, code: str) -> str:
    """Name a currency as one exchange keeps it."""
    return f"{venue}:{code}"


def wallet_account(chain_id: int, holder: str) -> str:
    """Name an address of ours as an account."""
    return f"eip155:{chain_id}:{address(holder)}"


def contract_account(asset: str, contract: str) -> str:
    """Name a contract as an account on the chain that an asset is of."""
    return f"{asset.partition('/')[0]}:{address(contract)}"


def venue_account(venue: str, name: str) -> str:
    """Name an account of ours at an exchange."""
    return f"{venue}:{name}"


def transit_account(venue: str) -> str:
    """Name what is ours and on its way between a wallet of ours and an exchange."""
    return f"{TRANSIT}{venue}"


def told_host(url: str) -> str:
    """Give the part of a URL that logs, errors and facts may name: its host, and port if any.

    A hosted node's user, path and query are secrets, so none of them is told.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # no port, or no host, that could be one
        return "an address that is none"
    host = parts.hostname or "an address without host"
    if ":" in host:  # the sixth version of IP, whose colons are not a port's
        host = f"[{host}]"
    return f"{host}:{port}" if port else host


def told_url(url: str) -> str:
    """Give what facts may name of a URL: its scheme and :func:`told_host`; nothing of no URL."""
    scheme = _SCHEME.match(url)
    return f"{scheme[0]}{told_host(url)}" if scheme else ""


def without_secrets(text: str) -> str:
    """Give a text with every URL in it as :func:`told_url`, for logs and what others log."""
    return _URL.sub(lambda found: told_url(found[0]), text)


def fact_id(kind: str, *key: str | int) -> str:
    """Derive the id of a fact from what makes it unique: written twice, it is written once.

    Args:
        kind: The record kind.
        key: The parts of its natural key, in order.

    Returns:
        32 hex digits: the first half of SHA-256 over the length-prefixed parts.
    """
    return id_of(b"".join([framed(part) for part in (kind, *key)]))


def framed(part: str | int) -> bytes:
    """Write one part of a key so that no two keys are written alike: its length, then itself."""
    text = str(part).encode()
    return len(text).to_bytes(4, "big") + text


def id_of(written: bytes) -> str:
    """Derive an id from framed parts: what `fact_id` does, for who writes a million keys."""
    return hashlib.sha256(written).hexdigest()[:32]


def digests_of(before: bytes, parts: Iterable[str]) -> list[str]:
    """Hash many keys that differ in their last part; the first half of each is its `id_of`.

    Args:
        before: What stands before that part in each key, framed.
        parts: The part that differs, not framed.

    Returns:
        64 hex digits a key.
    """
    sha256, started = hashlib.sha256, _Started(before)
    return [sha256(started[len(text)] + text).hexdigest() for text in map(str.encode, parts)]


class _Started(dict[int, bytes]):
    """Length of a part -> everything that is framed before it."""

    def __init__(self, before: bytes) -> None:
        self._before = before

    def __missing__(self, length: int) -> bytes:
        self[length] = found = self._before + length.to_bytes(4, "big")
        return found
