"""What is final is not provisional, what is not is, and nothing is both or neither."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.layers.rolling import flows_of
from domain.settlement.outcome import Settlement
from domain.settlement.provisional import short_of_final
from domain.settlement.settle import settle
from domain.settlement.types import ChainBook, Heads
from tests.kit.books import World
from tests.kit.desk_day import a_traded_world
from tests.kit.histories import HISTORIES, few
from tests.kit.world_names import PAPER_ACCOUNT

KINDS = ("legs", "gas", "transfers", "conversions", "flows", "unexplained", "incidents",
         "revisions", "liquidity")  # fmt: skip


def at(world: World, final_block: int) -> tuple[Settlement, ChainBook]:
    """Settle a world whose chain is final up to a block."""
    journal, exchange, chain = world.sources()
    heads = Heads(chain.heads.head_block, final_block, final_block)
    seen = msgspec.structs.replace(chain, heads=heads)
    return settle(world.card, journal, exchange, seen), seen


@few
@given(HISTORIES, st.integers(0, 40))
def test_each_row_is_final_or_provisional_by_its_block(world: World, final_block: int):
    done, chain = at(world, final_block)
    short = short_of_final(done, chain)
    blocks = {tx.receipt.tx_hash: tx.receipt.block_number for tx in chain.transactions}
    late = {name for name, block in blocks.items() if block > final_block}
    for kind in KINDS:
        for one in getattr(done, kind):
            evidence = getattr(one, "evidence", "") + getattr(one, "tx_hash", "")
            is_late = any(name in evidence for name in late)
            assert (one in getattr(short, kind)) is is_late


def test_a_day_that_is_final_has_nothing_provisional():
    world = a_traded_world()
    short = short_of_final(*at(world, world.step + 1))
    assert not any(getattr(short, kind) for kind in ("executions", *KINDS))


def test_where_no_block_is_final_all_of_the_chain_is_provisional_and_nothing_of_the_exchange():
    world = a_traded_world()
    done, chain = at(world, 0)
    moved, short = flows_of(done), flows_of(short_of_final(done, chain))
    for part in ("moves", "fees"):
        on_chain = [one for one in getattr(moved, part) if one.account != PAPER_ACCOUNT]
        assert sorted(getattr(short, part)) == sorted(on_chain)


def test_what_stands_in_no_block_that_was_read_is_not_final():
    world = a_traded_world()
    done, chain = at(world, world.step + 1)
    unread = msgspec.structs.replace(chain, transactions=())
    assert short_of_final(done, unread).gas == done.gas
