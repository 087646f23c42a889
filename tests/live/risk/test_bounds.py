"""A bound is cited bare for the desk, after its scope otherwise; what is not set is not held."""

from __future__ import annotations

from live.risk.bounds import Bound, bounds
from live.risk.limits import Caps, Limits, Rulebook

SCOPES = ("desk", "strategy:dex_dex", "venue:paper")


def test_each_scope_that_sets_a_limit_is_held_in_order():
    rulebook = Rulebook(
        desk=Limits(max_notional_usd_e24=9),
        scopes={"venue:paper": Caps(max_notional_usd_e24=5), "asset:ETH": Caps()},
    )
    assert list(bounds(rulebook, SCOPES, "max_notional_usd_e24")) == [
        Bound("desk", "max_notional_usd_e24", 9),
        Bound("venue:paper", "venue:paper max_notional_usd_e24", 5),
    ]


def test_what_nobody_set_holds_nothing():
    assert list(bounds(Rulebook(), SCOPES, "max_position_usd_e24")) == []
