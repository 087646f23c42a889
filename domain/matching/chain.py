"""Journal against chain, transaction by transaction: what the loop heard, and what the chain keeps.

What the loop heard was mined, and what is, become two rows each under the transaction hash, what it
sends and its gas; `domain.reconciliation` compares them. What is the desk's own is here: a block
short of final, and what became of a transaction the chain lacks, where (signer, nonce) tells which
other one was mined.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from domain.clock import SECOND_NS
from domain.identity import native_asset, wallet_account
from domain.matching.exchange import BY_NAME
from domain.matching.made import Compared, Sides, matches_made
from domain.matching.strands import transaction_key
from domain.matching.types import CHAIN, Break, make_break
from domain.reconciliation.causes import Cause
from domain.reconciliation.reconcile import reconcile
from domain.reconciliation.types import Break as RowBreak
from domain.reconciliation.types import Row
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

RECON = CHAIN
FINALITY_PATIENCE_NS = 900 * SECOND_NS
"""How long a block may stay short of final: Ethereum needs two epochs (13 min), so 15."""
GAS = "gas"

_NOTHING_MINED = ("REJECTED", "DROPPED", "REPLACED")


class _Sent(msgspec.Struct, frozen=True):
    """One transaction: what was intended, what the loop heard last, and what was mined of it."""

    intent: IntendedTransaction
    answer: TransactionAnswer | None
    mined: ChainTransaction | None

    @property
    def heard(self) -> str:
        return self.answer.status if self.answer else "nothing"

    @property
    def is_heard_mined(self) -> bool:
        return self.answer is not None and self.answer.finality != "none"

    @property
    def at_ns(self) -> int:
        """When it was mined by the chain: the journal says only when that was heard."""
        return self.mined.at_ns if self.mined else self.intent.intended_ns


def match_chain(journal: JournalBook, chain: ChainBook) -> Compared:
    """Compare each intended transaction's last answer with the canonical chain."""
    mined = {tx.receipt.tx_hash: tx for tx in in_chain_order(chain.transactions)}
    answers = last_heard(journal.transaction_answers, lambda answer: answer.tx_hash)
    intents = {intent.tx_hash: intent for intent in journal.transactions}
    sent = {
        name: _Sent(intent, answers.get(name), mined.get(name)) for name, intent in intents.items()
    }
    by_nonce = {(tx.receipt.sender, tx.nonce): tx for tx in mined.values() if tx.nonce >= 0}
    sides = _sides(sent.values())
    report = reconcile([*sides.left.values()], [*sides.right.values()], BY_NAME)
    found = [*_transaction_breaks(report.breaks, sides, sent)]
    for one in sent.values():
        if one.mined is not None:
            found += _pending(one, one.mined, chain)
        elif chain.is_complete:
            found += _absent(one, by_nonce, chain)
    waiting = frozenset(transaction_key(one.subject) for one in found)
    return Compared(found, [*matches_made(RECON, sides, report.matched)], waiting)


# --- rows -----------------------------------------------------------------------------------------


def _sides(sent: Iterable[_Sent]) -> Sides:
    """Tell what was mined, as the loop heard it and as the chain has it."""
    sides = Sides({}, {}, {})
    for one in sent:
        if one.mined is not None:
            if one.answer is not None and one.is_heard_mined:
                sides.left.update((row.id, row) for row in _told_rows(one, one.answer))
            sides.right.update((row.id, row) for row in _mined_rows(one, one.mined))
            sides.made_of.update(dict.fromkeys(_ids(one), (one.intent.tx_hash,)))
    return sides


def _ids(one: _Sent) -> tuple[str, str]:
    return one.intent.tx_hash, f"{one.intent.tx_hash} {GAS}"


def _told_rows(one: _Sent, answer: TransactionAnswer) -> Iterator[Row]:
    status = "reverted" if answer.status == "REVERTED" else ""
    paid_wei = answer.gas_used * answer.effective_gas_price_wei
    return _rows(one, one.intent.value_wei, paid_wei, status, answer.block_hash)


def _mined_rows(one: _Sent, tx: ChainTransaction) -> Iterator[Row]:
    receipt = tx.receipt
    status = "reverted" if receipt.status == 0 else ""
    paid_wei = receipt.gas_used * receipt.effective_gas_price_wei
    return _rows(one, receipt.value_wei, paid_wei, status, receipt.block_hash)


