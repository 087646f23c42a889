"""What a header's filter says about a node's answer: certain where it denies, a doubt otherwise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.chain.bloom import bloom_hex
from domain.chain.events import V2_SYNC_TOPIC
from domain.chain.types import Log
from live.collectors.log_proof import are_all, is_doubtful
from tests.kit.logs import a_log

SYNC = int(V2_SYNC_TOPIC, 16)
logs_of_pools = st.lists(st.builds(a_log, st.integers(1, 6), st.just([SYNC])), max_size=6)
other_logs = st.lists(
    st.builds(a_log, st.integers(100, 10**9), st.lists(st.integers(1, 10**9), max_size=3)),
    max_size=6,
)


def addresses(logs: list[Log]) -> list[str]:
    return sorted({log.address for log in logs})


@given(logs_of_pools, other_logs)
def test_a_whole_answer_is_all_and_whatever_is_doubted_is_settled_by_it(ours, others):
    header = bloom_hex([*ours, *others])
    assert are_all(header, [*ours, *others])


@given(logs_of_pools, other_logs)
def test_a_pool_whose_logs_did_not_come_is_doubted(ours, others):
    header = bloom_hex([*ours, *others])
    for address in addresses(ours):
        rest = [log for log in ours if log.address != address]
        assert is_doubtful(header, addresses(ours), rest)
        if bloom_hex([*rest, *others]) != header:
            assert not are_all(header, [*rest, *others])


def test_a_log_of_another_block_is_doubted():
    header = bloom_hex([a_log(1, [SYNC])])
    foreign = a_log(2, [SYNC])
    assert is_doubtful(header, [foreign.address], [foreign])


def test_a_quiet_block_is_not_doubted_and_neither_is_what_no_header_tells_of():
    pool = a_log(1, [SYNC])
    assert not is_doubtful(bloom_hex([]), [pool.address], [])
    assert not is_doubtful("", [pool.address], [])
    assert not is_doubtful(bloom_hex([pool]), [pool.address], [pool])
