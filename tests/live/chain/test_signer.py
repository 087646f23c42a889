"""The signer signs for its address and never shows its key."""

from __future__ import annotations

import logging
import traceback

import msgspec
import pytest
from eth_account import Account
from rlp.exceptions import ObjectSerializationError

from domain.errors import ConfigRefused
from live.chain.signer import KEY_VARIABLE, Eip1559Tx, LocalSigner

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
    with caplog.at_level(logging.DEBUG), pytest.raises(ObjectSerializationError) as failed:
        signer.sign(msgspec.structs.replace(TX, to=None, gas_limit=-1))
    shown = "".join(traceback.format_exception(failed.value)) + caplog.text
    assert KEY[2:] not in shown


@pytest.mark.parametrize(
    "key", ["0x" + "zz" * 32, "0x12", "4c" * 33, "0x" + "00" * 32, "0x" + "ff" * 32]
)
def test_a_key_that_is_none_is_refused_without_being_shown(key):
    with pytest.raises(ConfigRefused) as refused:
        LocalSigner.from_env({KEY_VARIABLE: key})
    assert key[2:] not in "".join(traceback.format_exception(refused.value))
    assert refused.value.__context__ is None


def test_an_absent_key_says_which_variable_to_set():
    with pytest.raises(ConfigRefused, match=KEY_VARIABLE):
        LocalSigner.from_env({})
