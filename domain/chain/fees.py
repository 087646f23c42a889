"""What a transaction costs its sender, and what gas will cost in the next block.

Loop and books both ask here. The fee is charged whether or not the transaction did anything.

Source: EIP-1559, EIP-4844; fields `l1Fee` and `blobGasPrice` of receipts.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.chain.types import Receipt
from domain.errors import InputRefused
from domain.money import Wei

ELASTICITY = 2
"""A block aims at its limit divided by this (EIP-1559)."""
CHANGE_DENOMINATOR = 8
"""The base fee moves by at most one part in this a block (EIP-1559)."""
LIMIT_BOUND_DIVISOR = 1024
"""The gas limit moves by less than one part in this a block."""
MINIMUM_GAS_LIMIT = 5000


def fee_wei(receipt: Receipt) -> Wei:
    """Compute what the sender paid in native coin: execution, blobs and the rollup's parent chain.

    Tips are inside; what a call sends to the block's builder is not: that is a transfer.
    """
    execution = receipt.gas_used * receipt.effective_gas_price_wei
    blobs = receipt.blob_gas_used * receipt.blob_gas_price_wei
    return Wei(execution + blobs + receipt.l1_fee_wei)


def total_fee_wei(receipts: Iterable[Receipt]) -> Wei:
    """Sum the fees of transactions, failed ones included."""
    return Wei(sum(fee_wei(receipt) for receipt in receipts))


def effective_gas_price_wei(max_fee_wei: int, max_tip_wei: int, base_fee_wei: int) -> Wei:
    """Compute what one gas costs under a dynamic fee: the base fee and the tip, within the cap.

    Raises:
        InputRefused: The cap is under the base fee, so no block can hold the transaction.
    """
    if max_fee_wei < base_fee_wei:
        raise InputRefused(
            "raise the fee cap to at least the base fee", cap=max_fee_wei, base=base_fee_wei
        )
    return Wei(min(max_fee_wei, base_fee_wei + max_tip_wei))


def next_base_fee_wei(base_fee_wei: int, gas_used: int, gas_limit: int) -> Wei:
    """Compute the base fee of the block after one, floored as the clients floor it.

    Args:
        base_fee_wei: Of the parent block, for one gas.
        gas_used: By all of the parent block.
        gas_limit: Of the parent block.

    Raises:
        InputRefused: The parent's gas limit cannot be one.

    Source:
        EIP-1559; parity with go-ethereum's vectors and with mainnet 17173049 -> 17173050.
    """
    target = gas_limit // ELASTICITY
    if target <= 0 or gas_used < 0:
        raise InputRefused("a parent block has a gas limit", limit=gas_limit, used=gas_used)
    if gas_used >= target:
        rise = base_fee_wei * (gas_used - target) // target // CHANGE_DENOMINATOR
        return Wei(base_fee_wei + (max(rise, 1) if gas_used > target else 0))
    fall = base_fee_wei * (target - gas_used) // target // CHANGE_DENOMINATOR
    return Wei(max(base_fee_wei - fall, 0))


def is_next_gas_limit(parent_limit: int, limit: int, *, parent_is_london: bool = True) -> bool:
    """Ask whether a gas limit may follow another; London's first block doubles the scale.

    Source:
        EIP-1559; parity with go-ethereum's `VerifyGaslimit` vectors.
    """
    scaled = parent_limit if parent_is_london else parent_limit * ELASTICITY
    return abs(limit - scaled) < scaled // LIMIT_BOUND_DIVISOR and limit >= MINIMUM_GAS_LIMIT
