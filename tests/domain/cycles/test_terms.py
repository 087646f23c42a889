"""Terms: gas only where something is on chain, loans only for what one transaction does whole."""

from __future__ import annotations

from domain.cycles.funding import Funding
from domain.cycles.table import Key
from domain.cycles.terms import OWN, Gas
from tests.kit.markets import some_terms

ATOMIC, SPLIT, OFF = Key("dex_dex", 2, 2), Key("cex_dex", 2, 1), Key("cex_cex", 2, 0)
LOAN = Funding("flash", 10**30, 500, 20_000)


def test_gas_is_per_swap_on_chain_and_nothing_off_it():
    terms = some_terms(gas_price_wei=10, gas=Gas(1, 5))
    own = Funding(OWN, 1)
    assert [terms.gas_wei(key, own) for key in (ATOMIC, SPLIT, OFF)] == [110, 60, 0]
    assert terms.gas_wei(ATOMIC, LOAN) == 110 + 200_000


def test_gas_is_valued_at_the_native_coins_mark():
    assert some_terms().gas_usd_e24(10**18) == 3000 * 10**24


def test_a_loan_is_for_atomic_cycles_of_its_asset_alone():
    terms = some_terms(loans={1: LOAN}, own_units={0: 5})
    assert terms.fundings(ATOMIC, 0) == (Funding(OWN, 5),)
    assert terms.fundings(ATOMIC, 1) == (LOAN,)
    assert terms.fundings(SPLIT, 1) == ()


def test_the_screen_is_given_the_largest_funding_and_the_worth_of_a_unit():
    terms = some_terms(loans={1: LOAN}, own_units={0: 5}, gas_price_wei=10**9)
    wants = terms.wants(6, [ATOMIC, SPLIT, OFF])
    assert wants.most_units.tolist() == [
        [5, 1e30, 0, 0, 0, 0],
        [5, 0, 0, 0, 0, 0],
        [5, 0, 0, 0, 0, 0],
    ]
    assert wants.worth_usd[0] == 1e-18
    assert wants.worth_usd[5] == 0
    assert 0.86 < wants.gas_usd[0] < 0.88
    assert wants.gas_usd[0] > wants.gas_usd[1] > wants.gas_usd[2] == 0
