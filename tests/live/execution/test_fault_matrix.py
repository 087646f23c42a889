"""Each fault on the real chain ends in a definite, journalled outcome; nothing is spent twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from live.execution import calls
from live.execution.machine import State
from rehearsal.faults import Fault, FaultKind
from tests.kit.chain import GWEI, TestChain
from tests.kit.edges import atomic_edge, set_prices, two_leg_edge
from tests.kit.exchange import WHOLE, PaperExchange, paper_exchange
from tests.kit.house import Proxy
from tests.kit.real_desk import Desk, at_work, desk_on

pytestmark = pytest.mark.chain
ETH = 10**18
STRANGER = "0x" + "77" * 20


def an_edge(chain: TestChain):
    set_prices(chain, univ2_a=2_900, univ2_b=3_100)
    return atomic_edge(chain, "univ2-a", "univ2-b", ETH)


def usdc(chain: TestChain) -> int:
    return chain.units(chain.usdc, chain.card.wallet)


def outcomes(desk: Desk) -> list[str]:
    return [fact.outcome for fact in desk.recorder.of("execution.finished")]


@pytest.fixture
def leaping(chain: TestChain) -> Iterator[TestChain]:
    """A chain whose base fee may leap; it is put back, which reverting alone does not do."""
    calm = chain.rpc("eth_getBlockByNumber", "latest", False)["baseFeePerGas"]
    yield chain
    chain.rpc("evm_setAutomine", True)
    chain.rpc("anvil_setNextBlockBaseFeePerGas", calm)
    chain.mine()


@pytest.mark.parametrize(
    "depth", [1, 6, *(pytest.param(depth, marks=pytest.mark.slow) for depth in range(2, 6))]
)
def test_a_reorg_that_puts_the_trade_into_another_block_is_booked_there(
    chain: TestChain, tmp_path: Path, depth: int
):
    opportunity = an_edge(chain)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        run = await desk.play(opportunity)
        assert run.state is State.SETTLED
        (first,) = desk.recorder.of("transaction.observed")
        raw = chain.rpc("eth_getRawTransactionByHash", first.tx_hash)
        earned = usdc(chain)
        chain.mine(depth - 1)
        chain.reorg(depth, raw)
        chain.mine(4)
        await watched_to_its_end(desk, chain)
        final = desk.recorder.of("transaction.observed")[-1]
        assert (final.tx_hash, final.status, final.finality) == (first.tx_hash, "INCLUDED", "final")
        assert final.block_hash != first.block_hash
        assert outcomes(desk)[-1] == "SETTLED"
        assert usdc(chain) == earned

    at_work(chain, tmp_path, story)


@pytest.mark.parametrize("depth", [1, 6])
def test_a_reorg_that_drops_the_trade_for_good_undoes_it(
    chain: TestChain, tmp_path: Path, depth: int
):
    opportunity = an_edge(chain)
    before = usdc(chain)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        await desk.play(opportunity)
        assert usdc(chain) > before
        chain.mine(depth - 1)
        chain.reorg(depth)
        chain.mine(4)
        await watched_to_its_end(desk, chain)
        assert outcomes(desk) == ["SETTLED", "FAILED"]
        assert usdc(chain) == before
        assert desk.recorder.of("execution.finalised")[-1].outcome == "FAILED"

    at_work(chain, tmp_path, story)


async def watched_to_its_end(desk: Desk, chain: TestChain) -> None:
    for _ in range(40):
        if desk.watch.is_empty:
            return
        await desk.watch.look()
        chain.mine()
    raise AssertionError("the watch never came to an end")


def test_a_base_fee_that_leaps_before_the_send_costs_nothing(leaping: TestChain, tmp_path: Path):
    opportunity = an_edge(leaping)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        leaping.rpc("anvil_setNextBlockBaseFeePerGas", hex(10**6 * GWEI))
        leaping.mine()
        run = await desk.play(opportunity)
        assert run.state is State.FAILED
        assert "gas costs" in run.reason
        leaping.rpc("anvil_setNextBlockBaseFeePerGas", hex(GWEI))
        leaping.mine()
        again = await desk.play(atomic_edge(leaping, "univ2-a", "univ2-b", ETH))
        assert again.state is State.SETTLED

    at_work(leaping, tmp_path, story)


def test_a_base_fee_that_leaps_over_a_waiting_trade_ends_with_its_nonce_used_up(
    leaping: TestChain, tmp_path: Path
):
    opportunity = an_edge(leaping)
    before = usdc(leaping)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        leaping.rpc("evm_setAutomine", False)
        playing = asyncio.create_task(desk.play(opportunity))
        await desk.sent_hash()
        leaping.rpc("anvil_setNextBlockBaseFeePerGas", hex(1_000 * GWEI))
        leaping.mine()
        leaping.rpc("evm_setAutomine", True)
        run = await playing
        assert run.state is State.FAILED
        assert usdc(leaping) == before
        purposes = [fact.purpose for fact in desk.recorder.of("transaction.intended")]
        assert purposes == ["leg", "unwind"]
        leg, unwind = desk.recorder.of("transaction.intended")
        assert leg.nonce == unwind.nonce
        for name in ("max_fee_per_gas_wei", "max_priority_fee_per_gas_wei"):
            assert getattr(unwind, name) * 10 >= getattr(leg, name) * 11

    at_work(leaping, tmp_path, story)


def test_a_trade_that_runs_out_of_gas_has_failed_and_its_gas_is_booked(
    chain: TestChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    opportunity = an_edge(chain)
    before = usdc(chain)
    monkeypatch.setattr(calls, "ARBITRAGE_GAS_LIMIT", 120_000)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        run = await desk.play(opportunity)
        assert run.state is State.FAILED
        (observed,) = desk.recorder.of("transaction.observed")
        assert observed.status == "REVERTED"
        assert 0 < observed.gas_used <= 120_000
        assert observed.effective_gas_price_wei > 0
        assert usdc(chain) == before

    at_work(chain, tmp_path, story)


def test_a_nonce_used_elsewhere_costs_one_trade_and_the_next_is_made(
    chain: TestChain, tmp_path: Path
):
    opportunity = an_edge(chain)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        paid = chain.sign(chain.desk, STRANGER, gas_limit=21_000)
        chain.rpc("eth_sendRawTransaction", "0x" + paid.raw.hex())
        chain.mine()
        run = await desk.play(opportunity)
        assert run.state is State.FAILED
        assert "nonce too low" in run.reason
        again = await desk.play(atomic_edge(chain, "univ2-a", "univ2-b", ETH))
        assert again.state is State.SETTLED

    at_work(chain, tmp_path, story)


def test_a_nonce_taken_from_under_a_waiting_trade_replaces_it(chain: TestChain, tmp_path: Path):
    opportunity = an_edge(chain)
    before = usdc(chain)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        chain.rpc("evm_setAutomine", False)
        playing = asyncio.create_task(desk.play(opportunity))
        await desk.sent_hash()
        (intended,) = desk.recorder.of("transaction.intended")
        other = chain.sign(
            chain.desk, STRANGER, nonce=intended.nonce, gas_limit=21_000,
            max_fee_per_gas_wei=500 * GWEI, max_priority_fee_per_gas_wei=100 * GWEI,
        )  # fmt: skip
        chain.rpc("eth_sendRawTransaction", "0x" + other.raw.hex())
        chain.mine()
        chain.rpc("evm_setAutomine", True)
        run = await playing
        assert run.state is State.FAILED
        assert desk.statuses("transaction.observed")[-1] == "REPLACED"
        assert usdc(chain) == before

    at_work(chain, tmp_path, story)


@pytest.mark.parametrize(
    "kind", [FaultKind.ACCEPT_THEN_500, FaultKind.ACCEPT_THEN_DROP, FaultKind.ERROR_500]
)
def test_a_part_filled_before_the_exchange_is_gone_is_found_and_the_rest_hedged(
    chain: TestChain, tmp_path: Path, kind: FaultKind
):
    set_prices(chain, univ2_a=2_900)
    opportunity = two_leg_edge(chain, "univ2-a", "buy", WHOLE, 2_999_900_000)

    async def story(desk: Desk, paper: PaperExchange) -> None:
        paper.quote(300_000, lots=WHOLE // 30, levels=10)
        await paper.fault(Fault(kind=kind, path="AddOrder"))
        run = await desk.play(opportunity)
        assert run.state in {State.SETTLED, State.PARTIAL}
        observed = desk.recorder.of("order.observed")
        assert observed[0].status == "UNKNOWN"
        filled = sum(f.filled_base_units for f in observed if f.status != "UNKNOWN")
        balances = await desk.venue.balances()
        base = desk.card.exchange.base_asset
        assert balances[base] == 50 * 10**10 - filled, "what was booked is what was sold"
        ids = [fact.client_order_id for fact in desk.recorder.of("order.intended")]
        assert len(ids) == len(set(ids)) <= 2

    at_work(chain, tmp_path, story)


@pytest.mark.parametrize(
    ("trouble", "end", "statuses"),
    [
        ("hangs_up", State.SETTLED, {"INCLUDED"}),
        ("lies", State.FAILED, {"UNKNOWN", "REPLACED", "INCLUDED"}),
    ],
)
def test_a_node_that_dies_or_lies_while_it_is_sent_to_costs_no_second_send(
    chain: TestChain, tmp_path: Path, trouble: str, end: State, statuses: set[str]
):
    opportunity, before = an_edge(chain), usdc(chain)
    proxy = Proxy(chain.rpc_url)

    async def story(paper: PaperExchange) -> None:
        async with desk_on(chain, paper, node_url=proxy.url) as desk:
            setattr(proxy, trouble, 1)
            run = await desk.play(opportunity)
            assert run.state is end
            assert set(desk.statuses("transaction.observed")) <= statuses | {"UNKNOWN"}
            intended = desk.recorder.of("transaction.intended")
            assert [fact.purpose for fact in intended].count("leg") == 1
            assert len({fact.nonce for fact in intended}) == 1
            assert (usdc(chain) > before) is (end is State.SETTLED)

    async def run() -> None:
        async with paper_exchange(tmp_path) as paper:
            await story(paper)

    try:
        asyncio.run(run())
    finally:
        proxy.close()
