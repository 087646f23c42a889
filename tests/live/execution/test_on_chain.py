"""Executions on a real chain and a real paper exchange, wired as the trader wires them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from live.execution.legs import min_profit_units, result_usd_e24
from live.execution.machine import State
from live.execution.treasury import Treasury
from rehearsal.faults import Fault, FaultKind
from tests.kit.chain import TestChain
from tests.kit.clock import noon_clock
from tests.kit.edges import atomic_edge, set_prices, two_leg_edge
from tests.kit.exchange import WHOLE, PaperExchange
from tests.kit.facts import PAPER_ETH
from tests.kit.real_desk import Desk, at_work, sell_into

pytestmark = pytest.mark.chain
ETH = 10**18


def test_an_atomic_trade_earns_at_least_its_minimum_in_one_transaction(
    chain: TestChain, tmp_path: Path
):
    set_prices(chain, univ2_a=2_900, univ2_b=3_100)
    opportunity = atomic_edge(chain, "univ2-a", "univ2-b", ETH)
    before = chain.units(chain.usdc, chain.card.wallet)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        run = await desk.play(opportunity)
        assert run.state is State.SETTLED
        earned = chain.units(chain.usdc, chain.card.wallet) - before
        quoted = opportunity.legs[1].quote_units - opportunity.legs[0].quote_units
        assert earned == quoted > min_profit_units(opportunity, desk.card)
        receipts = [tx.answer.receipt for tx in run.transactions if tx.answer.receipt]
        assert result_usd_e24(opportunity, desk.card, receipts, []) > 0
        chain.mine(4)
        await desk.watch.look()
        assert desk.watch.is_empty
        finalities = [fact.finality for fact in desk.recorder.of("transaction.observed")]
        assert finalities == ["included", "final"]

    at_work(chain, tmp_path, story)


def test_an_edge_that_is_gone_before_sending_costs_nothing(chain: TestChain, tmp_path: Path):
    set_prices(chain, univ2_a=2_900, univ2_b=3_100)
    opportunity = atomic_edge(chain, "univ2-a", "univ2-b", ETH)
    set_prices(chain, univ2_a=3_000, univ2_b=3_000)
    nonce = int(chain.rpc("eth_getTransactionCount", chain.card.wallet, "pending"), 16)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        run = await desk.play(opportunity)
        assert run.state is State.FAILED
        assert desk.statuses("transaction.observed") == ["REJECTED"]
        assert "profit" in run.reason
        assert await desk.client.nonce(desk.card.chain.wallet, "pending") == nonce

    at_work(chain, tmp_path, story)


def test_an_edge_that_goes_while_the_transaction_waits_reverts_as_a_whole(
    chain: TestChain, tmp_path: Path
):
    set_prices(chain, univ2_a=2_900, univ2_b=3_100)
    opportunity = atomic_edge(chain, "univ2-a", "univ2-b", ETH)
    before = chain.units(chain.usdc, chain.card.wallet)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        chain.rpc("evm_setAutomine", False)
        playing = asyncio.create_task(desk.play(opportunity))
        await desk.sent_hash()
        sell_into(chain, "univ2-b", 30 * ETH, tip_wei=10**9)
        chain.mine()
        run = await playing
        assert run.state is State.FAILED
        assert desk.statuses("transaction.observed") == ["REVERTED"]
        (observed,) = desk.recorder.of("transaction.observed")
        assert observed.gas_used > 0
        assert chain.units(chain.usdc, chain.card.wallet) == before
        assert chain.units(chain.weth, chain.card.executor) == 0

    at_work(chain, tmp_path, story)


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_the_second_leg_trades_what_the_first_really_moved(
    chain: TestChain, tmp_path: Path, side: str
):
    set_prices(chain, univ2_a=2_900 if side == "buy" else 3_100)
    price = 2_999_900_000 if side == "buy" else 3_000_100_000
    opportunity = two_leg_edge(chain, "univ2-a", side, WHOLE, price)
    before = chain.units(chain.weth, chain.card.wallet)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        run = await desk.play(opportunity)
        assert run.state is State.SETTLED
        moved = abs(chain.units(chain.weth, chain.card.wallet) - before)
        (order,) = desk.recorder.of("order.observed")
        assert order.status == "FILLED"
        assert 0 <= moved - order.filled_base_units * 10**8 < 10**10
        balances = await Treasury(desk.client, desk.venue, desk.card, noon_clock()).balances()
        sign = -1 if side == "buy" else 1
        assert balances[PAPER_ETH] == 50 * 10**10 + sign * order.filled_base_units
        assert desk.happenings.index("fact transaction.observed") < desk.happenings.index(
            "fact order.intended"
        )

    at_work(chain, tmp_path, story)


def test_an_order_accepted_without_an_answer_is_reconciled_without_a_double(
    chain: TestChain, tmp_path: Path
):
    set_prices(chain, univ2_a=2_900)
    opportunity = two_leg_edge(chain, "univ2-a", "buy", WHOLE, 2_999_900_000)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        await paper.fault(Fault(kind=FaultKind.ACCEPT_THEN_DROP, path="AddOrder"))
        run = await desk.play(opportunity)
        assert run.state is State.SETTLED
        assert desk.statuses("order.observed") == ["UNKNOWN", "FILLED"]
        (order,) = desk.recorder.of("order.intended")
        balances = await desk.venue.balances()
        assert balances[PAPER_ETH] == 50 * 10**10 - order.base_units

    at_work(chain, tmp_path, story)


def test_a_book_that_ran_away_leaves_a_position_and_an_alert(chain: TestChain, tmp_path: Path):
    set_prices(chain, univ2_a=2_900)
    opportunity = two_leg_edge(chain, "univ2-a", "buy", WHOLE, 2_999_900_000)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        paper.quote(280_000, lots=100 * WHOLE)
        run = await desk.play(opportunity)
        assert run.state is State.PARTIAL
        assert desk.statuses("order.observed") == ["CANCELLED", "CANCELLED"]
        purposes = [fact.purpose for fact in desk.recorder.of("order.intended")]
        assert purposes == ["leg", "hedge"]
        assert desk.recorder.of("alert.raised")[0].alert == "position_left"

    at_work(chain, tmp_path, story)


def test_a_transaction_that_never_arrived_is_retired_on_the_real_chain(
    chain: TestChain, tmp_path: Path
):
    set_prices(chain, univ2_a=2_900, univ2_b=3_100)
    opportunity = atomic_edge(chain, "univ2-a", "univ2-b", ETH)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        chain.rpc("evm_setAutomine", False)
        playing = asyncio.create_task(desk.play(opportunity))
        tx_hash = await desk.sent_hash()
        chain.rpc("anvil_dropTransaction", tx_hash)
        chain.rpc("evm_setAutomine", True)
        run = await playing
        assert run.state is State.FAILED
        assert desk.statuses("transaction.observed") == ["UNKNOWN", "REPLACED", "INCLUDED"]
        again = await desk.play(atomic_edge(chain, "univ2-a", "univ2-b", ETH))
        assert again.state is State.SETTLED

    at_work(chain, tmp_path, story)
