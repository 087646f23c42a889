"""What the loop believes of its orders and of its wallet, beside what the books say of them.

Of an order the loop's word is its last answer: filled base and quote, and the fee; the books' is
what settled, from the exchange's own statements. Of the wallet it is what the loop read at a block;
the books' is what entries up to that block add up to. Where both are right they are equal to the
last unit; where not, one of them is about to act on a position that does not exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from domain.settlement.outcome import Leg
from domain.settlement.settle import last_heard
from domain.settlement.types import IntendedOrder, OrderAnswer


class Inventory(msgspec.Struct, frozen=True):
    """What the loop read that an account of ours held at the end of a block: asset -> units."""

    account: str
    block_hash: str
    holdings: dict[str, int]


class BlockSeen(msgspec.Struct, frozen=True, order=True):
    """A block of the canonical chain, as the books captured it."""

    number: int
    block_hash: str
    at_ns: int


class Disagreement(msgspec.Struct, frozen=True, order=True):
    """What loop and books say different things of.

    Args:
        subject: Client order id, whose amounts are as received by us; or the account, as held.
    """

    subject: str
    asset: str
    live_units: int
    booked_units: int


def live_moves(
    orders: Iterable[IntendedOrder],
    answers: Iterable[OrderAnswer],
    base: str,
    quote: str,
    until_ns: int,
) -> dict[str, dict[str, int]]:
    """Give what the loop heard that each order moved.

    Args:
        orders: Intended at one exchange.
        answers: In any order; the last about an order counts.
        base: Identity of what the orders buy and sell.
        quote: Identity of what they pay with.
        until_ns: The cut-off of the books it is compared with. An order heard of after it may
            have moved after it too, so it is left to a later comparison.

    Returns:
        Client order id -> asset -> units received; orders that nothing was heard of are absent.
    """
    last = last_heard(answers, lambda answer: answer.client_order_id)
    found: dict[str, dict[str, int]] = {}
    for order in orders:
        answer = last.get(order.client_order_id)
        if answer is not None and answer.observed_ns <= until_ns:
            sign = 1 if order.side == "buy" else -1
            moved: defaultdict[str, int] = defaultdict(int)
            moved[base] += sign * answer.filled_base_units
            moved[quote] -= sign * answer.filled_quote_units
            if answer.fee_units:
                moved[answer.fee_asset] -= answer.fee_units
            found[order.client_order_id] = dict(moved)
    return found


def booked_moves(legs: Iterable[Leg]) -> dict[str, dict[str, int]]:
    """Give what the books say each order moved: client order id -> asset -> units received.

    Args:
        legs: As they stand after what the exchange took back or corrected.
    """
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for leg in legs:
        for move in (*leg.moves, *leg.fees):
            found[leg.order_ref][move.asset] += move.units
    return {name: dict(moved) for name, moved in found.items()}


def disagreements(
    live: dict[str, dict[str, int]], booked: dict[str, dict[str, int]]
) -> list[Disagreement]:
    """List where the two differ, by order and asset.

    Args:
        live: Of orders whose last answer is in; others are unknown to the loop, not flat.
        booked: Of the same orders; one that moved nothing has no legs.
    """
    return sorted(
        Disagreement(name, asset, moved.get(asset, 0), booked.get(name, {}).get(asset, 0))
        for name, moved in live.items()
        for asset in {*moved, *booked.get(name, {})}
        if moved.get(asset, 0) != booked.get(name, {}).get(asset, 0)
    )


def comparable(
    told: Iterable[Inventory], blocks: Iterable[BlockSeen]
) -> dict[str, tuple[Inventory, BlockSeen]]:
    """Choose, for each account, the newest reading that the books can be compared with.

    One at a block the books do not have was made behind their anchor, or on a fork that lost. One
    whose block has the time of the next cannot be told from it by time, as entries are.

    Returns:
        Account -> the reading and its block.
    """
    ordered = sorted(blocks)
    followed = [*(block.at_ns for block in ordered[1:]), None]
    known = {
        block.block_hash: block
        for block, next_ns in zip(ordered, followed, strict=True)
        if block.at_ns != next_ns
    }
    found = [(known[one.block_hash], one) for one in told if one.block_hash in known]
    newest = sorted(found, key=lambda pair: pair[0])
    return {one.account: (one, block) for block, one in newest}


def inventory_disagreements(
    told: Inventory, booked: Mapping[tuple[str, str], int]
) -> list[Disagreement]:
    """List where a reading and the balances of the same block differ, by asset.

    Args:
        told: What the loop read; what it did not look at is not compared.
        booked: (account, asset) -> units by the books at the end of that block.
    """
    pairs = (
        (asset, units, booked.get((told.account, asset), 0))
        for asset, units in told.holdings.items()
    )
    return sorted(
        Disagreement(told.account, asset, live, books)
        for asset, live, books in pairs
        if live != books
    )
