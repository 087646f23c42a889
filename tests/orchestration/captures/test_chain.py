"""The chain captured for real: what touches us, what we hold, and what is new."""

from __future__ import annotations

import traceback
from pathlib import Path

import msgspec
import pytest

from domain.clock import DAY_NS, SECOND_NS, utc_day
from domain.errors import RpcUnavailable
from domain.home import DeskHome
from journal.writer import JournalWriter
from live.chain.executor import approve_calldata
from orchestration.captures.anchor import capture_anchor
from orchestration.captures.chain import capture_balances, capture_blocks, capture_openings
from orchestration.captures.facts import capture_facts
from orchestration.resources.chain_source import ChainSource
from orchestration.resources.lake import Lake
from tests.kit.chain import TestChain
from tests.kit.clock import HandClock
from tests.kit.facts import a_card, an_entry, fact
from tests.kit.homes import a_home

pytestmark = pytest.mark.chain


@pytest.fixture
def day(chain: TestChain) -> str:
    """Every block of the test is on the day of the newest one."""
    return utc_day(_time_s(chain, "latest") * SECOND_NS)


@pytest.fixture
def home(tmp_path: Path, chain: TestChain) -> DeskHome:
    head = int(chain.rpc("eth_blockNumber"), 16)
    card = msgspec.structs.replace(chain.card, opening_block=head, rpc_url=chain.rpc_url)
    at_ns = _time_s(chain, "latest") * SECOND_NS
    elsewhere = [asset for asset in a_card().assets if asset.asset.startswith("paper:")]
    assets = (*chain.assets, *elsewhere)
    home = a_home(tmp_path, chain=card, opened_ns=at_ns, assets=assets)
    with JournalWriter(home, HandClock(at_ns)) as writer:
        writer.append([an_entry(fact("desk.opened", opened_ns=at_ns))])
    return home


def _time_s(chain: TestChain, tag: str) -> int:
    return int(chain.rpc("eth_getBlockByNumber", tag, False)["timestamp"], 16)


def capture(home: DeskHome, day: str) -> int:
    capture_facts(home, day)
    capture_anchor(home, day)
    new = capture_blocks(home, day)
    capture_openings(home, day)
    capture_balances(home, day)
    return new


def test_our_transactions_are_captured_and_a_strangers_are_not(chain, home, day):
    ours = chain.send(chain.desk, chain.weth, approve_calldata(chain.card.executor, 1))
    chain.send(chain.stranger, chain.stranger.address)
    chain.mine(4)
    capture(home, day)
    rows = Lake(home).read("raw_chain__transactions", day)
    assert [row["tx_hash"] for row in rows] == [ours.tx_hash]
    assert rows[0]["gas_used"] == ours.gas_used
    assert [row["address"] for row in Lake(home).read("raw_chain__logs", day)] == [chain.weth]


def test_what_a_stranger_sends_us_is_captured(chain, home, day):
    gift = chain.send(chain.stranger, chain.desk.address, value_wei=5)
    chain.mine(4)
    capture(home, day)
    rows = Lake(home).read("raw_chain__transactions", day)
    assert [(row["tx_hash"], row["value_wei"]) for row in rows] == [(gift.tx_hash, "5")]


def test_every_block_is_captured_once_and_the_next_tick_costs_what_is_new(chain, home, day):
    chain.mine(5)
    first = capture(home, day)
    chain.mine(2)
    assert capture(home, day) == 2
    numbers = [row["number"] for row in Lake(home).read("raw_chain__blocks", day)]
    opening = home and int(chain.rpc("eth_blockNumber"), 16)
    assert numbers == list(range(numbers[0], numbers[0] + first + 2))
    assert numbers[-1] < opening


def test_balances_are_those_of_the_opening_and_the_anchor_block(chain, home, day):
    chain.send(chain.stranger, chain.desk.address, value_wei=5)
    chain.mine(4)
    capture(home, day)
    opening, closing = (
        int(row["units"])
        for table in ("raw_chain__openings", "raw_chain__balances")
        for row in Lake(home).read(table, day)
        if row["asset"] == chain.card.native and chain.desk.address in row["account"]
    )
    assert closing - opening == 5


def test_a_chain_that_died_is_one_sentence_and_moves_nothing(chain, home, day):
    chain.mine(5)
    capture(home, day)
    before = Lake(home).cursor("raw_chain__blocks", day)
    card = msgspec.json.decode(home.card.read_bytes())
    card["chain"]["rpc_url"] = "http://127.0.0.1:1"
    home.card.write_bytes(msgspec.json.encode(card))
    with pytest.raises(RpcUnavailable, match="the chain does not answer"):
        capture(home, day)
    assert Lake(home).cursor("raw_chain__blocks", day) == before


def test_a_closed_desks_day_needs_no_chain_once_captured(chain, home, day):
    chain.mine(5)
    block = chain.rpc("eth_getBlockByNumber", "finalized", False)
    with JournalWriter(home, HandClock(int(block["timestamp"], 16) * SECOND_NS)) as writer:
        closed = fact(
            "desk.closed",
            closed_ns=int(block["timestamp"], 16) * SECOND_NS,
            block_number=int(block["number"], 16),
            block_hash=block["hash"],
        )
        writer.append([an_entry(closed)])
    capture(home, day)
    card = msgspec.json.decode(home.card.read_bytes())
    card["chain"]["rpc_url"] = "http://127.0.0.1:1"
    home.card.write_bytes(msgspec.json.encode(card))
    assert capture(home, day) == 0


def test_a_day_that_is_over_is_anchored_at_its_last_block(chain, home, day):
    last = int(chain.rpc("eth_blockNumber"), 16)
    tomorrow_s = _time_s(chain, "latest") // (DAY_NS // SECOND_NS) * 86_400 + 86_400
    chain.rpc("evm_setNextBlockTimestamp", tomorrow_s)
    chain.mine(4)
    capture_facts(home, day)
    assert capture_anchor(home, day).block_number == last


def test_the_journal_is_captured_up_to_the_anchor_however_long_choosing_it_took(chain, home, day):
    chain.mine(5)
    capture_facts(home, day)
    final = chain.rpc("eth_getBlockByNumber", "finalized", False)
    with JournalWriter(home, HandClock(int(final["timestamp"], 16) * SECOND_NS - 1)) as writer:
        writer.append([an_entry(fact("execution.finalised"))])
    capture_anchor(home, day)
    captured = [row["kind"] for row in Lake(home).read("raw_journal__facts", day)]
    assert captured == ["desk.opened", "execution.finalised"]


def test_a_dead_chain_is_one_sentence():
    with pytest.raises(RpcUnavailable, match="start it and run this again") as dead:
        ChainSource("http://127.0.0.1:1/v2/c0ffee").block("latest")
    told = "".join(traceback.format_exception(dead.value))  # as Dagster keeps it
    assert "127.0.0.1:1" in told
    assert "/v2/" not in told.replace('ChainSource("http://127.0.0.1:1/v2/c0ffee")', "")
