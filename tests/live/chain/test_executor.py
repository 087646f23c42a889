"""The executor on a real chain: what it earns, and whom and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from vyper import compile_code

from domain.desk import Pool
from domain.errors import InputRefused
from live.chain.calldata import call_data
from live.chain.executor import (
    ARBITRAGE_GAS_LIMIT,
    CONTRACTS,
    SWAP_GAS_LIMIT,
    Hop,
    arbitrage_calldata,
    bytecode,
    hop_of,
    swap_exact_in_calldata,
)
from rehearsal.chain.deploy import USDC, WETH, address_of
from rehearsal.chain.keys import maker_key
from tests.kit.chain import LocalSigner, TestChain

FAR_BLOCK = 10**9
PAIRS = [
    ("univ2-a", "univ2-b"),
    ("univ2-a", "univ3"),
    ("univ3", "univ2-b"),
]


def pool_of(chain: TestChain, venue: str) -> Pool:
    return next(pool for pool in chain.card.pools if pool.venue == venue)


def make_cheap(chain: TestChain, venue: str, base_units: int = 15 * WETH) -> None:
    """Sell base into one pool as its maker, so that the base is cheap there."""
    maker = LocalSigner.from_key(maker_key(venue))
    path, far = [chain.weth, chain.usdc], 2**255
    if venue == "univ3":
        order = (*path, 500, maker.address, far, base_units, 0, 0)
        swap = "exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))"
        data = call_data(swap, order)
        router = address_of("v3-router")
    else:
        swap = "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)"
        data = call_data(swap, base_units, 0, path, maker.address, far)
        router = address_of(f"router-{venue[-1]}")
    assert chain.send(maker, router, data).status == 1


def arbitrage(chain: TestChain, buy: str, sell: str, **changes: Any) -> bytes:
    terms: dict[str, Any] = {
        "buy": hop_of(pool_of(chain, buy)),
        "sell": hop_of(pool_of(chain, sell)),
        "base_token": chain.weth,
        "quote_token": chain.usdc,
        "base_units": WETH,
        "min_profit_units": USDC,
        "deadline_block": FAR_BLOCK,
    }
    return arbitrage_calldata(**(terms | changes))


def swap(chain: TestChain, venue: str, **changes: Any) -> bytes:
    terms: dict[str, Any] = {
        "hop": hop_of(pool_of(chain, venue)),
        "token_in": chain.weth,
        "token_out": chain.usdc,
        "amount_in_units": WETH,
        "min_out_units": 2_900 * USDC,
        "deadline_block": FAR_BLOCK,
    }
    return swap_exact_in_calldata(**(terms | changes))


def refusal(chain: TestChain, sender: str, data: bytes) -> str:
    """Ask what the executor says to a call, which must be no."""
    call = {"from": sender, "to": chain.card.executor, "data": "0x" + data.hex()}
    with pytest.raises(Exception, match="revert") as refused:
        chain.rpc("eth_call", call, "latest")
    return str(refused.value)


def holdings(chain: TestChain, holder: str) -> tuple[int, int]:
    return chain.units(chain.weth, holder), chain.units(chain.usdc, holder)


# --- the files ------------------------------------------------------------------------------------


def test_recompiling_the_source_gives_the_same_bytes_and_abi():
    source = (CONTRACTS / "executor.vy").read_text()
    compiled = compile_code(source, output_formats=["bytecode", "abi"])
    assert bytes.fromhex(compiled["bytecode"][2:]) == bytecode()
    assert compiled["abi"] == json.loads((CONTRACTS / "executor.abi.json").read_text())


def test_a_pool_of_an_unknown_kind_is_no_hop():
    with pytest.raises(InputRefused):
        Hop("0x" + "11" * 20, "v4")


# --- what it earns --------------------------------------------------------------------------------


@pytest.mark.chain
@pytest.mark.parametrize(("buy", "sell"), PAIRS)
def test_an_edge_is_taken_without_capital_and_only_the_profit_reaches_the_wallet(chain, buy, sell):
    make_cheap(chain, buy)
    wallet, executor = chain.card.wallet, chain.card.executor
    weth_before, usdc_before = holdings(chain, wallet)

    data = arbitrage(chain, buy, sell)
    receipt = chain.send(chain.desk, executor, data, gas_limit=ARBITRAGE_GAS_LIMIT)

    weth_after, usdc_after = holdings(chain, wallet)
    assert receipt.status == 1
    assert usdc_after - usdc_before >= USDC
    assert weth_after == weth_before
    assert holdings(chain, executor) == (0, 0)
    assert receipt.gas_used < ARBITRAGE_GAS_LIMIT * 2 // 3


@pytest.mark.chain
@pytest.mark.parametrize("venue", ["univ2-a", "univ3"])
def test_a_swap_takes_the_exact_amount_from_the_wallet_and_pays_the_wallet(chain, venue):
    wallet, executor = chain.card.wallet, chain.card.executor
    weth_before, usdc_before = holdings(chain, wallet)
    receipt = chain.send(chain.desk, executor, swap(chain, venue), gas_limit=SWAP_GAS_LIMIT)
    weth_after, usdc_after = holdings(chain, wallet)
    assert receipt.status == 1
    assert weth_before - weth_after == WETH
    assert usdc_after - usdc_before >= 2_900 * USDC
    assert holdings(chain, executor) == (0, 0)
    assert receipt.gas_used < SWAP_GAS_LIMIT * 2 // 3


@pytest.mark.chain
@pytest.mark.parametrize("venue", ["univ2-a", "univ3"])
def test_the_quote_can_be_swapped_for_the_base_too(chain, venue):
    changes = {"token_in": chain.usdc, "token_out": chain.weth}
    data = swap(chain, venue, **changes, amount_in_units=3_000 * USDC, min_out_units=9 * WETH // 10)
    weth_before, _ = holdings(chain, chain.card.wallet)
    assert chain.send(chain.desk, chain.card.executor, data).status == 1
    assert holdings(chain, chain.card.wallet)[0] - weth_before >= 9 * WETH // 10


# --- what it refuses ------------------------------------------------------------------------------


@pytest.mark.chain
@pytest.mark.parametrize(("buy", "sell"), PAIRS)
def test_without_an_edge_nothing_happens_but_gas(chain, buy, sell):
    before = holdings(chain, chain.card.wallet)
    assert "profit" in refusal(chain, chain.card.wallet, arbitrage(chain, buy, sell))
    receipt = chain.send(chain.desk, chain.card.executor, arbitrage(chain, buy, sell))
    assert receipt.status == 0
    assert receipt.gas_used > 0
    assert holdings(chain, chain.card.wallet) == before


@pytest.mark.chain
def test_a_profit_one_unit_under_the_minimum_is_refused(chain):
    make_cheap(chain, "univ2-a")
    wallet, usdc_before = chain.card.wallet, chain.units(chain.usdc, chain.card.wallet)
    snapshot = chain.rpc("evm_snapshot")
    chain.send(chain.desk, chain.card.executor, arbitrage(chain, "univ2-a", "univ2-b"))
    earned = chain.units(chain.usdc, wallet) - usdc_before
    chain.rpc("evm_revert", snapshot)

    data = arbitrage(chain, "univ2-a", "univ2-b", min_profit_units=earned + 1)
    assert "profit" in refusal(chain, wallet, data)
    data = arbitrage(chain, "univ2-a", "univ2-b", min_profit_units=earned)
    assert chain.send(chain.desk, chain.card.executor, data).status == 1


@pytest.mark.chain
def test_a_deadline_in_the_past_is_refused(chain):
    past = int(chain.rpc("eth_blockNumber"), 16) - 1
    data = arbitrage(chain, "univ2-a", "univ2-b", deadline_block=past)
    assert "deadline" in refusal(chain, chain.card.wallet, data)
    data = swap(chain, "univ3", deadline_block=past)
    assert "deadline" in refusal(chain, chain.card.wallet, data)


@pytest.mark.chain
@pytest.mark.parametrize("venue", ["univ2-a", "univ3"])
def test_a_swap_that_pays_less_than_asked_is_refused(chain, venue):
    data = swap(chain, venue, min_out_units=3_000 * USDC)
    assert "min out" in refusal(chain, chain.card.wallet, data)


@pytest.mark.chain
def test_a_pool_that_runs_dry_is_refused_instead_of_filled_in_part(chain):
    data = arbitrage(chain, "univ3", "univ2-a", base_units=250 * WETH)
    assert "liquidity" in refusal(chain, chain.card.wallet, data)


@pytest.mark.chain
def test_a_stranger_can_start_nothing(chain):
    stranger = chain.stranger.address
    for data in (
        arbitrage(chain, "univ2-a", "univ2-b", min_profit_units=0),
        swap(chain, "univ2-a"),
        call_data("sweep(address)", chain.usdc),
    ):
        assert "owner" in refusal(chain, stranger, data)


@pytest.mark.chain
@pytest.mark.parametrize("sender", ["wallet", "stranger", "pool"])
def test_a_callback_nobody_waits_for_is_refused_whoever_sends_it(chain, sender):
    """Even the real pool, whose callback is obeyed only while an entry point has armed it."""
    addresses = {
        "wallet": chain.card.wallet,
        "stranger": chain.stranger.address,
        "pool": pool_of(chain, "univ3").address,
    }
    spoof_v3 = call_data("uniswapV3SwapCallback(int256,int256,bytes)", USDC, -1, b"")
    spoof_v2 = call_data(
        "uniswapV2Call(address,uint256,uint256,bytes)", chain.card.executor, WETH, 0, b"\x01"
    )
    for data in (spoof_v3, spoof_v2):
        assert "callback" in refusal(chain, addresses[sender], data)


@pytest.mark.chain
def test_a_stranger_cannot_flash_the_executor_through_a_real_pair(chain):
    """The pair calls back whomever the swap names; the executor obeys only a call of its own."""
    pair = pool_of(chain, "univ2-a").address
    flash = call_data("swap(uint256,uint256,address,bytes)", WETH, 0, chain.card.executor, b"\x01")
    call = {"from": chain.stranger.address, "to": pair, "data": "0x" + flash.hex()}
    with pytest.raises(Exception, match="callback"):
        chain.rpc("eth_call", call, "latest")


HOSTILE_POOL = """
# pragma version 0.4.3
interface Executor:
    def uniswapV3SwapCallback(amount0: int256, amount1: int256, data: Bytes[32]): nonpayable

