"""Signing, behind a protocol, so that a key may live in another process or device.

The key of the local signer is kept where no `repr`, log or traceback shows it: inside a closure,
not in an attribute. It signs with coincurve and encodes by hand, ten times as fast as eth-account,
whose bytes it equals (`test_signer.py`). Not here: nonces, fees, sending, and a key that lives
elsewhere (`remote_signer.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, cast

import msgspec
import rlp  # pyright: ignore[reportMissingTypeStubs] (the package has none)
from eth_utils.crypto import keccak

from domain.errors import ConfigRefused

KEY_VARIABLE = "ALPHAPULSE_SIGNER_KEY"
KEYSTORE_VARIABLE = "ALPHAPULSE_SIGNER_KEYSTORE"
"""Path of a Web3 Secret Storage file (version 3), as geth writes it."""
PASSPHRASE_VARIABLE = "ALPHAPULSE_SIGNER_PASSPHRASE"  # noqa: S105 (the name, not the phrase)
_KEY = re.compile(r"(0x)?[0-9a-fA-F]{64}")
_TYPE = b"\x02"
"""EIP-2718's number of an EIP-1559 transaction, before its RLP."""


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

    async def signed(self, tx: Eip1559Tx) -> Signed:
        """Sign one transaction.

        Raises:
            SignerUnavailable: Whoever holds the key does not answer; nothing was signed for us.
        """
        ...


class LocalSigner:
    """A signer whose key is in this process. Make it with `from_env` or `from_key`."""

    __slots__ = ("_sign", "address")

    def __init__(self, address: str, sign: Callable[[bytes], bytes]) -> None:
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
        private = _private_key(key)

        def sign(digest: bytes) -> bytes:
            return private.sign_recoverable(digest, hasher=None)

        return cls(_address(private.public_key.format(compressed=False)), sign)

    def sign(self, tx: Eip1559Tx) -> Signed:
        """Sign one transaction: 0.1 ms."""
        fields = _fields(tx)
        signature = self._sign(keccak(_TYPE + _encoded(fields)))
        raw = _TYPE + _encoded([*fields, *_parts(signature)])
        return Signed(raw, "0x" + keccak(raw).hex())

    async def signed(self, tx: Eip1559Tx) -> Signed:
        """Sign one transaction, as :class:`Signer` has it; never waits."""
        return self.sign(tx)


def signed_by(address: str, tx: Eip1559Tx, raw: bytes) -> Signed | None:
    """Check what somebody else signed.

    Args:
        address: Who should have signed, lower case.
        tx: What should have been signed.
        raw: What came back.

    Returns:
        None unless it is just that transaction with a signature of that address.
    """
    signer = ""
    with suppress(Exception):  # whatever is wrong with it, it is not that signature
        signer = _signer_of(_fields(tx), raw)
    return Signed(raw, "0x" + keccak(raw).hex()) if signer == address else None


def _signer_of(fields: list[Any], raw: bytes) -> str:
    """Give the address whose signature makes these fields this transaction; nothing if none can."""
    from coincurve import PublicKey

    decoded = rlp.decode(raw[1:])  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] (untyped)
    parts = cast("list[bytes]", decoded[-3:])
    if raw != _TYPE + _encoded([*fields, *parts]):
        return ""
    parity, r, s = (int.from_bytes(part) for part in parts)
    signature = r.to_bytes(32) + s.to_bytes(32) + bytes([parity])
    digest = keccak(_TYPE + _encoded(fields))
    public: Any = PublicKey.from_signature_and_message(signature, digest, hasher=None)
    return _address(public.format(compressed=False))


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


def _private_key(key: str) -> Any:  # noqa: ANN401 (coincurve has no types)
    from coincurve import PrivateKey

    if not _KEY.fullmatch(key):
        raise ConfigRefused(f"{KEY_VARIABLE} must be 0x and 64 hex digits")
    private: Any = None
    with suppress(Exception):  # any error of the library may carry the key
        private = PrivateKey(bytes.fromhex(key[-64:]))
    if private is None:
        raise ConfigRefused(f"{KEY_VARIABLE} is not a key of secp256k1")
    return private


def _address(public_key: bytes) -> str:
    """Give the address of an uncompressed public key, lower case."""
    return "0x" + keccak(public_key[1:])[-20:].hex()


def _fields(tx: Eip1559Tx) -> list[Any]:
    """Order what is signed as EIP-1559 has it; the access list is empty."""
    return [
        _integer(tx.chain_id),
        _integer(tx.nonce),
        _integer(tx.max_priority_fee_per_gas_wei),
        _integer(tx.max_fee_per_gas_wei),
        _integer(tx.gas_limit),
        b"" if tx.to is None else bytes.fromhex(tx.to[2:]),
        _integer(tx.value_wei),
        tx.data,
        [],
    ]


def _parts(signature: bytes) -> list[bytes]:
    """Order a signature (r, s, recovery id) as EIP-1559 has it: y parity, r, s."""
    numbers = signature[64], signature[:32], signature[32:64]
    return [_integer(n if isinstance(n, int) else int.from_bytes(n)) for n in numbers]


def _integer(value: int) -> bytes:
    """Write an integer as RLP has it: big-endian without leading zeros.

    Raises:
        OverflowError: It is negative.
    """
    return value.to_bytes((value.bit_length() + 7) // 8)


def _encoded(fields: list[Any]) -> bytes:
    return bytes(rlp.encode(fields, infer_serializer=False))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] (untyped)
