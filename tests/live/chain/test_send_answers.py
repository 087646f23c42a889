"""What a node's error text proves, and what it does not."""

from __future__ import annotations

import pytest

from live.chain.send_answers import Duplicate, Rejected, RejectReason, read_send_error

HASH = "0x" + "ab" * 32


@pytest.mark.parametrize("text", ["already known", "transaction already imported", "AlreadyKnown"])
def test_a_transaction_the_node_has_is_a_duplicate_not_a_refusal(text):
    assert read_send_error(HASH, text) == Duplicate(HASH)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nonce too low", RejectReason.NONCE_TOO_LOW),
        ("nonce too low: next nonce 5, tx nonce 3", RejectReason.NONCE_TOO_LOW),
        ("nonce too high", RejectReason.NONCE_TOO_HIGH),
        ("replacement transaction underpriced", RejectReason.REPLACEMENT_UNDERPRICED),
        ("max fee per gas less than block base fee", RejectReason.FEE_BELOW_BASE_FEE),
        ("transaction underpriced: gas tip cap 1, minimum needed 2", RejectReason.TIP_BELOW_POOL),
        ("tx fee (1.20 ether) exceeds the configured cap (1.00 ether)",
         RejectReason.COST_ABOVE_CAP),
        ("txpool is full", RejectReason.POOL_FULL),
        ("account limit exceeded", RejectReason.POOL_FULL),
        ("max priority fee per gas higher than max fee per gas: address 0xab",
         RejectReason.TIP_ABOVE_FEE),
        ("invalid chain id for signer: have 1 want 31337", RejectReason.WRONG_CHAIN),
        ("invalid sender: invalid transaction v, r, s values", RejectReason.BAD_SIGNATURE),
        ("Insufficient funds for gas * price + value", RejectReason.INSUFFICIENT_FUNDS),
        ("intrinsic gas too low", RejectReason.GAS_TOO_LOW),
        ("exceeds block gas limit", RejectReason.GAS_TOO_HIGH),
    ],
)  # fmt: skip
def test_each_refusal_has_its_reason_and_keeps_the_nodes_words(text, reason):
    assert read_send_error(HASH, text) == Rejected(reason, text)


@pytest.mark.parametrize("text", ["", "internal error", "header not found", "upstream timed out"])
def test_a_text_we_do_not_know_proves_nothing(text):
    assert read_send_error(HASH, text) is None


def test_a_replacement_is_not_mistaken_for_a_low_fee():
    answer = read_send_error(HASH, "replacement transaction underpriced")
    assert isinstance(answer, Rejected)
    assert answer.reason is RejectReason.REPLACEMENT_UNDERPRICED


def test_every_reason_is_read_from_some_text():
    from live.chain.send_answers import _REASONS

    assert {reason for _, reason in _REASONS} == set(RejectReason)
