"""What is bound is what an exchange keeps for orders, and what a transaction in flight may cost."""

from __future__ import annotations

import asyncio
from collections import Counter

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.money import PIPS
from domain.positions.bound import (
    NEVER_MINED,
    Bound,
    SentTransaction,
    bound_by_orders,
    bound_by_transactions,
)
from domain.settlement.types import DecidedLeg, Decision, PlannedExecution, TransactionAnswer
from tests.kit.clock import NOON_NS
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WALLET, WETH, a_card
from tests.kit.resting import STEPS, intended, lived
from tests.kit.world_names import PAPER_ACCOUNT, WALLET_ACCOUNT

PLANS = {"ex": PlannedExecution("ex", "op", "cex_dex", "agent", ("paper", "pool"), NOON_NS)}
LEG = DecidedLeg("pool", "buy", WETH, USDC, 10**18, 3_000 * 10**6, 0, 0, 0)
DECISIONS = {
    "op": Decision(
        "op", "cex_dex", (LEG, msgspec.structs.replace(LEG, venue="paper")), 0, 0, 0, 0, 0, NOON_NS
    )
}
GAS = 2 * 10**5 * 10**10


def sent(**changes: object) -> SentTransaction:
    fields = {
        "tx_hash": "0xa", "execution_id": "ex", "chain_id": 31337, "signer": WALLET, "nonce": 7,
        "value_wei": 0, "gas_limit": 2 * 10**5, "max_fee_per_gas_wei": 10**10, "purpose": "leg",
        "venues": ("pool",), "intended_ns": NOON_NS,
    }  # fmt: skip
    return SentTransaction(**{**fields, **changes})  # type: ignore[arg-type]


def heard_of(status: str, at_ns: int = NOON_NS + 1, name: str = "0xa") -> TransactionAnswer:
    return TransactionAnswer(name, "ex", status, "none", 0, "", 0, 0, at_ns)


def spent(
    *given: SentTransaction,
    answers: tuple[TransactionAnswer, ...] = (),
    mined: int = 6,
    at_ns: int = NOON_NS + 9,
) -> dict[str, int]:
    found = bound_by_transactions(
        at_ns, a_card(), given, answers, {WALLET.lower(): mined}, PLANS, DECISIONS
    )
    assert {(one.account, one.strategy) for one in found} <= {(WALLET_ACCOUNT, "cex_dex")}
    sums = Counter()
    for one in found:
        sums[one.asset] += one.units
    return dict(sums)


@settings(max_examples=20)
@given(STEPS)
def test_orders_bind_what_the_exchange_tells_that_it_keeps_and_at_most_a_fee_more(steps):
    seen, card = asyncio.run(lived([*steps, None])), a_card()
    fees = 1 + card.exchange.taker_fee_pips / PIPS
    for at_ns, told in seen.kept:
        found = bound_by_orders(at_ns, card, seen.orders, seen.answers, seen.legs, PLANS)
        base, quote = (
            sum(one.units for one in found if one.asset == asset)
            for asset in (PAPER_ETH, PAPER_USDC)
        )
        assert base == told[PAPER_ETH].locked_units
        kept = told[PAPER_USDC].locked_units
        assert kept <= quote <= kept * fees + 2 * len(seen.orders)


def test_an_order_binds_for_the_strategy_of_its_execution_and_otherwise_for_the_desk():
    orders = [intended(), intended(client_order_id="b", execution_id="nobody's")]
    found = bound_by_orders(NOON_NS, a_card(), orders, [], [], PLANS)
    assert found == [
        Bound(PAPER_ACCOUNT, PAPER_ETH, "cex_dex", "a", 10**10, NOON_NS),
        Bound(PAPER_ACCOUNT, PAPER_ETH, "desk", "b", 10**10, NOON_NS),
    ]


def test_a_transaction_in_flight_binds_its_gas_and_what_it_pays_where_it_trades():
    assert spent(sent()) == {ETH: GAS, USDC: 3_000 * 10**6}
    assert spent(sent(purpose="unwind")) == {ETH: GAS, WETH: 10**18}
    assert spent(sent(value_wei=5, venues=())) == {ETH: GAS + 5}


def test_what_trades_at_several_places_at_once_binds_gas_alone():
    assert spent(sent(venues=("pool", "paper"))) == {ETH: GAS}


def test_a_transaction_binds_until_its_nonce_is_used_or_it_is_known_to_be_gone():
    assert spent(sent(), mined=7) == {}
    assert spent(sent(), mined=8) == {}
    assert spent(sent(), at_ns=NOON_NS - 1) == {}
    for status in NEVER_MINED:
        assert spent(sent(), answers=(heard_of(status),)) == {}
        assert spent(sent(), answers=(heard_of(status),), at_ns=NOON_NS + 1) == spent(sent())
    for status in ("UNKNOWN", "INCLUDED", "REVERTED"):
        assert spent(sent(), answers=(heard_of(status),)) == spent(sent())


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=5))
def test_of_those_that_share_a_nonce_the_dearest_binds(fees: list[int]):
    group = [
        sent(tx_hash=f"0x{number}", max_fee_per_gas_wei=fee) for number, fee in enumerate(fees)
    ]
    assert spent(*group) == {ETH: 2 * 10**5 * max(fees), USDC: 3_000 * 10**6}
    assert spent(*group, sent(nonce=8))[ETH] == 2 * 10**5 * max(fees) + GAS
