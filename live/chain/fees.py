"""What to offer for gas (EIP-1559). Pure.

The offer is twice the next block's base fee plus the tip: the base fee rises by at most one eighth
a block, so twice is enough for five full blocks in a row. It is capped by what the transaction may
cost. The next block's base fee follows from the block before it exactly; where only the base fee of
that block is known, it is taken to have been full.

A transaction that has to be replaced offers an eighth more of both caps, rounded up: nodes ask for
a tenth more of both, and rounding down would be a tenth less one wei.
"""

from __future__ import annotations

import msgspec

from domain.chain.fees import CHANGE_DENOMINATOR, next_base_fee_wei
from live.chain.decoding import BlockHead

BASE_FEE_HEADROOM = 2
"""(9/8)^5 < 2 < (9/8)^6: five full blocks can pass before the offer is under the base fee."""


BUMP_NUM, BUMP_DEN = 9, 8
"""12.5 %: geth and anvil ask for 10 % of both, some others for 12.5 %."""


class Fees(msgspec.Struct, frozen=True):
    """An offer, in wei for one gas."""

    max_fee_per_gas_wei: int
    max_priority_fee_per_gas_wei: int

    def worst_cost_wei(self, gas_limit: int) -> int:
        """Bound what a transaction of this many gas can cost."""
        return gas_limit * self.max_fee_per_gas_wei


class TooDear(msgspec.Struct, frozen=True):
    """Even the next block costs more than the budget.

    Args:
        need_wei: Least cost of all the gas at the current base fee plus tip.
    """

    need_wei: int
    budget_wei: int


def forecast_base_fee_wei(head: BlockHead) -> int:
    """Give the base fee of the block after a head; the most it can be when its gas is unknown."""
    if head.gas_limit:
        return next_base_fee_wei(head.base_fee_wei, head.gas_used, head.gas_limit)
    return head.base_fee_wei + -(-head.base_fee_wei // CHANGE_DENOMINATOR)


def bumped(fees: Fees, base_fee_wei: int) -> Fees:
    """Give what replaces a waiting offer: both caps an eighth higher, enough for the next block.

    Args:
        fees: Of the transaction that waits.
        base_fee_wei: Of the next block, for one gas.
    """
    tip = bumped_wei(fees.max_priority_fee_per_gas_wei)
    cap = max(bumped_wei(fees.max_fee_per_gas_wei), BASE_FEE_HEADROOM * base_fee_wei + tip)
    return Fees(cap, tip)


def bumped_wei(wei: int) -> int:
    """Give a price an eighth higher, rounded up."""
    return -(-wei * BUMP_NUM // BUMP_DEN)


def choose_replacement(
    waiting: Fees, *, base_fee_wei: int, gas_limit: int, budget_wei: int
) -> Fees | TooDear:
    """Choose what replaces a waiting offer while the budget still pays for it.

    Args:
        waiting: Of the transaction that waits.
        base_fee_wei: Of the next block, for one gas.
        gas_limit: The gas the budget has to pay for.
        budget_wei: The most it may cost in all.

    Returns:
        Both caps at least an eighth higher, and enough for the next block; `TooDear` when the least
        that replaces, or the next block, is beyond the budget.
    """
    wish = bumped(waiting, base_fee_wei)
    tip = wish.max_priority_fee_per_gas_wei
    need_per_gas = max(bumped_wei(waiting.max_fee_per_gas_wei), base_fee_wei + tip)
    affordable_per_gas = budget_wei // gas_limit
    if affordable_per_gas < need_per_gas:
        return TooDear(need_per_gas * gas_limit, budget_wei)
    return Fees(min(wish.max_fee_per_gas_wei, affordable_per_gas), tip)


def choose_fees(
    *, base_fee_wei: int, tip_wei: int, gas_limit: int, budget_wei: int | None = None
) -> Fees | TooDear:
    """Choose an offer that the next blocks take and the budget allows.

    Args:
        base_fee_wei: Of the next block, for one gas.
        tip_wei: For one gas, to whoever builds the block.
        gas_limit: The gas the budget has to pay for.
        budget_wei: The most it may cost in all, usually the expected profit; None for no cap.

    Returns:
        The offer; `TooDear` when base fee plus tip alone is beyond the budget.
    """
    need_per_gas = base_fee_wei + tip_wei
    wish_per_gas = base_fee_wei * BASE_FEE_HEADROOM + tip_wei
    if budget_wei is None:
        return Fees(wish_per_gas, tip_wei)
    affordable_per_gas = budget_wei // gas_limit
    if affordable_per_gas < need_per_gas:
        return TooDear(need_per_gas * gas_limit, budget_wei)
    return Fees(min(wish_per_gas, affordable_per_gas), tip_wei)
