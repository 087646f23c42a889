"""What to offer for gas (EIP-1559). Pure.

The offer is twice the current base fee plus the tip: the base fee rises by at most one eighth a
block, so twice is enough for five full blocks in a row. It is capped by what the transaction may
cost.
"""

from __future__ import annotations

import msgspec

BASE_FEE_HEADROOM = 2
"""(9/8)^5 < 2 < (9/8)^6: five full blocks can pass before the offer is under the base fee."""


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


def choose_fees(
    *, base_fee_wei: int, tip_wei: int, gas_limit: int, budget_wei: int | None = None
) -> Fees | TooDear:
    """Choose an offer that the next blocks take and the budget allows.

    Args:
        base_fee_wei: Of the latest block, for one gas.
        tip_wei: For one gas, to whoever builds the block.
        gas_limit: All the gas the transaction may use.
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
