"""Each way of marking takes what it says from what was observed, and nothing else."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.pnl.marks import MarkBook
from domain.pnl.policies import (
    BLOCK,
    CEX_BID,
    CEX_MID,
    POLICIES,
    POOL,
    Observed,
    marks_by,
    refuse_unknown,
)
from domain.pnl.sides import CEX_SIDE
from domain.pnl.types import Mark

_TOLD = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from(("ETH", "BTC")), st.integers(1, 10**12)),
    max_size=12,
    unique_by=lambda one: one[:2],
)
OBSERVED = [policy for policy in POLICIES if policy != CEX_SIDE]
_BLOCKS = st.lists(st.integers(0, 60), max_size=12)


def _mids(told: list[tuple[int, str, int]]) -> list[Mark]:
    return [Mark(at_ns, name, e6) for at_ns, name, e6 in told]


@given(_TOLD, st.sampled_from((CEX_BID, POOL)))
def test_what_was_told_is_in_force_from_when_it_was_told(told, policy: str):
    observed = Observed(bids=told) if policy == CEX_BID else Observed(quotes=told)
    made = marks_by(policy, observed)
    assert [(one.at_ns, one.underlying, one.mark_e6) for one in made] == sorted(told)
    assert {one.policy for one in made} <= {policy}


@given(_TOLD, _BLOCKS)
def test_between_blocks_the_mark_is_the_mid_the_last_block_saw(told, blocks: list[int]):
    mids = MarkBook.of(_mids(told))
    made = MarkBook.of(marks_by(BLOCK, Observed(mids=_mids(told), blocks_ns=blocks)), policy=BLOCK)
    for name in ("ETH", "BTC"):
        for ns in range(60):
            seen = [at for at in blocks if at <= ns]
            first = min((at for at, who, _ in told if who == name), default=None)
            if seen and first is not None and first <= max(seen):
                assert made.at(name, ns) == mids.at(name, max(seen))


@given(_TOLD, _BLOCKS, st.sampled_from(OBSERVED), st.randoms(use_true_random=False))
def test_the_order_of_what_was_observed_changes_nothing(told, blocks, policy, random: Random):
    def shuffled(items: list) -> list:
        return random.sample(items, len(items))

    one = Observed(_mids(told), told, told, blocks)
    other = Observed(_mids(shuffled(told)), shuffled(told), shuffled(told), shuffled(blocks))
    assert marks_by(policy, one) == marks_by(policy, other)


def test_nothing_observed_is_no_mark():
    assert [marks_by(policy, Observed()) for policy in OBSERVED] == [[], [], [], []]
    assert marks_by(BLOCK, Observed(mids=[Mark(9, "ETH", 1)], blocks_ns=[3])) == []
    assert marks_by(CEX_MID, Observed(mids=[Mark(9, "ETH", 1)])) == [Mark(9, "ETH", 1)]


def test_a_policy_nobody_knows_is_refused():
    with pytest.raises(InputRefused, match="policy that exists"):
        refuse_unknown("mood")
    with pytest.raises(InputRefused, match="give positions too"):
        marks_by(CEX_SIDE, Observed())
    with pytest.raises(InputRefused, match="policy that exists"):
        marks_by("mood", Observed())
