"""What could still change is told by asset, both ways, in money; unknown is never nothing."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.desk import Asset
from domain.positions.held import Held
from domain.provisional import Provisional, provisional
from domain.settlement.outcome import GasPaid, Leg, Move, Settlement

ETH = Asset("eth", "ETH", 18, "ETH")
USDC = Asset("usdc", "USDC", 6, "USDC")
LEG = Leg(
    "l", "x", "o", "s", "pool", "leg", 1, "eth", "usdc", 10**18, -3_000 * 10**6,
    (Move("w", "eth", 10**18), Move("w", "usdc", -3_000 * 10**6)), (), "0x", "0x",
)  # fmt: skip
GAS = GasPaid("0x", "x", "o", "s", ("pool",), "w", "eth", 10**15, False, 1, 1, "0xb")
USD = 10**24


def test_a_trade_that_is_not_final_is_told_on_both_its_assets_with_its_gas():
    short = Settlement(legs=(LEG,), gas=(GAS,))
    assert provisional(short, [], [ETH, USDC], {"ETH": 3_000 * 10**6}) == [
        Provisional("eth", 10**18, 10**15, 0, 0, 3_003 * USD),
        Provisional("usdc", 0, 3_000 * 10**6, 0, 0, 3_000 * USD),
    ]


@given(st.lists(st.tuples(st.integers(0, 10**20), st.integers(0, 10**20)), max_size=4))
def test_what_is_pending_is_summed_over_strategies_and_accounts(parts):
    held = [Held("w", "eth", f"s{at}", 5, *both) for at, both in enumerate(parts)]
    rows = provisional(Settlement(), held, [ETH], {"ETH": 10**6})
    coming, going = (sum(both[side] for both in parts) for side in (0, 1))
    assert rows == (
        [Provisional("eth", 0, 0, coming, going, (coming + going) * 10**6)]
        if coming + going
        else []
    )


def test_money_that_is_not_known_is_none():
    short = Settlement(gas=(GAS,))
    (unmarked,) = provisional(short, [], [ETH], {})
    (unknown,) = provisional(short, [], [], {"ETH": 10**6})
    (unmeasured,) = provisional(short, None, [ETH], {"ETH": 10**6})
    assert unmarked.value_usd_e24 is unknown.value_usd_e24 is unmeasured.value_usd_e24 is None
    assert (unmeasured.incoming_units, unmeasured.given_units) == (None, 10**15)
    assert msgspec.structs.replace(unmeasured, incoming_units=0, outgoing_units=0) == unmarked
