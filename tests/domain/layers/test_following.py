"""One fault has one root, whose money is the fault's; two faults never hide behind one another."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.desk import Asset
from domain.layers.following import follows, roots_of
from domain.matching.types import Break, make_break
from domain.money import MAX_DECIMALS

SPOT, WALLET = "paper:spot", "eip155:1:0xaa"
PAPER_ETH, GAS = "paper:ETH", "eip155:1/slip44:60"
ASSETS = {
    PAPER_ETH: Asset(PAPER_ETH, "ETH", 10, "ETH"),
    GAS: Asset(GAS, "ETH", 18, "ETH"),
    "paper:USDC": Asset("paper:USDC", "USDC", 8, "USDC"),
}
PLACES = ((SPOT, PAPER_ETH), (WALLET, GAS))
UNITS = st.integers(-(10**24), 10**24).filter(bool)
LAYERS = ("fills-statement", "statement-rolls", "ledger-balance", "roll-forward", "inventory")
BALANCES = {"ledger-balance", "roll-forward"}
"""Without one of them nobody says of which asset of an underlying the lots are off."""
SUBSETS = st.sets(st.sampled_from(LAYERS), min_size=1)


def a_break(
    recon: str, units: int | None, account: str = SPOT, asset: str = PAPER_ETH, subject: str = "x"
) -> Break:
    return make_break(
        recon, "UNEXPLAINED", subject, "", 1, asset=asset, account=account, amount_units=units
    )


def shown(layers: Iterable[str], units: int, account: str = SPOT, asset: str = PAPER_ETH):
    """Show a fault in some layers, as each tells it; in the order in which they come."""
    for recon in LAYERS:
        if recon not in layers:
            continue
        if recon == "inventory":
            scale = 10 ** (MAX_DECIMALS - ASSETS[asset].decimals)
            yield a_break(recon, units * scale, "", ASSETS[asset].underlying)
        elif recon == "statement-rolls" and "fills-statement" in layers:
            yield a_break(recon, -units, account, asset)  # a line that fills say and nobody books
        else:
            yield a_break(recon, units, account, asset)


def followers(*found: Break) -> dict[str, tuple[str, ...]]:
    """Say by comparison and asset which comparisons a break follows."""
    roots, names = roots_of(found, ASSETS), {one.break_id: one.recon for one in found}
    return {one.recon: tuple(names[name] for name in follows(roots, one.break_id)) for one in found}


def money_of_roots(found: list[Break]) -> dict[str, int]:
    """Add up the money of roots by place, without regard to sign; lots have no place."""
    roots = roots_of(found, ASSETS)
    sums: dict[str, int] = {}
    for one in found:
        if not follows(roots, one.break_id):
            sums[one.asset] = sums.get(one.asset, 0) + abs(one.amount_units or 0)
    return sums


@given(SUBSETS, UNITS, st.sampled_from(PLACES), st.randoms(use_true_random=False))
def test_the_money_of_the_roots_is_the_money_of_the_one_fault(layers, units, place, shuffler):
    found = list(shown(layers, units, *place))
    assume("inventory" not in layers or layers & BALANCES)
    seen = roots_of(found, ASSETS)
    assert set(seen.values()) == {(found[0].break_id,)}
    assert money_of_roots(found) == {place[1]: abs(units)}
    shuffler.shuffle(found)
    assert roots_of(found, ASSETS) == seen


@given(SUBSETS, SUBSETS, UNITS, UNITS)
def test_two_faults_in_two_places_are_two_roots_and_lots_that_show_both_repeat_both(
    one_in, other_in, one_units, other_units
):
    assume(abs(one_units) * 10**8 != abs(other_units))
    layers = [one_in - {"inventory"}, other_in - {"inventory"}]
    assume(all(layers))
    found = [*shown(layers[0], one_units), *shown(layers[1], other_units, WALLET, GAS)]
    assert money_of_roots(found) == {PAPER_ETH: abs(one_units), GAS: abs(other_units)}
    lots = a_break("inventory", one_units * 10**8 + other_units, "", "ETH")
    roots = follows(roots_of([*found, lots], ASSETS), lots.break_id)
    assert len(roots) == (2 if layers[0] & BALANCES and layers[1] & BALANCES else 0)


@given(UNITS, UNITS)
def test_what_does_not_explain_to_the_unit_explains_nothing(units, other):
    assume(units != other)
    found = a_break("fills-statement", units), a_break("ledger-balance", other)
    assert followers(*found) == {"fills-statement": (), "ledger-balance": ()}


@pytest.mark.parametrize("recon", LAYERS[1:])
def test_what_is_unknown_explains_nothing_and_is_not_explained(recon: str):
    found = a_break("fills-statement", None), a_break(recon, None)
    assert followers(*found)[recon] == ()


def test_of_two_that_explain_equally_well_neither_does():
    twins = [a_break("fills-statement", 5, subject=name) for name in ("t1", "t2")]
    held, rolled = a_break("ledger-balance", 5), a_break("roll-forward", 5)
    found = followers(*twins, held, rolled)
    assert found == {
        "fills-statement": (), "ledger-balance": (), "roll-forward": ("ledger-balance",),
    }  # fmt: skip


def test_what_only_both_together_explain_repeats_both():
    parts = [a_break("fills-statement", units, subject=str(units)) for units in (5, 8)]
    held = a_break("ledger-balance", 13)
    roots = roots_of([*parts, held], ASSETS)
    assert set(roots[held.break_id]) == {one.break_id for one in parts}


def test_an_order_says_how_much_and_its_venue_says_where():
    order = a_break("journal-exchange", 5, "")
    listed, held = a_break("fills-statement", -5), a_break("ledger-balance", -5)
    assert followers(order, listed, held) == {
        "journal-exchange": (),
        "fills-statement": ("journal-exchange",),
        "ledger-balance": ("journal-exchange",),
    }
    elsewhere = a_break("ledger-balance", 5, WALLET, PAPER_ETH)
    assert followers(order, elsewhere)["ledger-balance"] == ()


def test_one_order_is_not_the_root_of_two():
    order = a_break("journal-exchange", 5, "")
    twins = [a_break("fills-statement", 5, subject=name) for name in ("t1", "t2")]
    roots = roots_of([order, *twins], ASSETS)
    assert all(roots[one.break_id] == (one.break_id,) for one in twins)


def test_gas_that_names_no_account_explains_the_one_account_that_lacks_it():
    gas = a_break("journal-chain", -7, "", GAS)
    held = a_break("ledger-balance", -7, WALLET, GAS)
    assert followers(gas, held)["ledger-balance"] == ("journal-chain",)
    twin = a_break("ledger-balance", -7, "eip155:1:0xbb", GAS)
    roots = roots_of([gas, held, twin], ASSETS)
    assert not follows(roots, held.break_id)
    assert not follows(roots, twin.break_id)


@pytest.mark.parametrize("recon", ["movements", "messages", "tolerance"])
def test_what_is_in_suspense_or_about_our_counting_is_nobodys_root(recon: str):
    found = a_break(recon, 5), a_break("ledger-balance", 5)
    assert followers(*found)["ledger-balance"] == ()
