"""The signer signs for its address and never shows its key."""

from __future__ import annotations

import json
import logging
import traceback

import msgspec
import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import generate_latest

from domain.errors import ConfigRefused
from live.chain.signer import (
    KEY_VARIABLE,
    KEYSTORE_VARIABLE,
    PASSPHRASE_VARIABLE,
    Eip1559Tx,
    LocalSigner,
)

KEY = "0x" + "4c" * 32
TX = Eip1559Tx(
    chain_id=31337,
    nonce=3,
    to="0x" + "ab" * 20,
    data=b"\x01\x02",
    gas_limit=50_000,
    max_fee_per_gas_wei=10,
    max_priority_fee_per_gas_wei=1,
)


def test_what_it_signs_is_recovered_to_its_address():
    signer = LocalSigner.from_key(KEY)
    signed = signer.sign(TX)
    assert Account.recover_transaction(signed.raw).lower() == signer.address
    assert signed.tx_hash.startswith("0x")
    assert len(signed.tx_hash) == 66


wei = st.integers(0, 2**128)
TXS = st.builds(
    Eip1559Tx,
    chain_id=st.integers(1, 2**32),
    nonce=st.integers(0, 2**64 - 1),
    to=st.none() | st.binary(min_size=20, max_size=20).map(lambda to: "0x" + to.hex()),
    data=st.binary(max_size=400),
    value_wei=wei,
    gas_limit=st.integers(0, 2**64 - 1),
    max_fee_per_gas_wei=wei,
    max_priority_fee_per_gas_wei=wei,
)


@given(TXS)
def test_its_bytes_are_those_of_eth_account(tx: Eip1559Tx):
    fields = {
        "type": 2,
        "chainId": tx.chain_id,
        "nonce": tx.nonce,
        "value": tx.value_wei,
        "data": tx.data,
        "gas": tx.gas_limit,
        "maxFeePerGas": tx.max_fee_per_gas_wei,
        "maxPriorityFeePerGas": tx.max_priority_fee_per_gas_wei,
    }
    to = {} if tx.to is None else {"to": to_checksum_address(tx.to)}
    theirs = Account.from_key(KEY).sign_transaction(fields | to)
    ours = LocalSigner.from_key(KEY).sign(tx)
    assert ours.raw == bytes(theirs.raw_transaction)
    assert ours.tx_hash == "0x" + bytes(theirs.hash).hex()


def test_signing_the_same_transaction_twice_gives_the_same_bytes():
    signer = LocalSigner.from_key(KEY)
    assert signer.sign(TX) == signer.sign(TX)


def test_the_key_is_in_no_repr_and_no_attribute():
    signer = LocalSigner.from_key(KEY)
    shown = repr(signer) + str(signer) + f"{signer!s}"
    shown += "".join(repr(getattr(signer, name)) for name in LocalSigner.__slots__)
    assert KEY[2:] not in shown
    assert repr(signer) == f"LocalSigner({signer.address})"


def test_the_key_is_in_no_log_and_no_traceback(caplog):
    signer = LocalSigner.from_key(KEY)
    with caplog.at_level(logging.DEBUG), pytest.raises(OverflowError) as failed:
        signer.sign(msgspec.structs.replace(TX, to=None, gas_limit=-1))
    shown = "".join(traceback.format_exception(failed.value)) + caplog.text
    assert KEY[2:] not in shown


@pytest.mark.parametrize(
    "key", ["0x" + "zz" * 32, "0x1f2e3d4c", "4c" * 33, "0x" + "00" * 32, "0x" + "ff" * 32]
)
def test_a_key_that_is_none_is_refused_without_being_shown(key):
    with pytest.raises(ConfigRefused) as refused:
        LocalSigner.from_env({KEY_VARIABLE: key})
    assert key[2:] not in "".join(traceback.format_exception(refused.value))
    assert refused.value.__context__ is None


def test_an_absent_key_says_which_variable_to_set():
    with pytest.raises(ConfigRefused, match=KEY_VARIABLE):
        LocalSigner.from_env({})


@pytest.fixture
def keystore(tmp_path):
    path = tmp_path / "wallet.json"
    path.write_text(json.dumps(Account.encrypt(KEY, "a long phrase", kdf="pbkdf2", iterations=2)))
    return path


def test_a_keystore_signs_as_its_key_does_and_comes_before_a_plain_key(keystore):
    signer = LocalSigner.from_env(
        {
            KEYSTORE_VARIABLE: str(keystore),
            PASSPHRASE_VARIABLE: "a long phrase",
            KEY_VARIABLE: "0x" + "11" * 32,
        }
    )
    assert signer.sign(TX) == LocalSigner.from_key(KEY).sign(TX)


@pytest.mark.parametrize("content", [None, "not json", "{}", "[1]"])
def test_a_keystore_that_does_not_open_is_refused_without_showing_anything(keystore, content):
    if content is not None:
        keystore.write_text(content)
    with pytest.raises(ConfigRefused) as refused:
        LocalSigner.from_env(
            {KEYSTORE_VARIABLE: str(keystore), PASSPHRASE_VARIABLE: "another phrase"}
        )
    shown = "".join(traceback.format_exception(refused.value))
    assert "another phrase" not in shown
    assert KEY[2:] not in shown
    assert refused.value.__context__ is None


def test_a_keystore_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigRefused, match=r"none\.json"):
        LocalSigner.from_env({KEYSTORE_VARIABLE: str(tmp_path / "none.json")})


def test_no_metric_shows_a_key():
    """Metrics are named by scopes and methods; nothing a signer holds can reach a label."""
    import live.execution.metrics  # noqa: F401  (registers the trader's metrics)

    LocalSigner.from_key(KEY).sign(TX)
    assert KEY[2:].encode() not in generate_latest()
