"""Whatever forks a chain goes through, the book ends where the canonical chain alone would have.

Trees of blocks are drawn at random; the desk looks at one tip after another, of any depth of
reorganisation, and books what it sees. Nothing is deleted on the way: what a lost block said is
answered by a reversal.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.chain.types import Log
from domain.ledger.bitemporal import (
    REVERSAL,
    Booking,
    book,
    entries_booked,
    entry_of,
    facts_standing,
    notices_of,
    units_as_of,
)
from domain.ledger.build import entries_of, opening_entries
from domain.ledger.types import Entry, canonical_bytes, is_own
from domain.settlement.settle import settle
from domain.settlement.types import ChainBook, ChainTransaction
from tests.kit.books import World, dex_dex
from tests.kit.histories import few
from tests.kit.world_names import OPENING

BASE = 10**18
TREES = st.lists(st.tuples(st.integers(0, 99), st.booleans()), min_size=1, max_size=9)
"""Each block: which of the blocks before it is its parent, and whether our trade is in it."""


def a_world_of(trades: int) -> World:
    """Send one transaction a trade; which of them is ever mined, and where, is the tree's."""
    world = World()
    for number in range(trades):
        dex_dex(world, BASE, 2_990 * 10**6, (3_000 + number) * 10**6, gas_wei=10**14 + number)
    return world


def mined_in(tx: ChainTransaction, block: int, height: int) -> ChainTransaction:
    """Put a transaction into a block of a fork: another hash, another height."""
    name = f"0xf{block:063x}"
    logs = tuple(_moved(log, name, height) for log in tx.receipt.logs)
    receipt = msgspec.structs.replace(tx.receipt, block_hash=name, block_number=height, logs=logs)
    return msgspec.structs.replace(tx, receipt=receipt)


def _moved(log: Log, block_hash: str, height: int) -> Log:
    return msgspec.structs.replace(log, block_hash=block_hash, block_number=height)


@dataclasses.dataclass
class Fork:
    """A tree of blocks over one world."""

    world: World
    parents: list[int]
    holds: list[bool]

    def chain_to(self, tip: int) -> list[int]:
        """List the blocks from the root to a tip."""
        path: list[int] = []
        while tip >= 0:
            path.append(tip)
            tip = self.parents[tip]
        return path[::-1]

    def entries_at(self, tip: int) -> list[Entry]:
        """Book what the chain that ends at a tip says, and nothing else."""
        path = self.chain_to(tip)
        found = [
            mined_in(tx, block, height)
            for height, block in enumerate(path, 1)
            if self.holds[block]
            for tx in [self.world.mined[sum(self.holds[one] for one in path[: height - 1])]]
        ]
        journal, exchange, chain = self.world.sources()
        told = ChainBook(tuple(found), chain.heads)
        done = settle(self.world.card, journal, exchange, told)
        return [*opening_entries(self.world.claims(OPENING)), *entries_of(done)]


@st.composite
def forks(draw: st.DrawFn) -> tuple[Fork, list[int]]:
    drawn = draw(TREES)
    parents = [-1 if at == 0 else parent % at for at, (parent, _) in enumerate(drawn)]
    holds = [is_held for _, is_held in drawn]
    looked = draw(st.lists(st.integers(0, len(drawn) - 1), min_size=1, max_size=6))
    return Fork(a_world_of(len(drawn)), parents, holds), looked


def booked_through(fork: Fork, tips: list[int]) -> list[Booking]:
    log: list[Booking] = []
    for known_ns, tip in enumerate(tips, 1):
        notices = notices_of(facts_standing(log), fork.entries_at(tip), known_ns)
        log += book(notices, (), log)
    return log


@few
@given(forks())
def test_the_book_ends_where_the_canonical_chain_alone_would_have(drawn):
    fork, tips = drawn
    log = booked_through(fork, tips)
    alone = fork.entries_at(tips[-1])
    assert canonical_bytes(entries_booked(log)) == canonical_bytes(alone)
    held: defaultdict[tuple[str, str], int] = defaultdict(int)
    for entry in alone:
        for posting in entry.postings:
            if is_own(posting.account):
                held[posting.account, posting.asset] += posting.units
    assert {key: units for key, units in units_as_of(log).items() if units} == {
        key: units for key, units in held.items() if units
    }


@few
@given(forks())
def test_what_a_lost_block_said_is_reversed_and_never_deleted(drawn):
    fork, tips = drawn
    log: list[Booking] = []
    for until in range(1, len(tips) + 1):
        longer = booked_through(fork, tips[:until])
        assert longer[: len(log)] == log
        log = longer
    for one in log:
        sums: defaultdict[str, int] = defaultdict(int)
        for posting in entry_of(one).postings:
            sums[posting.asset] += posting.units
        assert not any(sums.values())
    reversed_ones = [one.corrects for one in log if one.kind == REVERSAL]
    assert len(set(reversed_ones)) == len(reversed_ones)
    assert set(reversed_ones) <= {one.booking_id for one in log}


@few
@given(forks())
def test_looking_at_the_same_tip_again_books_nothing(drawn):
    fork, tips = drawn
    once = booked_through(fork, tips)
    assert booked_through(fork, [*tips, tips[-1]]) == once
