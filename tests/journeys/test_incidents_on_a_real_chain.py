"""Taxes, premiums, shares and rebases of real contracts: each booked by its cause, nothing left."""

from __future__ import annotations

import msgspec
import pytest

from domain.clock import SECOND_NS
from domain.desk import Asset
from domain.identity import wallet_account
from domain.ledger.balances import balances
from domain.ledger.build import entries_of, opening_entries
from domain.ledger.types import imbalance
from domain.matching.balances import match_balances
from domain.pnl.types import Attribution
from domain.settlement.outcome import Settlement
from domain.settlement.types import RebaseSeen
from live.chain.calldata import call_data
from rehearsal.chain.deploy import USDC, WETH, address_of
from tests.journeys.test_settling_a_real_chain import Desk
from tests.kit.chain import TestChain
from tests.kit.odd_tokens import a_lender, make_base_odd, rebase_base
from tests.live.chain.test_executor import pool_of

pytestmark = pytest.mark.chain
FAR, MAX = 2**255, 2**256 - 1
_PATH = "uint256,uint256,address[],address,uint256"
_LIQUIDITY = "address,address,uint256,uint256,uint256,address,uint256"


class OddDesk(Desk):
    """A desk whose base token taxes, which trades and lends through others' contracts."""

    def __init__(self, chain: TestChain) -> None:
        super().__init__(chain)
        pool = pool_of(chain, "univ2-a").address
        shares = Asset(chain.token_asset(pool), "SHARES", 18, "SHARES")
        assets = [
            msgspec.structs.replace(one, taxes_transfers=one.asset == chain.card.base_token)
            for one in self.card.assets
        ]
        self.card = msgspec.structs.replace(self.card, assets=(*assets, shares))
        self.opening = self.claims()

    def route(self, path: list[str], units: int) -> None:
        """Swap along a path at the first pool, through a router that minds taxes."""
        name = f"swapExactTokensForTokensSupportingFeeOnTransferTokens({_PATH})"
        data = call_data(name, units, 0, path, self.chain.card.wallet, FAR)
        assert self.act(data, ("univ2-a",), to=address_of("router-a")).status == 1

    def checked(self) -> tuple[Settlement, Attribution]:
        """Settle and attribute, with every posting balanced and every balance the chain's own."""
        done = self.settled()
        entries = [*opening_entries(self.opening), *entries_of(done)]
        assert [entry for entry in entries if imbalance(entry)] == []
        assert match_balances(balances(entries), self.claims()) == []
        return done, self.attribution(done)


def _approved(chain: TestChain, *spenders: str) -> None:
    for spender in spenders:
        for token in (chain.weth, chain.usdc, pool_of(chain, "univ2-a").address):
            approve = call_data("approve(address,uint256)", spender, MAX)
            assert chain.send(chain.desk, token, approve).status == 1


def test_a_token_that_taxes_both_ways_is_two_legs_at_their_price_and_two_taxes(chain: TestChain):
    _approved(chain, address_of("router-a"))
    make_base_odd(chain, tax_bps=200)
    desk = OddDesk(chain)
    desk.route([chain.usdc, chain.weth], 3_000 * USDC)
    desk.route([chain.weth, chain.usdc], WETH)
    done, attribution = desk.checked()
    sold, bought = sorted(done.legs, key=lambda leg: leg.base_units)
    taxes = [one.units for one in done.incidents if one.kind == "transfer_tax"]
    assert taxes == [-(bought.base_units * 200 // 10_000), -(WETH * 200 // 10_000)]
    assert sold.base_units == -(WETH - WETH * 200 // 10_000)
    assert done.unexplained == ()
    assert attribution.residual_usd_e24 == 0
    assert "transfer_tax" in {row.cause for row in attribution.rows}


def test_a_loan_of_one_transaction_costs_its_premium(chain: TestChain):
    lender = a_lender(chain, chain.usdc, 10**6 * USDC)
    _approved(chain, lender)
    desk = OddDesk(chain)
    lend = call_data("lend(address,uint256,uint256)", chain.usdc, 10**6 * USDC, 500 * USDC)
    assert desk.act(lend, ("univ2-a",), to=lender).status == 1
    done, attribution = desk.checked()
    (one,) = done.incidents
    assert (one.kind, one.units) == ("flash_loan_premium", -500 * USDC)
    (row,) = [row for row in attribution.rows if row.cause == "flash_loan_premium"]
    assert row.amount_usd_e24 == -500 * 10**24
    assert (done.legs, done.unexplained, attribution.residual_usd_e24) == ((), (), 0)


def test_liquidity_given_and_taken_back_is_no_trade(chain: TestChain):
    _approved(chain, address_of("router-a"))
    desk = OddDesk(chain)
    wallet, router = chain.card.wallet, address_of("router-a")
    add = call_data(
        "addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)",
        chain.weth, chain.usdc, 2 * WETH, 6_000 * USDC, 0, 0, wallet, FAR,
    )  # fmt: skip
    assert desk.act(add, ("univ2-a",), to=router).status == 1
    pool = pool_of(chain, "univ2-a").address
    shares = chain.units(pool, wallet)
    remove = call_data(
        f"removeLiquidity({_LIQUIDITY})", chain.weth, chain.usdc, shares // 2, 0, 0, wallet, FAR
    )
    assert desk.act(remove, ("univ2-a",), to=router).status == 1
    done, attribution = desk.checked()
    added, taken = done.liquidity
    held = {move.asset: move.units for move in added.moves}
    assert held[chain.token_asset(pool)] == shares
    assert held[chain.card.base_token] == -2 * WETH
    assert {move.asset: move.units for move in taken.moves}[chain.token_asset(pool)] < 0
    assert (done.legs, done.unexplained) == ((), ())
    assert attribution.total_usd_e24 is None
    assert "a mark of SHARES" in attribution.missing


def test_a_rebase_is_told_by_the_token_and_proved_by_two_balances(chain: TestChain):
    make_base_odd(chain, tax_bps=0)
    desk = OddDesk(chain)
    before = chain.units(chain.weth, chain.card.wallet)
    tx_hash, number = rebase_base(chain, 11 * 10**17)
    head = chain.rpc("eth_getBlockByNumber", "latest", False)
    after = chain.units(chain.weth, chain.card.wallet)
    desk.rebases.append(
        RebaseSeen(
            wallet_account(chain.card.chain_id, chain.card.wallet), chain.card.base_token, number,
            head["hash"], int(head["timestamp"], 16) * SECOND_NS, tx_hash, 0, before, after,
        )
    )  # fmt: skip
    desk.send(chain.card.executor)
    done, attribution = desk.checked()
    (one,) = done.incidents
    assert (one.kind, one.units) == ("rebase", before // 10)
    assert attribution.residual_usd_e24 == 0
    assert "rebase" in {row.cause for row in attribution.rows}
