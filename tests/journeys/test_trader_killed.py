"""The trader as a process: it trades, is killed with a transaction in the air, the next one knows.

Chain, exchange, relay, recorder and trader are real; a proxy in front of the node can swallow what
is sent, as a network does.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from journal.records import OpportunityFound
from rehearsal.chain.keys import desk_key
from tests.kit.chain import TestChain
from tests.kit.edges import atomic_edge, set_prices
from tests.kit.eventually import eventually_sync
from tests.kit.exchange import SECRET
from tests.kit.homes import a_home
from tests.kit.house import House, a_house
from tests.kit.running import child

pytestmark = [pytest.mark.chain, pytest.mark.timeout(900)]
ETH = 10**18


@pytest.fixture
def house(chain: TestChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("ALPHAPULSE_SIGNER_KEY", desk_key())
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_KEY", "a-key-of-the-desk")
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_SECRET", SECRET)
    with a_house(chain, tmp_path) as running:
        yield running


def an_edge(house: House) -> OpportunityFound:
    set_prices(house.chain, univ2_a=2_900, univ2_b=3_100)
    return atomic_edge(house.chain, "univ2-a", "univ2-b", ETH)


def test_a_trader_killed_with_a_transaction_in_the_air_is_understood_by_the_next(house: House):
    """One story: a good trade; a kill after the send; a kill when the send was swallowed."""
    chain = house.chain
    with house.trader() as trader:
        house.signal(an_edge(house))
        assert house.await_outcomes(1) == ["SETTLED"]
        chain.mine(4)
        house.await_facts("execution.finalised", 1)

        chain.rpc("evm_setAutomine", False)
        house.signal(atomic_edge(chain, "univ2-a", "univ2-b", ETH))
        in_the_air = house.await_facts("transaction.intended", 2)[-1]
        eventually_sync(lambda: chain.rpc("eth_getTransactionByHash", in_the_air.tx_hash))
        trader.kill()
    chain.rpc("evm_setAutomine", True)
    chain.mine()
    with house.trader() as trader:
        assert house.await_outcomes(2) == ["SETTLED", "SETTLED"]
        assert len(house.facts("transaction.intended")) == 2, "nothing was sent again"

        before = chain.units(chain.usdc, chain.card.wallet)
        house.proxy.is_swallowing = True
        house.signal(atomic_edge(chain, "univ2-a", "univ2-b", ETH // 2))
        assert house.proxy.swallowed.wait(20)
        trader.kill()
    house.proxy.is_swallowing = False
    with house.trader() as trader:
        assert house.await_outcomes(3)[-1] == "FAILED"
        leg, unwind = house.facts("transaction.intended")[2:]
        assert (leg.nonce, leg.purpose, unwind.purpose) == (unwind.nonce, "leg", "unwind")
        assert chain.units(chain.usdc, chain.card.wallet) == before
        chain.mine(4)
        house.await_facts("execution.finalised", 3)
        code, said = trader.stop(signal.SIGTERM)
        assert code == 0
        assert said.splitlines() == [
            "trader: degraded: asking what became of executions left unfinished: 1"
        ]
    assert_no_secret_is_written(house)


def assert_no_secret_is_written(house: House) -> None:
    """No file of the desk holds the wallet's key or the exchange's secret."""
    secrets = [desk_key().removeprefix("0x"), SECRET, os.environ["ALPHAPULSE_EXCHANGE_SECRET"]]
    files = [path for path in house.home.root.rglob("*") if path.is_file()]
    assert any(path.name == "trader.jsonl" for path in files)
    for path in files:
        content = path.read_bytes()
        for secret in secrets:
            assert secret.encode() not in content, path


def test_a_trader_without_keys_says_so_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ALPHAPULSE_SIGNER_KEY", desk_key())
    monkeypatch.delenv("ALPHAPULSE_EXCHANGE_SECRET", raising=False)
    with child("live.execution.main", a_home(tmp_path)) as trader:
        code, said = trader.wait(60)
    assert code == 2
    assert "ALPHAPULSE_EXCHANGE_KEY" in said or "ALPHAPULSE_EXCHANGE_SECRET" in said
    assert said.count("\n") == 1
