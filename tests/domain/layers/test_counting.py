"""The values of roots sum to what a fault costs, however many layers repeat it."""

from __future__ import annotations

from domain.layers.counting import Counted, counted
from domain.matching.types import HELD, Break, make_break
from tests.kit.facts import PAPER_ETH, PAPER_USDC, a_card

ASSETS = {one.asset: one for one in a_card().assets}


def broken(recon: str, units: int | None, asset: str = PAPER_ETH) -> Break:
    return make_break(
        recon, "UNEXPLAINED", f"{recon} {asset}", "", 5,
        asset=asset, amount_units=units, account="paper:spot",
    )  # fmt: skip


def of(rows: list[Counted], one: Break) -> Counted:
    return next(row for row in rows if row.break_id == one.break_id)


def test_what_repeats_another_names_its_root_and_the_root_itself():
    fault, repeated = broken("fills-statement", 7), broken(HELD, 7)
    rows = counted([repeated, fault], ASSETS, {fault.break_id: 70, repeated.break_id: 70})
    assert of(rows, fault) == Counted(fault.break_id, fault.break_id, True, 70)
    assert of(rows, repeated) == Counted(repeated.break_id, fault.break_id, False, 70)
    assert sum(row.value_usd_e24 or 0 for row in rows if row.is_root) == 70


def test_two_faults_stay_two_roots():
    one, other = broken(HELD, 7), broken(HELD, 9, PAPER_USDC)
    rows = counted([one, other], ASSETS, {one.break_id: 70, other.break_id: 90})
    assert sum(row.value_usd_e24 or 0 for row in rows if row.is_root) == 160


def test_what_nobody_valued_is_unknown_and_a_root():
    one = broken(HELD, None)
    assert counted([one], ASSETS, {}) == [Counted(one.break_id, one.break_id, True, None)]
