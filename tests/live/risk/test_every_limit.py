"""There is no limit that cannot bite: each field of a rulebook, tightened alone, says no."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from domain.clock import SECOND_NS
from journal.records import OpportunityFound
from live.risk.limits import USDC_E24, Caps, Limits, Rulebook
from live.risk.rules import judge
from live.risk.session import Session
from live.risk.situation import Situation
from tests.kit.clock import NOON_NS
from tests.kit.facts import ETH, PAPER_USDC, WETH, a_card
from tests.kit.trading import a_result, a_two_leg, an_atomic
from tests.live.risk.test_rules import RICH, at

CARD = a_card()
SELL, ATOMIC = a_two_leg("buy"), an_atomic()
ON_CHAIN, AT_EXCHANGE = a_two_leg("sell").legs
SLIVER = msgspec.structs.replace(ON_CHAIN, base_units=10**10, quote_units=31)
LARGE = msgspec.structs.replace(AT_EXCHANGE, base_units=10**11, quote_units=2_970_000_000_000)
BUY = a_two_leg("sell", legs=(SLIVER, LARGE))
"""A buy at the exchange that next to nothing evens out, so that holdings grow by it."""
BREAKER = "circuit_breaker"
Case = tuple[dict[str, Any], OpportunityFound, dict[str, Any], str]


def after(limits: Limits, *results: int, took_ns: int = 0, outcome: str = "SETTLED") -> Session:
    """Count results one after the other, a second ago."""
    session = Session()
    for number, result in enumerate(results):
        counted = a_result(
            execution_id=str(number), result_usd_e24=result, took_ns=took_ns, outcome=outcome,
            counted_ns=NOON_NS - SECOND_NS,
        )  # fmt: skip
        session = session.counted(counted, limits)
    return session


LOSS = {"session": after(Limits(), -2 * USDC_E24)}
ROSE_AND_FELL = {"session": after(Limits(), 5 * USDC_E24, -3 * USDC_E24)}
BUSY = {"notional_by_strategy": {"dex_dex": 10 * USDC_E24, "cex_dex": 10 * USDC_E24}}
UNEVEN = {"correlations_bps": {("cex_dex", "dex_dex"): 5_000}} | BUSY

DESK: dict[str, Case] = {
    "max_notional_usd_e24": ({"": USDC_E24}, ATOMIC, {}, ""),
    "max_open_executions": ({"": 1}, ATOMIC, {"open_executions": 1}, ""),
    "max_executions_per_venue": ({"": 1}, ATOMIC, {"open_by_scope": {"venue:univ2-b": 1}}, ""),
    "max_block_distance": ({"": 1}, ATOMIC, {"head_block": 44}, ""),
    "max_data_age_ns": ({"": 1}, ATOMIC, {"head_ns": NOON_NS - 2}, ""),
    "min_net_profit_usd_e24": ({"": 100 * USDC_E24}, ATOMIC, {}, ""),
    "max_gas_share_bps": ({"": 1}, ATOMIC, {}, ""),
    "max_gas_price_wei": ({"": 1}, ATOMIC, {"base_fee_wei": 2}, ""),
    "max_price_gap_bps": ({"": 1}, SELL, {}, ""),
    "max_trade_loss_usd_e24": ({"": USDC_E24}, SELL, {}, ""),
    "max_session_loss_usd_e24": ({"": USDC_E24}, ATOMIC, LOSS, ""),
    "max_day_loss_usd_e24": ({"": USDC_E24}, ATOMIC, LOSS, ""),
    "max_drawdown_usd_e24": ({"": USDC_E24}, ATOMIC, ROSE_AND_FELL, ""),
    "max_leverage_bps": ({"": 1}, BUY, {}, ""),
    "max_position_usd_e24": ({"": 1}, BUY, {}, ""),
    "max_concentration_bps": ({"": 1}, BUY, {}, ""),
    "max_var_usd_e24": ({"": 1}, ATOMIC, {"var_usd_e24": 2}, ""),
    "max_var_unknown_ns": ({"": 1}, ATOMIC, {"var_unknown_ns": 2}, ""),
    "max_correlated_notional_usd_e24": ({"": USDC_E24}, ATOMIC, BUSY, ""),
    "max_correlation_bps": (
        {"": 5_000, "max_correlated_notional_usd_e24": 3_020 * USDC_E24},
        ATOMIC,
        UNEVEN,
        "max_correlated_notional_usd_e24",
    ),
    "max_consecutive_failures": (
        {"": 1}, ATOMIC, {"results": (0, 0), "outcome": "FAILED"}, BREAKER,
    ),
    "breaker_loss_usd_e24": ({"": USDC_E24}, ATOMIC, {"results": (-2 * USDC_E24,)}, BREAKER),
    "breaker_latency_ns": ({"": 1}, ATOMIC, {"results": (0,) * 4, "took_ns": 2}, BREAKER),
    "max_consecutive_slow": (
        {"": 1}, ATOMIC, {"results": (0,), "took_ns": 31 * SECOND_NS}, BREAKER,
    ),
    "breaker_cooldown_ns": (
        {"": 3_600 * SECOND_NS, "breaker_loss_usd_e24": USDC_E24},
        ATOMIC,
        {"results": (-2 * USDC_E24,)},
        BREAKER,
    ),
    "gas_reserve_wei": ({"": 10**30}, ATOMIC, {}, "free_inventory_units"),
    "order_margin_bps": ({"": 10**12}, BUY, {}, "free_inventory_units"),
}  # fmt: skip


def a_moment(limits: Limits, changes: dict[str, Any]) -> Situation:
    changes = dict(changes)
    results = changes.pop("results", ())
    if results:
        how = {name: changes.pop(name) for name in ("took_ns", "outcome") if name in changes}
        changes["session"] = after(limits, *results, **how)
    return at(**changes)


def test_every_limit_of_the_desk_is_in_the_table():
    assert set(DESK) == {field.name for field in msgspec.structs.fields(Limits)}


@pytest.mark.parametrize("name", DESK)
def test_a_limit_of_the_desk_bites(name: str):
    tight, trade, moment, cited = DESK[name]
    limits = Limits(**{key or name: value for key, value in tight.items()})
    verdict = judge(trade, a_moment(limits, moment), Rulebook(version=7, desk=limits), CARD)
    assert (verdict.is_approved, verdict.limit_name) == (False, cited or name)
    assert verdict.limit_value
    assert verdict.observed_value
    assert verdict.fact("o", 7).limits_version == 7


SCOPES = ("strategy:cex_dex", "venue:paper", "asset:ETH")
CAPS: dict[str, tuple[Any, dict[str, Any], tuple[str, ...]]] = {
    "max_notional_usd_e24": (USDC_E24, {}, SCOPES),
    "max_position_usd_e24": (1, {}, ("venue:paper", "asset:ETH")),
    "max_concentration_bps": (1, {}, ("venue:paper", "asset:ETH")),
    "max_open_executions": (1, {"open_by_scope": dict.fromkeys(SCOPES, 1)}, SCOPES[:2]),
    "max_trade_loss_usd_e24": (USDC_E24, {}, SCOPES[:2]),
    "max_day_loss_usd_e24": (USDC_E24, "loss", SCOPES[:2]),  # type: ignore[dict-item]
    "max_drawdown_usd_e24": (USDC_E24, "fell", SCOPES[:2]),  # type: ignore[dict-item]
    "max_reserved_units": ({PAPER_USDC: 1}, {}, SCOPES[:1]),
}


def at_the_exchange(session: Session) -> dict[str, Any]:
    """Let what dex_dex lost be lost by cex_dex at the exchange."""
    tally = session.tallies["desk"]
    return {"session": Session(tallies=dict.fromkeys(SCOPES, tally))}


def test_every_cap_is_in_the_table():
    assert set(CAPS) == {field.name for field in msgspec.structs.fields(Caps)}


@pytest.mark.parametrize(
    ("name", "scope"), [(name, scope) for name, case in CAPS.items() for scope in case[2]]
)
def test_a_cap_bites_in_its_scope_alone(name: str, scope: str):
    tight, moment, _ = CAPS[name]
    if isinstance(moment, str):
        moment = at_the_exchange((LOSS if moment == "loss" else ROSE_AND_FELL)["session"])
    caps = Caps(**{name: tight})
    if "open_by_scope" in moment:
        moment = {"open_by_scope": {scope: 1}}
        rulebook = Rulebook(desk=Limits(max_executions_per_venue=9), scopes={scope: caps})
    else:
        rulebook = Rulebook(scopes={scope: caps})
    verdict = judge(BUY, at(**moment), rulebook, CARD)
    assert (verdict.is_approved, verdict.limit_name) == (False, f"{scope} {name}")
    kind = scope.partition(":")[0]
    elsewhere = Rulebook(scopes={f"{kind}:elsewhere": caps})
    assert judge(BUY, at(inventory=RICH), elsewhere, CARD).is_approved


def test_the_trades_of_the_tables_pass_the_built_in_limits():
    for trade in (BUY, SELL, ATOMIC):
        assert judge(trade, at(), Rulebook(), CARD).is_approved
    assert {ETH, WETH, PAPER_USDC} <= set(RICH.balances)
