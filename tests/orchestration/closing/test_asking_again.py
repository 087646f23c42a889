"""A source that is asked again tells what it says now, or keeps what it said."""

from __future__ import annotations

import msgspec
import pytest

from domain.home import DeskHome
from orchestration.captures.rebases import capture_rebases
from orchestration.closing.asking_again import SCANS, ask_the_chain, ask_the_exchange
from orchestration.resources.desk import desk_card
from orchestration.resources.lake import Lake
from tests.kit.chain import TestChain
from tests.orchestration.captures.test_chain import capture, day, home

__all__ = ["day", "home"]
pytestmark = pytest.mark.chain


def _content(home: DeskHome, day: str) -> dict[str, list]:
    return {table: Lake(home).read(table, day) for table in ("raw_chain__anchors", *SCANS)}


def test_a_chain_that_says_the_same_leaves_the_day_as_it_was(
    chain: TestChain, home: DeskHome, day: str
):
    chain.send(chain.desk, chain.stranger.address, value_wei=7)
    chain.mine(4)
    capture(home, day)
    capture_rebases(home, day)
    before = _content(home, day)
    assert ask_the_chain(home, day) == f"the chain told {len(before['raw_chain__blocks'])} blocks"
    assert _content(home, day) == before


def test_a_reorg_beyond_what_was_final_is_told_and_read_as_the_chain_is(
    chain: TestChain, home: DeskHome, day: str
):
    sent = chain.send(chain.desk, chain.stranger.address, value_wei=7)
    chain.mine(4)
    capture(home, day)
    assert [one["tx_hash"] for one in Lake(home).read("raw_chain__transactions", day)] == [
        sent.tx_hash
    ]
    chain.reorg(5)
    told = ask_the_chain(home, day)
    assert told.endswith("another one at the anchor than it had")
    assert Lake(home).read("raw_chain__transactions", day) == []
    (anchor,) = Lake(home).read("raw_chain__anchors", day)
    number = hex(anchor["block_number"])
    assert anchor["block_hash"] == chain.rpc("eth_getBlockByNumber", number, False)["hash"]


def test_sources_that_are_silent_keep_what_they_said(chain: TestChain, home: DeskHome, day: str):
    chain.send(chain.desk, chain.stranger.address, value_wei=7)
    chain.mine(4)
    capture(home, day)
    before = _content(home, day)
    card = desk_card(home)
    silent = msgspec.structs.replace(card.chain, rpc_url="http://127.0.0.1:1")
    home.card.write_bytes(msgspec.json.encode(msgspec.structs.replace(card, chain=silent)))
    assert ask_the_chain(home, day).startswith("the chain was not asked again")
    assert ask_the_exchange(home, day).startswith("the exchange was not asked again")
    assert _content(home, day) == before
