"""Signing, behind a protocol, so that a key may live in another process or device.

The key of the local signer is kept where no `repr`, log or traceback shows it: inside a closure,
not in an attribute. Not here: nonces, fees, sending.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import msgspec

from domain.errors import ConfigRefused

KEY_VARIABLE = "ALPHAPULSE_SIGNER_KEY"
KEYSTORE_VARIABLE = "ALPHAPULSE_SIGNER_KEYSTORE"
"""Path of a Web3 Secret Storage file (version 3), as geth writes it."""
PASSPHRASE_VARIABLE = "ALPHAPULSE_SIGNER_PASSPHRASE"  # noqa: S105 (the name, not the phrase)
_KEY = re.compile(r"(0x)?[0-9a-fA-F]{64}")


class Eip1559Tx(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction before it is signed.

    Args:
        to: Whom it calls; None creates a contract from `data`.
        gas_limit: In gas.
        max_fee_per_gas_wei: Base fee and tip together may not cost more than this.
    """

    chain_id: int
    nonce: int
    to: str | None
    data: bytes = b""
    value_wei: int = 0
    gas_limit: int
    max_fee_per_gas_wei: int
    max_priority_fee_per_gas_wei: int


class Signed(msgspec.Struct, frozen=True):
    """A signed transaction and the hash under which the chain will know it."""

    raw: bytes
    tx_hash: str


class Signer(Protocol):
    """Whoever can sign for one address."""

    @property
    def address(self) -> str:
        """The address it signs for, lower case."""
        ...

    def sign(self, tx: Eip1559Tx) -> Signed:
        """Sign one transaction."""
        ...


class LocalSigner:
    """A signer whose key is in this process. Make it with `from_env` or `from_key`."""

    __slots__ = ("_sign", "address")

    def __init__(self, address: str, sign: Callable[[dict[str, Any]], Signed]) -> None:
        self.address = address
        self._sign = sign

    def __repr__(self) -> str:
        return f"LocalSigner({self.address})"

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> LocalSigner:
        """Take the key from the keystore the environment names, else from the environment itself.

        Raises:
            ConfigRefused: It is absent, not a key, or the keystore does not open; the sentence
                never shows it.
        """
        known = os.environ if environment is None else environment
        if keystore := known.get(KEYSTORE_VARIABLE):
            return cls.from_keystore(Path(keystore), known.get(PASSPHRASE_VARIABLE, ""))
        key = known.get(KEY_VARIABLE, "")
        if not key:
            raise ConfigRefused(
                f"set {KEYSTORE_VARIABLE} to a keystore, or {KEY_VARIABLE} to the wallet's key"
                " (0x and 64 hex digits)"
            )
        return cls.from_key(key)

    @classmethod
    def from_keystore(cls, path: Path, passphrase: str) -> LocalSigner:
        """Take the key from an encrypted file; opening one takes a second or more, by design.

        Raises:
            ConfigRefused: The file cannot be read, is no keystore, or the passphrase is another's.
        """
        return cls.from_key(_decrypted(path, passphrase))

    @classmethod
    def from_key(cls, key: str) -> LocalSigner:
        """Take the key as text.

        Raises:
            ConfigRefused: It is not 64 hex digits or not a key of the curve.
        """
        account = _account(key)

        def sign(fields: dict[str, Any]) -> Signed:
            signed = account.sign_transaction(fields)
            return Signed(bytes(signed.raw_transaction), "0x" + bytes(signed.hash).hex())

        return cls(str(account.address).lower(), sign)

    def sign(self, tx: Eip1559Tx) -> Signed:
        """Sign one transaction (0.4 ms with coincurve)."""
        return self._sign(_fields(tx))


def _decrypted(path: Path, passphrase: str) -> str:
    from eth_account import Account

    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigRefused(
            f"{KEYSTORE_VARIABLE} must name a file that can be read", path=path
        ) from error
    opened: Any = None
    with suppress(Exception):  # any error of the library may carry what it was decrypting
        opened = Account.decrypt(text, passphrase)
    if opened is None:
        raise ConfigRefused(
            f"this keystore does not open; is {PASSPHRASE_VARIABLE} right?", path=path
        )
    return "0x" + bytes(opened).hex()


def _account(key: str) -> Any:  # noqa: ANN401 (eth-account has no types)
    from eth_account import Account

    if not _KEY.fullmatch(key):
        raise ConfigRefused(f"{KEY_VARIABLE} must be 0x and 64 hex digits")
    try:
        return Account.from_key(key)
    except Exception:  # noqa: BLE001 (any error of the library may carry the key)
        refusal = ConfigRefused(f"{KEY_VARIABLE} is not a key of secp256k1")
    raise refusal


def _fields(tx: Eip1559Tx) -> dict[str, Any]:
    from eth_utils.address import to_checksum_address

    fields: dict[str, Any] = {
        "type": 2,
        "chainId": tx.chain_id,
        "nonce": tx.nonce,
        "value": tx.value_wei,
        "data": tx.data,
        "gas": tx.gas_limit,
        "maxFeePerGas": tx.max_fee_per_gas_wei,
        "maxPriorityFeePerGas": tx.max_priority_fee_per_gas_wei,
    }
    return fields | ({"to": to_checksum_address(tx.to)} if tx.to is not None else {})
