"""Validation: every doubt has its own word, and what was not measured is a doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.cycles.validation import Invalid, Limits, Measured, fault_of

LIMITS = Limits(most_age_ns=3_000)
FINE = Measured(
    now_ns=10_000,
    expires_ns=10_000,
    oldest_word_ns=7_000,
    found_block=5,
    head_block=6,
    is_block_canonical=True,
    has_gap=False,
    share_bps=3_000,
    promised_units=10_000,
    quoted_units=9_950,
    least_units=9_900,
    simulated_units=9_900,
)


def test_at_every_limit_it_may_be_executed():
    assert fault_of(FINE, LIMITS) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"now_ns": 10_001, "oldest_word_ns": 9_000}, Invalid.EXPIRED),
        ({"has_gap": True}, Invalid.SEQUENCE_GAP),
        ({"oldest_word_ns": 6_999}, Invalid.STALE_WORD),
        ({"is_block_canonical": False}, Invalid.REORGED),
        ({"head_block": 7}, Invalid.OLD_BLOCK),
        ({"share_bps": 3_001}, Invalid.THIN),
        ({"quoted_units": 9_949}, Invalid.SLIPPED),
        ({"simulated_units": None}, Invalid.NOT_SIMULATED),
        ({"has_reverted": True}, Invalid.SIMULATION_REVERTED),
        ({"simulated_units": 9_899}, Invalid.SIMULATION_PAID_LESS),
    ],
)
def test_each_doubt_has_its_word(change, reason):
    assert fault_of(replace(FINE, **change), LIMITS) is reason


def test_off_the_chain_there_is_no_block_and_nothing_to_simulate():
    off = replace(FINE, found_block=None, is_block_canonical=False, simulated_units=None)
    assert fault_of(off, LIMITS) is None
