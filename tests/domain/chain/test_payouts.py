"""A swap is settled by what its recipient received, not by what its pool wrote down.

The letters: a trader's router R swaps at pool P (token0 = 0x10, token1 = 0x20) for recipient B.
"""

import pytest
from eth_hash.auto import keccak

from domain.chain.payouts import AMBIGUOUS_SIDE, NO_PAYMENT, TURN_END_TOPICS, settle_swaps
from tests.kit.logs import a_log, hexed, in_sequence, transfer, v2_swap, v3_swap

T0, T1, P, B, R = 0x10, 0x20, 0x900, 0xB0, 0x99
V2_BURN = "0xdccd412f0b1252819cb1fd330b93224ca42612892bb3f4f789976e6d81936496"
SYNC = "0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1"


def sell(*between, out=100, recipient=B):
    """Tell a sale of 7 token0 for `out` token1; what happens between is told by the test."""
    return in_sequence(
        transfer(T0, R, P, 7),
        *between,
        a_log(P, (SYNC,), (1, 2)),
        v2_swap(P, recipient, (7, 0, 0, out)),
    )


def only_payout(logs):
    (settled,) = settle_swaps(logs)
    (payout,) = settled.payouts
    return payout


def test_a_plain_swap_arrives_whole():
    payout = only_payout(sell(transfer(T1, P, B, 100)))
    assert (payout.token, payout.side) == (hexed(T1), 1)
    assert (payout.received_units, payout.shortfall_units) == (100, 0)


def test_a_token_that_logs_only_what_arrived_leaves_a_shortfall():
    payout = only_payout(sell(transfer(T1, P, B, 95)))
    assert (payout.stated_units, payout.received_units, payout.shortfall_units) == (100, 95, 5)


def test_a_tax_split_off_on_the_way_is_not_received():
    payout = only_payout(sell(transfer(T1, P, T1, 1), transfer(T1, P, B, 99)))
    assert (payout.received_units, payout.shortfall_units) == (99, 1)
    assert [move.units for move in payout.payments] == [1, 99]


def test_a_payment_through_a_third_address_is_followed():
    payout = only_payout(sell(transfer(T1, P, 0x77, 100), transfer(T1, 0x77, B, 97)))
    assert (payout.received_units, payout.shortfall_units) == (97, 3)


def test_what_the_token_takes_back_at_once_is_not_received():
    payout = only_payout(
        sell(transfer(T1, P, B, 100), transfer(T1, B, T1, 4), transfer(T1, B, 0, 1))
    )
    assert payout.received_units == 95


def test_what_the_recipient_spends_itself_was_received():
    payout = only_payout(sell(transfer(T1, P, B, 100), transfer(T1, B, 0x55, 40)))
    assert payout.received_units == 100


def test_what_the_recipient_burns_after_another_log_was_received():
    logs = sell(transfer(T1, P, B, 100), a_log(B, (1,)), transfer(T1, B, 0, 40))
    assert only_payout(logs).received_units == 100


def test_paying_somebody_else_is_not_paying_the_recipient():
    payout = only_payout(sell(transfer(T1, P, 0x66, 100)))
    assert (payout.received_units, payout.shortfall_units) == (0, 100)


def test_a_token_that_logs_nothing_is_unknown_and_not_zero():
    payout = only_payout(sell())
    assert (payout.token, payout.received_units, payout.shortfall_units) == (None, None, None)
    assert payout.unknown_because == NO_PAYMENT


def test_each_pool_of_a_path_pays_the_next():
    second = 0x901
    logs = in_sequence(
        transfer(T0, R, P, 7),
        transfer(T1, P, second, 95),
        v2_swap(P, second, (7, 0, 0, 100)),
        transfer(0x30, second, B, 50),
        v2_swap(second, B, (95, 0, 0, 50)),
    )
    first, last = settle_swaps(logs)
    assert (first.payouts[0].received_units, first.is_short) == (95, True)
    assert (last.payouts[0].received_units, last.is_short) == (50, False)


