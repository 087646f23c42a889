"""Rebases: a token that changes what everybody holds, without a Transfer.

Told by the token's own log and proved by two balances, before and after the block of it: what moved
in that block without a Transfer of ours is the rebase. A balance that changed without such a log is
none; comparing balances shows it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from domain.chain.events import decode_transfers
from domain.identity import fact_id
from domain.settlement.flows import CHAIN_VENUE, token_asset
from domain.settlement.outcome import Incident
from domain.settlement.scope import ChainScope
from domain.settlement.types import ChainTransaction, RebaseSeen

REBASE_TOPICS = (
    "0x72725a3b1e5bd622d6bcd1339bb31279c351abe8f541ac7fd320f24e1b1641f2",
    "0xff08c3ef606d198e316ef5b822193c489965899eb4e3c248cea1a4626c3eda50",
)
"""First topics of ``LogRebase(uint256,uint256)`` (Ampleforth) and ``TokenRebased(...)`` (Lido)."""
REBASE = "rebase"


def rebase_incidents(
    scope: ChainScope, seen: Iterable[RebaseSeen], transactions: Iterable[ChainTransaction]
) -> list[Incident]:
    """Say what each rebase gave or took, in the order of blocks.

    Args:
        scope: Who is who.
        seen: Balances around each block with a rebase; one that was captured twice counts once.
        transactions: All that touch us; those of the block say what a Transfer explains.
    """
    once = {(one.block_hash, one.account, one.asset): one for one in seen}
    blocks = {one.block_hash for one in once.values()}
    moved = _moved(scope, [tx for tx in transactions if tx.receipt.block_hash in blocks])
    found = [
        _incident(scope, one, one.after_units - one.before_units - moved[key])
        for key, one in sorted(once.items(), key=lambda pair: (pair[1].block_number, pair[0]))
    ]
    return [one for one in found if one.units]


def _moved(
    scope: ChainScope, transactions: Iterable[ChainTransaction]
) -> defaultdict[tuple[str, str, str], int]:
    sums: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for tx in {tx.receipt.tx_hash: tx for tx in transactions}.values():
        for move in decode_transfers(tx.receipt.logs) if tx.receipt.status != 0 else ():
            asset = token_asset(scope, move.token, move.standard, move.token_id)
            for side, units in ((move.sender, -move.units), (move.recipient, move.units)):
                if scope.is_own(side):
                    sums[tx.receipt.block_hash, scope.account(side), asset] += units
    return sums


def _incident(scope: ChainScope, one: RebaseSeen, units: int) -> Incident:
    evidence = f"{one.tx_hash}:{one.log_index}"
    return Incident(
        kind=REBASE,
        incident_id=fact_id(
            "incident", scope.chain_id, one.block_hash, REBASE, one.account, one.asset
        ),
        account=one.account,
        asset=one.asset,
        units=units,
        venue=CHAIN_VENUE,
        at_ns=one.at_ns,
        evidence=evidence,
    )