TIMES: immutable(uint256)
OWED: immutable(int256)

@deploy
def __init__(times: uint256, owed: int256):
    TIMES = times
    OWED = owed

@external
def swap(to: address, zero_for_one: bool, amount: int256, limit: uint160, data: Bytes[32]) -> (
    int256, int256
):
    for i: uint256 in range(TIMES, bound=3):
        extcall Executor(msg.sender).uniswapV3SwapCallback(OWED, -1, data)
    return OWED, -1
"""


@pytest.mark.chain
@pytest.mark.parametrize(
    ("times", "owed"), [(2, WETH // 2), (1, WETH + 1), (0, WETH)], ids=["twice", "more", "never"]
)
def test_a_hostile_pool_gets_one_callback_and_no_more_than_the_owner_named(chain, times, owed):
    """A pool that calls back twice, asks for more than was to be sold, or never asks."""
    code = compile_code(HOSTILE_POOL, output_formats=["bytecode"])["bytecode"]
    arguments = call_data("f(uint256,int256)", times, owed)[4:]
    creation = bytes.fromhex(code[2:]) + arguments
    pool = chain.send(chain.stranger, None, creation).contract_address
    before = holdings(chain, chain.card.wallet)
    data = swap(chain, "univ3", hop=Hop(pool, "v3"), min_out_units=0)
    assert "callback" in refusal(chain, chain.card.wallet, data)
    assert chain.send(chain.desk, chain.card.executor, data).status == 0
    assert holdings(chain, chain.card.wallet) == before


@pytest.mark.chain
def test_what_a_stranger_sends_is_not_counted_as_profit_and_can_be_swept(chain):
    maker = LocalSigner.from_key(maker_key("univ2-a"))
    gift = call_data("transfer(address,uint256)", chain.card.executor, 500 * USDC)
    assert chain.send(maker, chain.usdc, gift).status == 1
    data = arbitrage(chain, "univ2-a", "univ2-b", min_profit_units=0)
    assert "profit" in refusal(chain, chain.card.wallet, data)
    before = chain.units(chain.usdc, chain.card.wallet)
    sweep = call_data("sweep(address)", chain.usdc)
    assert chain.send(chain.desk, chain.card.executor, sweep).status == 1
    assert chain.units(chain.usdc, chain.card.wallet) - before == 500 * USDC