def _rows(one: _Sent, value_wei: int, paid_wei: int, status: str, block: str) -> Iterator[Row]:
    intent, (name, gas) = one.intent, _ids(one)
    account = wallet_account(intent.chain_id, intent.signer)
    native = native_asset(intent.chain_id)
    yield Row(
        id=name,
        time_ns=one.at_ns,
        account=account,
        asset=native,
        amount_units=-value_wei,
        ref=name,
        kind="transaction",
        status=status,
        block=block,
    )
    yield Row(gas, one.at_ns, account, native, -paid_wei, ref=name, kind=GAS)


# --- breaks ---------------------------------------------------------------------------------------


def _transaction_breaks(
    broken: Iterable[RowBreak], sides: Sides, sent: Mapping[str, _Sent]
) -> Iterator[Break]:
    """Tell breaks of rows as breaks of transactions; the gas of an unheard one goes with it."""
    gas: defaultdict[str, list[RowBreak]] = defaultdict(list)
    for told in broken:
        row = sides.right[told.right_ids[0]]
        if row.kind == GAS:
            gas[row.ref].append(told)
        else:
            yield _transaction_break(sent[row.ref], told)
    for name, of_gas in gas.items():
        if sent[name].is_heard_mined:
            yield _gas_break(sent[name], of_gas)


def _transaction_break(one: _Sent, broken: RowBreak) -> Break:
    tx, answer = one.mined, one.answer
    if broken.cause is Cause.MISSING_INTERNAL and tx is not None:
        say = f"mined in block {tx.receipt.block_number}, the loop heard {one.heard}"
    elif broken.cause is Cause.REORGED and tx is not None and answer is not None:
        say = f"the loop saw it in {answer.block_hash}, canonical is {tx.receipt.block_hash}"
    else:
        say = f"the loop heard {one.heard}: {broken.explanation}"
    is_value = broken.cause in (Cause.QTY, Cause.SIDE, Cause.DECIMALS)
    return _of_tx(
        one.intent, broken.cause.value, say, one.at_ns,
        amount_units=broken.amount_units if is_value else None,
    )  # fmt: skip


def _gas_break(one: _Sent, gas: Sequence[RowBreak]) -> Break:
    """State by how much the chain charged more for gas than the loop heard."""
    say = f"gas: {'; '.join(told.explanation for told in gas)}"
    over_wei = -sum(told.amount_units for told in gas)
    return _of_tx(one.intent, "GAS_UNBOOKED", say, one.at_ns, amount_units=over_wei)


def _pending(one: _Sent, tx: ChainTransaction, chain: ChainBook) -> Iterator[Break]:
    number = tx.receipt.block_number
    if standing_of(number, chain) != "final":
        say = f"block {number}, final is {chain.heads.final_block}"
        expires_ns = tx.at_ns + FINALITY_PATIENCE_NS
        yield _of_tx(one.intent, "PENDING_FINALITY", say, tx.at_ns, expires_ns=expires_ns)


def _absent(
    one: _Sent, by_nonce: Mapping[tuple[str, int], ChainTransaction], chain: ChainBook
) -> Iterator[Break]:
    """Say what became of a transaction the chain lacks."""
    intent, answer = one.intent, one.answer
    if answer is not None and answer.status in _NOTHING_MINED:
        return
    other = by_nonce.get((intent.signer, intent.nonce))
    if other is not None:
        say = f"nonce {intent.nonce} was used by {other.receipt.tx_hash}"
        yield _of_tx(intent, "REPLACED_TX", say, intent.intended_ns)
        return
    say = f"the loop heard {one.heard}, the chain has no receipt"
    if _may_still_come(one, chain):
        expires_ns = intent.intended_ns + FINALITY_PATIENCE_NS
        yield _of_tx(intent, "TIMING", say, intent.intended_ns, expires_ns=expires_ns)
    else:
        yield _of_tx(intent, "MISSING_EXTERNAL", say, intent.intended_ns, side="external")


def _may_still_come(one: _Sent, chain: ChainBook) -> bool:
    """Ask whether nobody claims it was mined yet, or it was mined beyond what was captured."""
    if one.answer is None or not one.is_heard_mined:
        return True
    return 0 < chain.until_block < one.answer.block_number


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
    asset = native_asset(intent.chain_id) if amount_units is not None else ""
    return make_break(
        RECON,
        cause,
        intent.tx_hash,
        evidence,
        at_ns,
        side=side,
        asset=asset,
        amount_units=amount_units,
        expires_ns=expires_ns,
    )
