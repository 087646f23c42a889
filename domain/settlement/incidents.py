"""What a transaction of ours moved beside its legs, by its own logs: premiums, taxes, shares.

Each is believed by its logs alone, and only in a transaction that was meant:

* a **flash loan** when its lender logged it, and exactly the amount came from somebody and exactly
  the amount and the premium went back: the premium is a cost, the rest moved nothing;
* a **transfer tax** when a token that the desk card does not clear of taxing, in one run of logs,
  splits what a pool or we send between the other of the two and somebody else: what somebody else
  got is the tax. What a pool sent is booked whole and the tax beside it: the leg keeps its price;
* **liquidity** when a pool logs that it took tokens for shares or gave them back, and no swap: all
  between us and that pool is one change, with the shares or the position's token.

What fits none of these stays for `chain.py`, which makes legs of it or calls it unexplained.
Rebases have no logs of ours and are `rebases.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from domain.chain.events import V2_SWAP_TOPIC, V3_SWAP_TOPIC
from domain.chain.types import Log
from domain.chain.words import ZERO_ADDRESS, split_words, word_uint
from domain.identity import fact_id
from domain.settlement.flows import CHAIN_VENUE, NO_LOG, Context, Flow, sum_moves
from domain.settlement.outcome import Incident, LiquidityChange, Move

PREMIUM, TAX = "flash_loan_premium", "transfer_tax"
"""Kinds of incidents, as the ledger books them."""
FLASH_TOPICS = {
    "0xefefaba5e921573100900a3ad9cf29f222d995fb3b6045797eaea7521bd8d6f0": ((1, 3),),
    "0x631042c832b07452973831137f2d73e395028b44b250dedc5abb0ee766e168ac": ((0, 1),),
    "0x0d7d75e01ab95780d3cd1c8ec0dd6c2ce19e3a20427eec8bf53283b6fb8e95f0": ((0, 1),),
    "0xbdbdb71d7860376ba52b25a5028beea23581364a40522f6bcfb86bb1f2dca633": ((0, 2), (1, 3)),
}
"""First topic of FlashLoan of Aave V3, Aave V2 and Balancer V2, and Flash of a V3 pool -> which
words of its data are (amount, premium), a pair a token."""
LIQUIDITY_TOPICS = frozenset(
    {
        "0x4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f",
        "0xdccd412f0b1252819cb1fd330b93224ca42612892bb3f4f789976e6d81936496",
        "0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde",
        "0x70935338e69775456a85ddef226c395fb668b63fa0115f5f20610b388e6ca9c0",
    }
)
"""First topics of V2 Mint and Burn, and of V3 Mint and Collect."""


class Detours(msgspec.Struct):
    """What was found beside the legs, and the flows that are left for them."""

    rest: list[Flow]
    incidents: list[Incident] = []
    liquidity: list[LiquidityChange] = []


def detours(context: Context, flows: Sequence[Flow]) -> Detours:
    """Take out of a transaction's flows what its logs say was no trade.

    Args:
        context: The transaction; without an intent nothing is taken out.
        flows: All of it, in the order of its logs.
    """
    found = Detours(list(flows))
    if context.intent is not None:
        for log in context.tx.receipt.logs:
            _repay(context, log, found)
        _give_liquidity(context, found)
        for run in list(_runs(found.rest)):
            _tax(context, run, found)
    return found


# --- flash loans ----------------------------------------------------------------------------------


def _repay(context: Context, log: Log, found: Detours) -> None:
    words = split_words(log.data) or []
    for lent, charged in FLASH_TOPICS.get(log.topics[0] if log.topics else "", ()):
        if charged < len(words):
            amount, premium = word_uint(words[lent]), word_uint(words[charged])
            pair = _loan(context, found.rest, amount, premium) if amount else None
            if pair is not None:
                found.rest = [flow for flow in found.rest if flow not in pair]
                if premium:
                    found.incidents.append(
                        _incident(context, PREMIUM, pair[1], pair[1].sender, -premium, CHAIN_VENUE)
                    )


def _loan(
    context: Context, flows: Sequence[Flow], amount: int, premium: int
) -> tuple[Flow, Flow] | None:
    """Find what was lent to us and what the same lender got back, to the unit."""
    own = context.scope.is_own
    for lent in flows:
        if own(lent.recipient) and not own(lent.sender) and lent.units == amount:
            for repaid in flows:
                way_back = (lent.recipient, lent.sender, lent.asset, amount + premium)
                if (repaid.sender, repaid.recipient, repaid.asset, repaid.units) == way_back:
                    return lent, repaid
    return None


# --- liquidity ------------------------------------------------------------------------------------


def _give_liquidity(context: Context, found: Detours) -> None:
    scope, receipt = context.scope, context.tx.receipt
    named = [(log.topics[0], log.address) for log in receipt.logs if log.topics]
    changed = {address for topic, address in named if topic in LIQUIDITY_TOPICS}
    swapped = {address for topic, address in named if topic in (V2_SWAP_TOPIC, V3_SWAP_TOPIC)}
    for pool in sorted((changed - swapped) & scope.pools.keys()):
        flows = [flow for flow in found.rest if _is_of_shares(context, flow, pool)]
        moves = sum_moves(move for flow in flows for move in _moves(context, flow))
        if moves:
            found.rest = [flow for flow in found.rest if flow not in flows]
            found.liquidity.append(_change(context, pool, flows, moves))


def _is_of_shares(context: Context, flow: Flow, pool: str) -> bool:
    scope, sides = context.scope, {flow.sender, flow.recipient}
    is_ours = any(scope.is_own(side) for side in sides)
    is_position = "/erc721:" in flow.asset and ZERO_ADDRESS in sides
    return is_ours and (pool in sides or flow.asset == scope.asset(pool) or is_position)


def _moves(context: Context, flow: Flow) -> Iterator[Move]:
    scope = context.scope
    for side, units in ((flow.sender, -flow.units), (flow.recipient, flow.units)):
        if scope.is_own(side):
            yield Move(scope.account(side), flow.asset, units)


def _change(
    context: Context, pool: str, flows: Sequence[Flow], moves: tuple[Move, ...]
) -> LiquidityChange:
    receipt, venue = context.tx.receipt, context.scope.pools[pool].venue
    logs = ",".join(str(flow.log_index) for flow in flows)
    return LiquidityChange(
        change_id=fact_id(
            "liquidity", context.scope.chain_id, receipt.block_hash, receipt.tx_hash, venue
        ),
        venue=venue,
        moves=moves,
        at_ns=context.tx.at_ns,
        evidence=f"{receipt.tx_hash}:{logs}",
        strategy=context.strategy,
        execution_id=context.execution_id,
        opportunity_id=context.opportunity_id,
    )


# --- taxes ----------------------------------------------------------------------------------------


def _runs(flows: Sequence[Flow]) -> Iterator[list[Flow]]:
    """Cut flows where the token or the sender changes, or another log stands between."""
    run: list[Flow] = []
    for flow in flows:
        before = run[-1] if run else flow
        follows = flow.log_index in (before.log_index + 1, before.log_index)
        if (flow.asset, flow.sender) != (before.asset, before.sender) or not follows:
            yield run
            run = []
        if flow.log_index != NO_LOG:
            run.append(flow)
    yield run


def _tax(context: Context, run: Sequence[Flow], found: Detours) -> None:
    scope = context.scope
    kept = [flow for flow in run if _is_between_us_and_a_pool(context, flow)]
    taken = [flow for flow in run if not _is_known(context, flow.recipient)]
    if len(kept) != 1 or not taken:
        return
    leg = kept[0]
    holder, pool = (
        (leg.sender, leg.recipient) if scope.is_own(leg.sender) else (leg.recipient, leg.sender)
    )
    found.rest = [flow for flow in found.rest if flow not in taken]
    if pool == leg.sender:
        whole = leg.units + sum(flow.units for flow in taken)
        position = found.rest.index(leg)
        found.rest[position] = msgspec.structs.replace(leg, units=whole)
    venue = scope.pools[pool].venue
    found.incidents += [
        _incident(context, TAX, flow, holder, -flow.units, venue) for flow in taken if flow.units
    ]


def _is_between_us_and_a_pool(context: Context, flow: Flow) -> bool:
    scope = context.scope
    is_taxed = flow.asset in scope.taxed & {scope.base_asset, scope.quote_asset}
    sides = (flow.sender, flow.recipient)
    return is_taxed and any(map(scope.is_own, sides)) and any(one in scope.pools for one in sides)


def _is_known(context: Context, address: str) -> bool:
    return context.scope.is_own(address) or address in context.scope.pools


def _incident(
    context: Context, kind: str, flow: Flow, holder: str, units: int, venue: str
) -> Incident:
    scope, receipt = context.scope, context.tx.receipt
    return Incident(
        kind=kind,
        incident_id=fact_id("incident", scope.chain_id, receipt.block_hash, flow.evidence),
        account=scope.account(holder),
        asset=flow.asset,
        units=units,
        venue=venue,
        at_ns=context.tx.at_ns,
        evidence=flow.evidence,
        strategy=context.strategy,
        execution_id=context.execution_id,
        opportunity_id=context.opportunity_id,
    )
