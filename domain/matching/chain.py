"""Journal against chain, transaction by transaction: what the loop heard, and what the chain keeps.

The key is the transaction hash; where it was never mined, (signer, nonce) tells which other one
was.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.clock import SECOND_NS
from domain.matching.types import Break, make_break
from domain.settlement.chain import in_chain_order
from domain.settlement.settle import last_heard
from domain.settlement.status import standing_of
from domain.settlement.types import (
    ChainBook,
    ChainTransaction,
    IntendedTransaction,
    JournalBook,
    TransactionAnswer,
)

FINALITY_PATIENCE_NS = 900 * SECOND_NS
"""How long a block may stay short of final: Ethereum needs two epochs (13 min), so 15."""

_NOTHING_MINED = ("REJECTED", "DROPPED", "REPLACED")


def match_chain(journal: JournalBook, chain: ChainBook) -> Iterator[Break]:
    """Compare each intended transaction's last answer with the canonical chain."""
    mined = {tx.receipt.tx_hash: tx for tx in in_chain_order(chain.transactions)}
    by_nonce = {(tx.receipt.sender, tx.nonce): tx for tx in mined.values() if tx.nonce >= 0}
    answers = last_heard(journal.transaction_answers, lambda answer: answer.tx_hash)
    for intent in {intent.tx_hash: intent for intent in journal.transactions}.values():
        tx, answer = mined.get(intent.tx_hash), answers.get(intent.tx_hash)
        if tx is not None:
            yield from _mined_breaks(intent, answer, tx, chain)
        elif chain.is_complete:
            other = by_nonce.get((intent.signer, intent.nonce))
            yield from _absent_breaks(intent, answer, other, chain)


def _mined_breaks(
    intent: IntendedTransaction,
    answer: TransactionAnswer | None,
    tx: ChainTransaction,
    chain: ChainBook,
) -> Iterator[Break]:
    receipt = tx.receipt
    if standing_of(receipt.block_number, chain) != "final":
        say = f"block {receipt.block_number}, final is {chain.heads.final_block}"
        expires_ns = tx.at_ns + FINALITY_PATIENCE_NS
        yield _of_tx(intent, "PENDING_FINALITY", say, tx.at_ns, expires_ns=expires_ns)
    if answer is None or answer.finality == "none":
        heard = answer.status if answer else "nothing"
        say = f"mined in block {receipt.block_number}, the loop heard {heard}"
        yield _of_tx(intent, "MISSING_INTERNAL", say, tx.at_ns)
    elif answer.block_hash != receipt.block_hash:
        say = f"the loop saw it in {answer.block_hash}, canonical is {receipt.block_hash}"
        yield _of_tx(intent, "REORGED", say, tx.at_ns)
    else:
        yield from _field_breaks(intent, answer, tx)


def _field_breaks(
    intent: IntendedTransaction, answer: TransactionAnswer, tx: ChainTransaction
) -> Iterator[Break]:
    receipt = tx.receipt
    if (answer.status == "REVERTED") != (receipt.status == 0):
        say = f"the loop heard {answer.status}, the receipt says status {receipt.status}"
        yield _of_tx(intent, "REVERTED_TX", say, tx.at_ns)
    heard = answer.gas_used * answer.effective_gas_price_wei
    paid = receipt.gas_used * receipt.effective_gas_price_wei
    if heard != paid:
        say = f"gas: the loop heard {heard} wei, the receipt says {paid}"
        yield _of_tx(intent, "GAS_UNBOOKED", say, tx.at_ns, amount_units=paid - heard)


def _absent_breaks(
    intent: IntendedTransaction,
    answer: TransactionAnswer | None,
    other: ChainTransaction | None,
    chain: ChainBook,
) -> Iterator[Break]:
    if answer is not None and answer.status in _NOTHING_MINED:
        return
    if other is not None:
        say = f"nonce {intent.nonce} was used by {other.receipt.tx_hash}"
        yield _of_tx(intent, "REPLACED_TX", say, intent.intended_ns)
        return
    heard = answer.status if answer else "nothing"
    say = f"the loop heard {heard}, the chain has no receipt"
    if _may_still_come(answer, chain):
        expires_ns = intent.intended_ns + FINALITY_PATIENCE_NS
        yield _of_tx(intent, "TIMING", say, intent.intended_ns, expires_ns=expires_ns)
    else:
        yield _of_tx(intent, "MISSING_EXTERNAL", say, intent.intended_ns, side="external")


def _may_still_come(answer: TransactionAnswer | None, chain: ChainBook) -> bool:
    """Ask whether nobody claims it was mined yet, or it was mined beyond what was captured."""
    if answer is None or answer.finality == "none":
        return True
    return 0 < chain.until_block < answer.block_number


def _of_tx(
    intent: IntendedTransaction,
    cause: str,
    evidence: str,
    at_ns: int,
    *,
    side: str = "internal",
    amount_units: int | None = None,
    expires_ns: int = 0,
) -> Break:
    asset = f"eip155:{intent.chain_id}/slip44:60" if amount_units is not None else ""
    return make_break(
        "journal-chain",
        cause,
        intent.tx_hash,
        evidence,
        at_ns,
        side=side,
        asset=asset,
        amount_units=amount_units,
        expires_ns=expires_ns,
    )
