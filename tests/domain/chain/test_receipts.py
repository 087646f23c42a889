"""The bytes of each kind of receipt, and the root over them."""

import msgspec
import pytest
import rlp
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.chain.receipts import EMPTY_ROOT, encode_receipt, receipts_root
from domain.errors import InputRefused
from tests.kit.logs import a_receipt, in_sequence, transfer


def test_an_empty_block_has_the_root_of_the_empty_trie():
    assert receipts_root([]) == EMPTY_ROOT


def test_a_legacy_receipt_is_a_bare_list():
    log = transfer(0x70, 0xA1, 0xB0, 5)
    status, gas, bloom, logs = rlp.decode(encode_receipt(a_receipt(logs=[log], tx_type=0)))
    assert (status, int.from_bytes(gas, "big"), len(bloom)) == (b"\x01", 21_000, 256)
    ((address, topics, data),) = logs
    assert (address, data) == (bytes.fromhex(log.address[2:]), (5).to_bytes(32, "big"))
    assert [topic.hex() for topic in topics] == [topic[2:] for topic in log.topics]


@pytest.mark.parametrize("tx_type", [1, 2, 3, 4])
def test_a_typed_receipt_is_its_type_and_then_the_list(tx_type):
    typed = encode_receipt(a_receipt(tx_type=tx_type))
    assert typed[0] == tx_type
    assert typed[1:] == encode_receipt(a_receipt(tx_type=0))


def test_a_failed_transaction_has_the_empty_status():
    assert rlp.decode(encode_receipt(a_receipt(tx_type=0, status=0)))[0] == b""


def test_before_byzantium_the_state_root_stands_where_the_status_is():
    early = a_receipt(tx_type=0, status=None, state_root="0x" + "5a" * 32)
    assert rlp.decode(encode_receipt(early))[0] == bytes.fromhex("5a" * 32)


def test_a_deposit_commits_to_its_nonce_and_version():
    deposit = a_receipt(tx_type=126, deposit_nonce=7, deposit_receipt_version=1)
    assert rlp.decode(encode_receipt(deposit)[1:])[4:] == [b"\x07", b"\x01"]
    assert len(rlp.decode(encode_receipt(a_receipt(tx_type=126, deposit_nonce=7))[1:])) == 5


def test_a_receipt_that_says_nothing_of_its_outcome_is_refused():
    with pytest.raises(InputRefused, match="status"):
        encode_receipt(a_receipt(status=None))


def test_two_receipts_at_one_index_are_refused():
    with pytest.raises(InputRefused, match="index"):
        receipts_root([a_receipt(0), a_receipt(0)])


@settings(max_examples=8)  # each builds two tries
@given(st.integers(min_value=1, max_value=140), st.randoms(use_true_random=False))
def test_the_root_does_not_depend_on_the_order_receipts_come_in(count, random):
    receipts = [a_receipt(index) for index in range(count)]
    shuffled = random.sample(receipts, count)
    assert receipts_root(shuffled) == receipts_root(receipts)


LOGGED = a_receipt(logs=in_sequence(transfer(1, 2, 3, 4), transfer(1, 2, 3, 5)))


@pytest.mark.parametrize(
    "changed",
    [
        {"status": 0},
        {"cumulative_gas_used": 21_001},
        {"tx_type": 1},
        {"logs": LOGGED.logs[:1]},
        {"logs": LOGGED.logs[::-1]},
        {"logs": (LOGGED.logs[0], transfer(1, 2, 3, 6))},
    ],
    ids=["status", "gas", "type", "a log less", "order of logs", "data of a log"],
)
def test_whatever_consensus_holds_changes_the_root(changed):
    altered = msgspec.structs.replace(LOGGED, **changed)
    assert receipts_root([altered]) != receipts_root([LOGGED])