def test_two_swaps_at_one_pool_do_not_share_their_payments():
    logs = in_sequence(
        transfer(T1, P, B, 90),
        v2_swap(P, B, (7, 0, 0, 100)),
        transfer(T1, P, B, 100),
        v2_swap(P, B, (7, 0, 0, 100)),
    )
    assert [swap.payouts[0].received_units for swap in settle_swaps(logs)] == [90, 100]


def test_liquidity_taken_out_before_a_swap_is_not_its_payment():
    logs = in_sequence(
        transfer(T1, P, B, 1000),
        a_log(P, (V2_BURN, R, B), (1, 2)),
        transfer(T1, P, B, 95),
        v2_swap(P, B, (7, 0, 0, 100)),
    )
    assert only_payout(logs).received_units == 95


def test_payments_of_another_transaction_are_not_of_this_one():
    logs = [transfer(T1, P, B, 100, at=0, tx=0), v2_swap(P, B, (7, 0, 0, 100), at=1, tx=1)]
    assert only_payout(logs).received_units is None


def test_nested_v3_swaps_settle_each_with_its_own_recipient():
    # Exact output: the outer pool pays first and is paid by the inner swap within its callback.
    outer, inner = 0x910, 0x911
    logs = in_sequence(
        transfer(0x30, outer, B, 50),
        transfer(T1, inner, outer, 95),
        transfer(T0, R, inner, 7),
        v3_swap(inner, outer, 7, -95),
        v3_swap(outer, B, 95, -50),
    )
    first, last = settle_swaps(logs)
    assert (first.payouts[0].token, first.payouts[0].received_units) == (hexed(T1), 95)
    assert (last.payouts[0].token, last.payouts[0].received_units) == (hexed(0x30), 50)


def test_a_flash_swap_of_both_sides_tells_them_by_the_order_of_addresses():
    logs = in_sequence(
        transfer(T0, P, B, 30),
        transfer(T1, P, B, 40),
        transfer(T0, B, P, 31),
        transfer(T1, B, P, 41),
        v2_swap(P, B, (31, 41, 30, 50)),
    )
    (settled,) = settle_swaps(logs)
    assert [(out.token, out.shortfall_units) for out in settled.payouts] == [
        (hexed(T0), 0),
        (hexed(T1), 10),
    ]


def test_a_third_token_out_of_the_pool_is_told_apart_by_the_exact_amount():
    logs = sell(transfer(0x30, P, B, 55), transfer(T1, P, B, 100))
    assert only_payout(logs).token == hexed(T1)


def test_tokens_that_cannot_be_told_apart_leave_the_side_unknown():
    payout = only_payout(sell(transfer(0x30, P, B, 55), transfer(T1, P, B, 95)))
    assert (payout.received_units, payout.unknown_because) == (None, AMBIGUOUS_SIDE)


def test_the_pools_own_share_token_is_never_what_it_paid():
    payout = only_payout(sell(transfer(P, P, B, 55), transfer(T1, P, B, 100)))
    assert payout.token == hexed(T1)


def test_a_swap_that_pays_nothing_has_no_payout():
    (settled,) = settle_swaps([v3_swap(P, B, 7, 0)])
    assert settled.payouts == ()


def test_logs_out_of_order_settle_the_same():
    logs = sell(transfer(T1, P, T1, 1), transfer(T1, P, B, 99))
    assert settle_swaps(logs[::-1]) == settle_swaps(logs)


@pytest.mark.parametrize(
    "signature",
    [
        "Swap(address,uint256,uint256,uint256,uint256,address)",
        "Swap(address,address,int256,int256,uint160,uint128,int24)",
        "Mint(address,uint256,uint256)",
        "Burn(address,uint256,uint256,address)",
        "Mint(address,address,int24,int24,uint128,uint256,uint256)",
        "Collect(address,address,int24,int24,uint128,uint128)",
        "Flash(address,address,uint256,uint256,uint256,uint256)",
    ],
)
def test_each_event_that_ends_a_turn_is_known_by_the_hash_of_its_signature(signature):
    assert "0x" + keccak(signature.encode()).hex() in TURN_END_TOPICS
