"""What the recipient of a swap really received, next to what the pool's Swap event says.

A pool writes down what it sent, not what arrived: a token may keep a tax on the way, split the
payment or move it through a third address. The books need what arrived, so each swap is joined to
the token transfers of its own turn at the pool:

* the **turn** of a swap is the stretch of its transaction after the pool's previous turn ended (its
  last Swap, Mint, Burn, Collect or Flash) and before its own Swap event. Pools pay first and log
  last, so what is paid for a swap is inside its turn, also where turns of other pools nest in it;
* the **token paid out** is the one the pool sent in that turn. When it sent more than one (a flash
  swap, a skim), the pool's two tokens tell: token0 has the smaller address; failing that, the one
  token whose sum is exactly what the event says; failing that it is unknown;
* **received** is what the pool sent the recipient directly, or, when it sent the recipient nothing,
  what those it paid passed on to the recipient within the turn; less what the token took back from
  the recipient at once (to itself or to a burn address, with no other log in between).

Unknown is not zero: a token that logs no transfer leaves `received_units` None, with a reason.
The warehouse computes the same in `int_chain__swaps_settled`; a test compares the two row by row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from domain.chain.events import (
    V2_SWAP_TOPIC,
    V3_SWAP_TOPIC,
    Swap,
    TokenTransfer,
    in_block_order,
    pull_swap,
    pull_transfer,
)
from domain.chain.types import Log
from domain.chain.words import ZERO_ADDRESS

TURN_END_TOPICS = frozenset(
    {
        V2_SWAP_TOPIC,
        V3_SWAP_TOPIC,
        "0x4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f",  # V2 Mint
        "0xdccd412f0b1252819cb1fd330b93224ca42612892bb3f4f789976e6d81936496",  # V2 Burn
        "0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde",  # V3 Mint
        "0x70935338e69775456a85ddef226c395fb668b63fa0115f5f20610b388e6ca9c0",  # V3 Collect
        "0xbdbdb71d7860376ba52b25a5028beea23581364a40522f6bcfb86bb1f2dca633",  # V3 Flash
    }
)
"""The last event of each thing a pool can do that moves tokens, as topic0."""

BURN_ADDRESSES = frozenset({ZERO_ADDRESS, "0x000000000000000000000000000000000000dead"})

NO_PAYMENT = "no transfer of a token out of the pool was logged"
AMBIGUOUS_SIDE = "the pool sent several tokens and none can be told to be this side's"


class Payout(msgspec.Struct, frozen=True):
    """One side of a swap that pays out; a V2 flash swap can have two.

    Args:
        side: 0 or 1, as the pool numbers its tokens.
        token: What was paid; None when the logs do not tell.
        stated_units: What the Swap event says left the pool.
        received_units: What the recipient got; None when the logs do not tell.
        payments: The transfers of that token out of the pool in the swap's turn.
        unknown_because: Why `received_units` is None; empty otherwise.
    """

    side: int
    token: str | None
    stated_units: int
    received_units: int | None
    payments: tuple[TokenTransfer, ...]
    unknown_because: str = ""

    @property
    def shortfall_units(self) -> int | None:
        """How much less arrived than the event says: 0 when all did, None when unknown."""
        if self.received_units is None:
            return None
        return max(self.stated_units - self.received_units, 0)


class SettledSwap(msgspec.Struct, frozen=True):
    """A swap with what each paying side delivered."""

    swap: Swap
    payouts: tuple[Payout, ...]

    @property
    def is_short(self) -> bool:
        """Ask whether the recipient got less than the event says on any side."""
        return any(payout.shortfall_units for payout in self.payouts)


def settle_swaps(logs: Iterable[Log]) -> list[SettledSwap]:
    """Settle every swap in these logs by what its recipient received, ordered by log index.

    Args:
        logs: All logs of the transactions concerned, in any order; with some missing the answer
            is about the logs, not about the chain.
    """
    by_transaction: dict[str, list[Log]] = defaultdict(list)
    for log in in_block_order(logs):
        by_transaction[log.tx_hash].append(log)
    return [settled for own in by_transaction.values() for settled in _settle_transaction(own)]


def _settle_transaction(logs: Sequence[Log]) -> list[SettledSwap]:
    turn_starts: dict[str, int] = {}
    settled: list[SettledSwap] = []
    for position, log in enumerate(logs):
        if not log.topics or log.topics[0] not in TURN_END_TOPICS:
            continue
        swap = pull_swap(log)
        if swap is not None:
            settled.append(_settle(swap, logs[turn_starts.get(log.address, 0) : position]))
        turn_starts[log.address] = position + 1
    return settled


def _settle(swap: Swap, turn: Sequence[Log]) -> SettledSwap:
    decoded = (pull_transfer(log) for log in turn)
    transfers = [move for move in decoded if move is not None and move.standard != "erc721"]
    stated = {0: swap.amount0_out, 1: swap.amount1_out}
    payouts = [_pay_out(swap, side, transfers) for side, units in stated.items() if units]
    return SettledSwap(swap, tuple(payouts))


def _pay_out(swap: Swap, side: int, transfers: Sequence[TokenTransfer]) -> Payout:
    stated = (swap.amount0_out, swap.amount1_out)[side]
    sent = [move for move in transfers if swap.pool == move.sender and swap.pool != move.token]
    if not sent:
        return Payout(side, None, stated, None, (), NO_PAYMENT)
    token = _token_paid(swap, side, transfers, sent)
    if token is None:
        return Payout(side, None, stated, None, (), AMBIGUOUS_SIDE)
    payments = tuple(move for move in sent if move.token == token)
    of_token = [move for move in transfers if move.token == token]
    return Payout(side, token, stated, _received(swap, of_token, payments), payments)


def _token_paid(
    swap: Swap, side: int, transfers: Sequence[TokenTransfer], sent: Sequence[TokenTransfer]
) -> str | None:
    candidates = {move.token for move in sent}
    if len(candidates) == 1 and not (swap.amount0_out and swap.amount1_out):
        return candidates.pop()
    pair = sorted(
        {move.token for move in transfers if swap.pool in {move.sender, move.recipient}}
        - {swap.pool}
    )
    if len(pair) == 2 and pair[side] in candidates:  # noqa: PLR2004 (a pool has two tokens)
        return pair[side]
    stated = (swap.amount0_out, swap.amount1_out)[side]
    exact = [token for token in candidates if _sum(sent, token) == stated]
    return exact[0] if len(exact) == 1 else None


def _sum(moves: Iterable[TokenTransfer], token: str) -> int:
    return sum(move.units for move in moves if move.token == token)


def _received(swap: Swap, moves: Sequence[TokenTransfer], payments: Sequence[TokenTransfer]) -> int:
    arrivals = [move for move in payments if move.recipient == swap.recipient]
    if not arrivals:
        paid = {move.recipient for move in payments}
        arrivals = [
            move for move in moves if move.sender in paid and move.recipient == swap.recipient
        ]
    taken_back = sum(_taken_back(arrival, moves) for arrival in arrivals)
    return sum(move.units for move in arrivals) - taken_back


def _taken_back(arrival: TokenTransfer, moves: Sequence[TokenTransfer]) -> int:
    """Sum what the token took from whom it just paid, log after log without another between."""
    following = {move.log_index: move for move in moves}
    takers = BURN_ADDRESSES | {arrival.token}
    taken, index = 0, arrival.log_index + 1
    while (move := following.get(index)) is not None:
        if move.sender != arrival.recipient or move.recipient not in takers:
            break
        taken, index = taken + move.units, index + 1
    return taken
