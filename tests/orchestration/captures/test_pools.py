"""What real pools showed is captured block by block, and only for a desk that marks by it."""

from __future__ import annotations

import msgspec
import pytest

from domain.home import DeskHome
from domain.pnl.policies import POOL
from domain.pnl.pools import Q192
from orchestration.captures.pools import capture_pools
from orchestration.resources.lake import Lake
from tests.kit.chain import TestChain
from tests.live.chain.test_executor import make_cheap
from tests.orchestration.captures.test_chain import capture, day, home

__all__ = ["day", "home"]
pytestmark = pytest.mark.chain


def marked_by_pools(home: DeskHome) -> DeskHome:
    card = msgspec.json.decode(home.card.read_bytes())
    home.card.write_bytes(msgspec.json.encode(card | {"mark_policy": POOL}))
    return home


def test_a_pool_is_captured_where_the_day_began_and_after_each_change(
    chain: TestChain, home: DeskHome, day: str
):
    marked_by_pools(home)
    make_cheap(chain, "univ2-a")
    make_cheap(chain, "univ3")
    chain.mine(4)
    capture(home, day)
    assert capture_pools(home, day) == len(chain.card.pools) + 2
    assert capture_pools(home, day) == 0
    rows = Lake(home).read("raw_chain__pools", day)
    for pool in (one for one in chain.card.pools if one.venue != "univ2-b"):
        first, last = (row for row in rows if row["venue"] == pool.venue)
        assert first["log_index"] == -1
        assert last["log_index"] >= 0
        if pool.kind == "v2":
            signature, answer = "getReserves()", "uint112,uint112,uint32"
            held = chain.view(pool.address, signature, answer)
            assert (int(last["reserve0"]), int(last["reserve1"])) == held[:2]
        else:
            answer = "uint160,int24,uint16,uint16,uint16,uint8,bool"
            root, *_ = chain.view(pool.address, "slot0()", answer)
            assert int(last["sqrt_price_x96"]) == root
            assert 0 < root**2 != Q192
        assert first != last


def test_a_desk_that_marks_otherwise_asks_for_nothing(chain: TestChain, home: DeskHome, day: str):
    make_cheap(chain, "univ2-a")
    chain.mine(4)
    capture(home, day)
    assert capture_pools(home, day) == 0
    assert Lake(home).parts("raw_chain__pools", day) == []
