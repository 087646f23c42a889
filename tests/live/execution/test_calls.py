"""Each strategy has one agent, and its call says exactly what was approved."""

from __future__ import annotations

from live.chain.executor import (
    ARBITRAGE_GAS_LIMIT,
    SWAP_GAS_LIMIT,
    arbitrage_calldata,
    hop_of,
    swap_exact_in_calldata,
)
from live.execution.calls import agent_of, call_of
from live.execution.legs import min_profit_units, swap_terms, token_address
from tests.kit.facts import USDC, WETH, a_card
from tests.kit.trading import a_two_leg, an_atomic

CARD = a_card()


def test_pools_alone_are_taken_atomically_and_the_exchange_in_two_legs():
    assert (agent_of("dex_dex"), agent_of("cex_dex")) == ("atomic", "two_leg")


def test_the_atomic_call_buys_and_sells_the_approved_base_whatever_the_order_of_legs():
    opportunity = an_atomic()
    call = call_of(opportunity, CARD, 44)
    assert call.data == arbitrage_calldata(
        buy=hop_of(CARD.pool("univ2-a")),
        sell=hop_of(CARD.pool("univ2-b")),
        base_token=token_address(WETH),
        quote_token=token_address(USDC),
        base_units=10**18,
        min_profit_units=min_profit_units(opportunity, CARD),
        deadline_block=44,
    )
    assert (call.to, call.gas_limit) == (CARD.chain.executor, ARBITRAGE_GAS_LIMIT)
    turned = an_atomic(legs=opportunity.legs[::-1])
    assert call_of(turned, CARD, 44).data == call.data


def test_the_first_leg_swaps_what_the_pool_leg_pays_for_what_it_gets():
    for side, paid, got in (("buy", USDC, WETH), ("sell", WETH, USDC)):
        opportunity = a_two_leg(side)
        terms = swap_terms(opportunity, CARD)
        call = call_of(opportunity, CARD, 44)
        assert call.data == swap_exact_in_calldata(
            hop=hop_of(CARD.pool("univ2-a")),
            token_in=token_address(paid),
            token_out=token_address(got),
            amount_in_units=terms.amount_in_units,
            min_out_units=terms.min_out_units,
            deadline_block=44,
        )
        assert (call.gas_limit, call.venues) == (SWAP_GAS_LIMIT, ("univ2-a",))
