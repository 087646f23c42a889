"""The fallback node: a whole desk stands on it, and its answers have a real node's shape."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from domain.clock import SECOND_NS
from domain.home import DeskHome
from live.chain.calldata import call_data
from live.chain.rpc import ChainClient
from live.chain.send_answers import Accepted, Rejected, RejectReason
from live.chain.signer import Eip1559Tx, LocalSigner
from rehearsal.chain.deploy import CHAIN_ID, DESK_WEI
from rehearsal.chain.keys import desk_key, key_at
from rehearsal.chain.mover import Mover
from rehearsal.chain.node import NO_ANVIL_VARIABLE
from rehearsal.chain.opening import open_chain
from rehearsal.chain.tester import FallbackNode
from tests.kit.clock import HandClock

GWEI = 10**9
TO = "0x" + "77" * 20


def result(node: FallbackNode, method: str, *params):
    answer = node.answer({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    assert "result" in answer, answer
    return answer["result"]


def payment(nonce: int) -> str:
    tx = Eip1559Tx(
        chain_id=CHAIN_ID,
        nonce=nonce,
        to=TO,
        value_wei=5,
        gas_limit=21_000,
        max_fee_per_gas_wei=20 * GWEI,
        max_priority_fee_per_gas_wei=GWEI,
    )
    return "0x" + LocalSigner.from_key(key_at(0)).sign(tx).raw.hex()


@pytest.fixture
def node() -> FallbackNode:
    return FallbackNode(HandClock(1_800_000_000 * SECOND_NS))


def test_it_is_the_same_chain_with_the_same_accounts(node):
    assert int(result(node, "eth_chainId"), 16) == CHAIN_ID
    deployer = LocalSigner.from_key(key_at(0)).address
    assert int(result(node, "eth_getBalance", deployer, "latest"), 16) > 10**20


def test_a_payment_is_mined_at_once_and_found_by_hash(node):
    tx_hash = result(node, "eth_sendRawTransaction", payment(0))
    receipt = result(node, "eth_getTransactionReceipt", tx_hash)
    assert (receipt["status"], receipt["gasUsed"], receipt["to"]) == ("0x1", "0x5208", TO)
    assert int(result(node, "eth_getBalance", TO, "latest"), 16) == 5
    assert int(result(node, "eth_getBalance", TO, "0x0"), 16) == 0
    assert result(node, "eth_getTransactionReceipt", "0x" + "00" * 32) is None
    assert result(node, "eth_getTransactionByHash", "0x" + "00" * 32) is None


def test_on_an_interval_a_payment_waits_and_blocks_follow_the_clock(node):
    result(node, "evm_setIntervalMining", 1)
    tx_hash = result(node, "eth_sendRawTransaction", payment(0))
    assert result(node, "eth_getTransactionReceipt", tx_hash) is None
    node.mine()
    receipt = result(node, "eth_getTransactionReceipt", tx_hash)
    block = result(node, "eth_getBlockByHash", receipt["blockHash"], False)
    assert int(block["timestamp"], 16) == 1_800_000_000


@pytest.mark.parametrize(("nonce", "words"), [(0, "nonce too low"), (9, "nonce too high")])
def test_a_wrong_nonce_is_refused_in_the_words_of_a_real_node(node, nonce, words):
    result(node, "eth_sendRawTransaction", payment(0))
    question = {"id": 1, "method": "eth_sendRawTransaction", "params": [payment(nonce)]}
    assert words in node.answer(question)["error"]["message"]


def test_what_it_cannot_answer_is_an_error_and_not_a_crash(node):
    for method, params in (("eth_noSuchThing", []), ("eth_getBalance", ["0xzz"])):
        assert "error" in node.answer({"id": 1, "method": method, "params": params})


@pytest.mark.chain
@pytest.mark.slow
def test_a_desk_opens_on_it_says_so_swaps_and_reads_its_logs(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv(NO_ANVIL_VARIABLE, "1")

    async def day():
        chain = await open_chain(DeskHome(tmp_path / "desk"), seed=7)
        try:
            async with ChainClient(chain.rpc_url) as client:
                return chain.card_part, *await use(client, chain.card_part)
        finally:
            await asyncio.to_thread(chain.stop)

    async def use(client, card):
        opening = await client.balance_wei(card.wallet, card.opening_block)
        before = (await client.head()).number
        await Mover(card).move_pools(client, {"univ2-a": 3_100_000_000}, 10 * GWEI)
        swapped = await logs_since(client, before, card.pools[0].address)
        desk = LocalSigner.from_key(desk_key())
        answer = await client.send_raw(desk.sign(transfer(card, 0)).raw)
        nonce = await client.nonce(desk.address)
        sent = await client.send_raw(desk.sign(transfer(card, nonce)).raw)
        return opening, swapped, answer, sent

    async def logs_since(client, number, pool):
        for _ in range(1_000):
            head = await client.head()
            if head.number > number:
                logs = await client.logs(head.hash, [pool])
                if logs:
                    return logs
            await asyncio.sleep(0.01)
        raise AssertionError("no swap was mined")

    def transfer(card, nonce):
        return Eip1559Tx(
            chain_id=CHAIN_ID,
            nonce=nonce,
            to=card.quote_token.rpartition(":")[2],
            data=call_data("transfer(address,uint256)", TO, 1),
            gas_limit=100_000,
            max_fee_per_gas_wei=20 * GWEI,
            max_priority_fee_per_gas_wei=GWEI,
        )

    card, opening, swapped, answer, sent = asyncio.run(day())
    assert "eth-tester" in capsys.readouterr().err
    assert (card.engine, opening) == ("eth-tester", DESK_WEI)
    assert len(swapped) == 2
    assert isinstance(answer, Rejected)
    assert answer.reason is RejectReason.NONCE_TOO_LOW
    assert isinstance(sent, Accepted)
